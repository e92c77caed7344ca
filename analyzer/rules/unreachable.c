/* unreachable.c: an ICMP error ended a connection attempt.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;

    if (!o || o->event != TCPS_EVENT_ICMP_UNREACHABLE)
        return;
    tcps_rule_raise(context, o->sender, 0, context->now_frame, context->now_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " was told by ICMP that it cannot reach ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
}

static const char *const set_when[] = {
    "an endpoint has sent a SYN and is in SYN_SENT",
    "an ICMP error quotes this SYN: port, protocol or administratively unreachable",
    NULL,
};

static const char *const supersedes[] = {"syn_unanswered", NULL};

const tcps_rule tcps_rule_unreachable = {
    .id = "unreachable",
    .severity = TCPS_WARN,
    .title = "Destination unreachable",
    .set_when = set_when,
    .false_positives = "A forged ICMP error (RFC 5927).",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.9.2.2",
    .advice = "A firewall that rejects, or a router without a route, sent the error: the ICMP frame's source address "
              "says which. Look at its rules there: `nft list ruleset`, `ip route get` with the address of {peer}.",
    .when = TCPS_WHEN_CHANGE,
    .check = check,
    .describe = describe,
};

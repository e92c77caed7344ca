/* unreachable.c: an ICMP error ended a connection attempt.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

/* The error ends the attempt; or a host may go on trying, for now (RFC 1122 §4.2.3.9). */
enum { FOR_GOOD, FOR_NOW };

static bool is_asking(const tcps_connection *c, const tcps_endpoint *e)
{
    return e->shown == TCPS_SYN_SENT && !c->ends[e == c->ends].first_frame && !c->self;
}

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;

    if (!o)
        return;
    if (o->event == TCPS_EVENT_ICMP_UNREACHABLE)
        tcps_rule_raise(context, o->sender, FOR_GOOD, context->now_frame, context->now_ns, 0);
    else if (o->event == TCPS_EVENT_ICMP_SOFT &&
             is_asking(context->connection, tcps_connection_end(context->connection, o->sender)))
        tcps_rule_raise(context, o->sender, FOR_NOW, context->now_frame, context->now_ns, 0);
}

/* It can be reached after all. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    if (f->detail == FOR_NOW && tcps_connection_end(context->connection, 1 - f->end)->first_frame)
        tcps_finding_withdraw(f);
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
    "or another ICMP error does (network or host unreachable), and nothing of the peer is captured",
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
    .advice =
        "A firewall that rejects, a router without a route, or one that does not find the host sent the error: the "
        "ICMP frame's source address says which. Look at its rules there: `nft list ruleset`, `ip route get` with the "
        "address of {peer}.",
    .when = TCPS_WHEN_CHANGE,
    .check = check,
    .follow = follow,
    .describe = describe,
};

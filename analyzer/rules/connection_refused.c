/* connection_refused.c: a SYN that was answered by a RST.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;

    if (!o || o->event != TCPS_EVENT_RST_REFUSES)
        return;
    tcps_rule_raise(context, o->sender, 0, context->now_frame, context->now_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " refused the connection from ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
}

static const char *const set_when[] = {
    "an endpoint has sent a SYN and is in SYN_SENT",
    "it is sent a RST that acknowledges this SYN",
    NULL,
};

const tcps_rule tcps_rule_connection_refused = {
    .id = "connection_refused",
    .severity = TCPS_NOTE,
    .title = "Connection refused",
    .set_when = set_when,
    .false_positives = "A firewall on the way may have sent the RST in the endpoint's name.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.10.7.1",
    .advice =
        "No socket listens on {end}, or a firewall rejects for it. Look on its host: `ss -tlnp 'sport = :{port}'`.",
    .when = TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
};

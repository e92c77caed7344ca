/* mid_stream.c: the connection was open before the capture began.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;

    if (o && o->opens && c->mid_stream && o->event != TCPS_EVENT_BACKSCATTER)
        tcps_rule_raise(context, TCPS_SERVER, c->role_basis, context->now_frame, context->now_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    g_string_append(to, "the connection began before the capture: that ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, finding->detail == TCPS_BASIS_PORT ? " is the server is told from the ports"
                                                           : " is the server is a guess");
}

static const char *const set_when[] = {
    "the first segment that was captured of the connection has neither SYN nor RST",
    NULL,
};

const tcps_rule tcps_rule_mid_stream = {
    .id = "mid_stream",
    .severity = TCPS_CHAT,
    .title = "Connection from before the capture",
    .set_when = set_when,
    .false_positives = "A capture that misses the handshake.",
    .supersedes = NULL,
    .clause = "",
    .advice =
        "Nothing is wrong. What comes with the handshake is unknown here (window scale, who is the client), and states "
        "are presumed until the endpoints prove them: for more, capture from before {end} and {peer} connect.",
    .when = TCPS_WHEN_CHANGE,
    .check = check,
    .describe = describe,
};

/* half_close_in_use.c: an endpoint is served on after it has sent its FIN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (!context->observation || !context->segment || !(context->segment->flags & TCPS_ACK) ||
        context->segment->flags & TCPS_RST)
        return;
    const tcps_role role = context->observation->sender;
    const tcps_endpoint *closer = tcps_connection_end(c, role);
    const tcps_endpoint *server = tcps_connection_end(c, 1 - role);

    /* Only its ACK tells that somebody still reads there. */
    if (c->self || !server->more->served_frame || !closer->fin_sent ||
        seq_lt(context->segment->ack, server->more->served_seq))
        return;
    tcps_rule_raise(context, 1 - role, 0, server->more->served_frame, server->more->served_ns,
                    span_between(closer->more->fin_ns, server->more->served_ns));
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " sent new data in CLOSE_WAIT, ");
    tcps_duration_append(to, finding->value);
    g_string_append(to, " after the FIN of ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, ", which took it");
}

static const char *const set_when[] = {
    "the endpoint has acknowledged its peer's FIN and sends new data afterwards",
    "its peer acknowledges that data",
    NULL,
};

const tcps_rule tcps_rule_half_close_in_use = {
    .id = "half_close_in_use",
    .severity = TCPS_CHAT,
    .title = "Half-close in use",
    .set_when = set_when,
    .false_positives = "None known.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6",
    .advice = "Nothing is wrong: {peer} has said that it sends no more and still reads (shutdown(SHUT_WR)), and {end} "
              "answers in CLOSE_WAIT. See how it ends: `tcpstate.connection` as a filter, or the ladder.",
    .when = TCPS_WHEN_CLOSING,
    .check = check,
    .describe = describe,
};

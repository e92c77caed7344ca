/* server_in_time_wait.c: the server closed first, and keeps the connection in TIME_WAIT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *server = &c->ends[1 - c->client];

    if (server->known != TCPS_TIME_WAIT || c->closed_by != TCPS_BY_SERVER || c->self)
        return;
    tcps_rule_raise(context, TCPS_SERVER, 0, server->more->fin_frame, server->more->fin_ns,
                    span_between(server->more->fin_ns, context->now_ns));
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " closed before ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " and went to TIME_WAIT");
}

static const char *const set_when[] = {
    "the server sent the first FIN",
    "it acknowledged the client's FIN, and so is in TIME_WAIT",
    NULL,
};

const tcps_rule tcps_rule_server_in_time_wait = {
    .id = "server_in_time_wait",
    .severity = TCPS_CHAT,
    .title = "Server in TIME_WAIT",
    .set_when = set_when,
    .false_positives = "A capture that begins after the handshake, where the roles are a guess.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6",
    .advice = "Nothing is wrong. Where {end} does so for each of many connections, let the client close first, or keep "
              "connections open for longer: `ss -tan state time-wait 'sport = :{port}' | wc -l`.",
    .when = TCPS_WHEN_CLOSING,
    .check = check,
    .describe = describe,
};

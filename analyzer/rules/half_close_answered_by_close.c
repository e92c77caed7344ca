/* half_close_answered_by_close.c: a client that sends its request and closes its side gets no answer, where others do.
 *
 * Proxies and servers that take the end of a request for the end of the client's interest do so. A service that never sends
 * anything (a log sink) is none: it has to have answered another client.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "rules/rule.h"
#include "rules/two_counts.h"

/* A client that closes later has waited for an answer, and given up. */
#define AT_ONCE_NS INT64_C(1000000000)
/* Another client of the service may be answered by then. */
#define PATIENCE_NS INT64_C(10000000000)

/* Sent its SYN, its FIN, and nothing else. */
static bool sent_nothing(const tcps_endpoint *server)
{
    return server->iss_known && server->fin_sent && !server->fin_unseen && !server->data_seen &&
           server->more->fin_seq == server->iss + 1;
}

/* It took the request whole, and the FIN right behind it. */
static bool was_half_closed_on(const tcps_endpoint *server, const tcps_endpoint *client)
{
    return client->data_seen && client->fin_sent && !client->fin_unseen && server->fin_after_peers &&
           server->acked_known && seq_gt(server->rcv_acked, client->more->fin_seq) &&
           span_between(client->last_data_ns, client->more->fin_ns) < AT_ONCE_NS;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *client = tcps_connection_end(c, TCPS_CLIENT), *server = tcps_connection_end(c, TCPS_SERVER);
    const tcps_tally *service = tcps_connection_tally(c, TCPS_SERVER);

    if (c->self || c->loss || c->mid_stream || !client->iss_known || server->rst_sent || client->rst_sent)
        return;
    if (!sent_nothing(server) || !was_half_closed_on(server, client))
        return;
    if (!service || !service->answers) {
        tcps_rule_ask(context, span_after(server->more->fin_ns, PATIENCE_NS));
        return;
    }
    const int64_t us = span_between(client->more->fin_ns, server->more->fin_ns) / 1000;
    tcps_rule_raise(context, TCPS_SERVER, 0, server->more->fin_frame, server->more->fin_ns,
                    two_counts(client->more->fin_seq - client->data_first, (uint32_t)MIN(us, UINT32_MAX)));
}

static void describe(const tcps_finding *finding, GString *to)
{
    const uint32_t bytes = high_count(finding->value);

    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " closed without sending anything, ");
    tcps_duration_append(to, (int64_t)low_count(finding->value) * 1000);
    g_string_append(to, " after the half-close of ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append_printf(to, ", which had sent %u byte%s", bytes, bytes == 1 ? "" : "s");
}

static const char *const set_when[] = {
    "the client sends data, and its FIN within a second: it wants no more than an answer",
    "the server takes all that, and closes without having sent anything",
    "the same service has sent data to another client",
    NULL,
};

const tcps_rule tcps_rule_half_close_answered_by_close = {
    .id = "half_close_answered_by_close",
    .severity = TCPS_NOTE,
    .title = "Closed at the half-close, without an answer",
    .set_when = set_when,
    .false_positives = "A service that answers only some of what it is sent.",
    .faked_by = TCPS_FAKED_BY_DROPS,
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6 case 2",
    .advice = "{end}, often a proxy, takes the FIN of {peer} for the end of the whole connection. Let it answer what "
              "it has received before it closes, or let {peer} close only after the answer: `nc -N`, for one, and "
              "shutdown(SHUT_WR) send the FIN at once.",
    .when = TCPS_WHEN_FIN | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
};

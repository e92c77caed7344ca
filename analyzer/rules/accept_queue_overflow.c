/* accept_queue_overflow.c: the server's host ignores the handshake's last ACK, and what follows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "../rule.h"

/* So many SYN+ACKs again in spite of the client's captured ACK: it is not one ACK that got lost. Where the client has sent
 * data as well, that would have done for the ACK. */
#define MANY_AFTER_DATA 2
#define MANY 3

static void check(const tcps_rule_context *context)
{
    tcps_connection *c = context->connection;
    const tcps_endpoint *server = tcps_connection_end(c, TCPS_SERVER), *client = tcps_connection_end(c, TCPS_CLIENT);

    if (!context->observation || context->observation->sender != TCPS_SERVER)
        return;
    const bool gives_up =
        context->when & TCPS_WHEN_RST && server->before_rst == TCPS_SYN_RCVD && server->vain_syns >= 1;
    if (gives_up || server->vain_syns >= (client->last_data_ns ? MANY_AFTER_DATA : MANY))
        tcps_rule_raise(context, TCPS_RULE_accept_queue_overflow, TCPS_SERVER, MIN(server->vain_syns, UINT8_MAX),
                        c->first_frame, c->first_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " repeated its SYN+ACK ");
    if (finding->detail < 2)
        g_string_append(to, "although ");
    else
        g_string_append_printf(to, "%u times although ", finding->detail);
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " had acknowledged it");
}

static const char *const set_when[] = {
    "the client's ACK of the SYN+ACK was captured: the client is ESTABLISHED",
    "after it the server has sent the SYN+ACK again three times, or twice where the client has sent data, or once and "
    "then a RST",
    NULL,
};

static const char *const supersedes[] = {"handshake_incomplete", "reset", NULL};

const tcps_rule tcps_rule_accept_queue_overflow = {
    .id = "accept_queue_overflow",
    .severity = TCPS_WARN,
    .title = "Handshake's last ACK has no effect",
    .set_when = set_when,
    .false_positives =
        "A listener that waits for data (TCP_DEFER_ACCEPT); heavy loss between the capture and the server.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.5",
    .advice = "Most likely the accept queue of {end} is full: its application does not call accept() fast enough, or "
              "listen() got too small a backlog. Look there: `ss -tln 'sport = :{port}'` (Recv-Q against Send-Q), "
              "`nstat -az TcpExtListenOverflows`.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
};

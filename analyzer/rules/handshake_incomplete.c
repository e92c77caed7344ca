/* handshake_incomplete.c: a SYN without an answer, or a SYN+ACK that never completed the handshake.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "patience.h"

enum { SYN_UNANSWERED, SYN_ACK_UNANSWERED, ACK_NOT_TAKEN };

/* So many SYN+ACKs in spite of the peer's captured ACK: it is not one ACK that got lost. */
#define MANY_SYN_ACKS 4

static bool waited(const tcps_rule_context *context, const tcps_endpoint *e)
{
    if (span_between(e->since_ns, context->now_ns) > context->config->handshake_ns)
        return true;
    return context->when & TCPS_WHEN_END && tcps_left_unanswered(e->syns, e->since_ns, e->last_ns, context->now_ns);
}

static bool syn_unanswered(const tcps_rule_context *context, const tcps_endpoint *e, const tcps_endpoint *peer)
{
    return e->shown == TCPS_SYN_SENT && e->syn_sent && !peer->first_frame && waited(context, e);
}

/* An ACK that was not captured need not be missing: where nothing of the peer was, only a repeat tells. */
static bool syn_ack_unanswered(const tcps_rule_context *context, const tcps_endpoint *e, const tcps_endpoint *peer)
{
    return e->proven == TCPS_SYN_RCVD && e->shown == TCPS_SYN_RCVD && !e->syn_acked &&
           (peer->first_frame || e->syns > 1) && waited(context, e);
}

/* The peer has acknowledged, and the endpoint goes on as if it had not: the ACK is lost on the way each time, or dropped. */
static bool ack_not_taken(const tcps_rule_context *context, const tcps_endpoint *e)
{
    if (!e->syn_acked || e->syns < 2)
        return false;
    if (context->when & TCPS_WHEN_RST && e->rst_sent && e->before_rst == TCPS_SYN_RCVD)
        return true;
    return e->proven == TCPS_SYN_RCVD && e->syns >= MANY_SYN_ACKS && waited(context, e);
}

static void raise_at(const tcps_rule_context *context, unsigned end, unsigned detail)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];

    tcps_rule_raise(context, TCPS_RULE_handshake_incomplete, tcps_role_of(c, end), detail, e->first_frame, c->first_ns,
                    span_between(c->first_ns, context->now_ns));
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_endpoint *e = &context->connection->ends[end], *peer = &context->connection->ends[1 - end];

    if (syn_unanswered(context, e, peer))
        raise_at(context, end, SYN_UNANSWERED);
    else if (syn_ack_unanswered(context, e, peer))
        raise_at(context, end, SYN_ACK_UNANSWERED);
    else if (ack_not_taken(context, e))
        raise_at(context, end, ACK_NOT_TAKEN);
    else if (e->proven == TCPS_SYN_SENT || e->proven == TCPS_SYN_RCVD)
        tcps_rule_ask(context, span_after(e->since_ns, span_after(context->config->handshake_ns, 1)));
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context->connection, TCPS_RULE_handshake_incomplete))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static void describe(const tcps_finding *finding, GString *to)
{
    const tcps_address *end = &finding->ends[finding->end], *peer = &finding->ends[1 - finding->end];

    tcps_address_append(to, finding->detail == SYN_UNANSWERED ? end : peer);
    switch (finding->detail) {
    case SYN_UNANSWERED:
        g_string_append(to, " got no answer to its SYN from ");
        tcps_address_append(to, peer);
        break;
    case SYN_ACK_UNANSWERED:
        g_string_append(to, " did not acknowledge the SYN+ACK of ");
        tcps_address_append(to, end);
        break;
    default:
        g_string_append(to, " acknowledged the SYN+ACK, but the ACK had no effect at ");
        tcps_address_append(to, end);
        break;
    }
    g_string_append(to, " in ");
    tcps_duration_append(to, finding->value);
}

static const char *const set_when[] = {
    "an endpoint is in SYN_SENT and nothing has come from its peer, or it is in SYN_RCVD and the handshake is not "
    "completed",
    "the preference's time has passed, or what is known of the connection ends after repeats that were left unanswered",
    "where the peer's ACK was captured: the SYN+ACK came again at least three times in spite of it, or once and then a "
    "RST",
    NULL,
};

static const char *const supersedes[] = {"reset", NULL};

const tcps_rule tcps_rule_handshake_incomplete = {
    .id = "handshake_incomplete",
    .severity = TCPS_WARN,
    .title = "Handshake not completed",
    .set_when = set_when,
    .false_positives = "A capture that misses the answer; a listener that waits for data (TCP_DEFER_ACCEPT).",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.5",
    .advice =
        "Packets between {end} and {peer} are filtered or lost on the way, or the listener drops them. Look on the "
        "server's host: `nstat -az TcpExtListenDrops TcpExtListenOverflows TcpExtTCPReqQFullDrop`.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_RST | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
};

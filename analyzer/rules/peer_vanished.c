/* peer_vanished.c: what an endpoint sends again and again is not answered any more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

/* Fewer in a row may be chance. */
#define MIN_UNANSWERED 3

/* It has given up: by a RST, by the time that has passed, or at the end of what is known. */
static bool gave_up(const tcps_rule_context *context, const tcps_endpoint *e, unsigned end)
{
    const tcps_connection *c = context->connection;
    const bool sends_rst = context->when & TCPS_WHEN_RST && e->rst_sent && c->rst_by == end + 1;

    if (sends_rst)
        return span_between(e->unanswered_ns, context->now_ns) > TCPS_PATIENCE_NS;
    if (e->rst_sent)
        return false;
    if (span_between(e->unanswered_ns, context->now_ns) > context->config->final_ack_ns)
        return true;
    if (context->when & TCPS_WHEN_END)
        return tcps_left_unanswered(e->unanswered + 1u, e->unanswered_ns, e->last_ns, context->now_ns);
    tcps_rule_ask(context, span_after(e->unanswered_ns, span_after(context->config->final_ack_ns, 1)));
    return false;
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end], *peer = &c->ends[1 - end];

    /* Not where the peer's direction is not in the capture, nor where it has ended the connection. */
    if (e->unanswered < MIN_UNANSWERED || !peer->first_frame || peer->rst_sent || c->self)
        return;
    if (!gave_up(context, e, end))
        return;
    tcps_rule_raise(context, tcps_role_of(c, 1 - end), MIN(e->unanswered, UINT8_MAX), peer->last_frame, peer->last_ns,
                    span_between(peer->last_ns, context->now_ns));
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " has sent nothing for ");
    tcps_duration_append(to, finding->value);
    g_string_append_printf(to, ", although %u segments were repeated to it by ", finding->detail);
    tcps_address_append(to, &finding->ends[1 - finding->end]);
}

static const char *const set_when[] = {
    "an endpoint has sent data again, or probes, at least three times since its peer's last segment",
    "the peer's earlier segments were captured, and no RST of it",
    "the preference's time for a last ACK has passed since the first repeat, or the endpoint gives up with a RST, or "
    "what "
    "is known of the connection ends more than a second after it",
    NULL,
};

static const char *const supersedes[] = {"reset", "fin_unanswered", "missing_final_ack", "not_closed", NULL};

const tcps_rule tcps_rule_peer_vanished = {
    .id = "peer_vanished",
    .severity = TCPS_WARN,
    .title = "Peer vanished",
    .set_when = set_when,
    .false_positives =
        "A path that is interrupted for longer than the preference's time and comes back; a capture that "
        "loses one direction.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.8.3",
    .advice =
        "{end} is gone, or a firewall, NAT or route on the way from {peer} has changed. Try `ping` and `mtr` from "
        "{peer}; there, `ss -tnio 'dport = :{port}'` shows what still retransmits.",
    .when = TCPS_WHEN_REPEAT | TCPS_WHEN_RST | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

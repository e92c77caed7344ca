/* peer_vanished.c: what an endpoint sends again and again is not answered any more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

/* Fewer in a row may be chance. */
#define MIN_UNANSWERED 3

enum { SILENT, GAVE_UP, CAME_BACK, CAME_BACK_WITH_RST };

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
    tcps_rule_raise_finding(context, (tcps_finding){.end = (uint8_t)tcps_role_of(c, 1 - end),
                                                    .certain = TCPS_PROVEN,
                                                    .detail = e->rst_sent ? GAVE_UP : SILENT,
                                                    .count = e->unanswered,
                                                    .began_frame = peer->last_frame,
                                                    .began_ns = peer->last_ns,
                                                    .value = span_between(peer->last_ns, context->now_ns),
                                                    .other = span_between(e->unanswered_ns, e->last_ns)});
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static void goes_on(const tcps_rule_context *context, tcps_finding *f, const tcps_endpoint *e)
{
    if (e->unanswered > f->count) {
        f->count = e->unanswered;
        f->other = span_between(e->unanswered_ns, e->last_ns);
    }
    if (e->rst_sent)
        f->detail = GAVE_UP;
    tcps_finding_goes_on(context, f);
    f->value = span_between(f->began_ns, context->now_ns);
}

/* The peer was there all the time, if it speaks again: unless the endpoint had given up before. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = tcps_connection_end(c, (tcps_role)(1 - f->end));
    const tcps_endpoint *peer = tcps_connection_end(c, (tcps_role)f->end);

    if (f->status == TCPS_OVER || f->detail == GAVE_UP)
        return;
    if (peer->last_ns <= f->began_ns) {
        goes_on(context, f, e);
        return;
    }
    f->detail = peer->rst_sent ? CAME_BACK_WITH_RST : CAME_BACK;
    tcps_finding_is_over(context, f);
    f->value = span_between(f->began_ns, peer->last_ns);
}

static void describe(const tcps_finding *f, GString *to)
{
    const bool over = f->detail >= CAME_BACK;

    tcps_address_append(to, &f->ends[f->end]);
    g_string_append(to, over ? " sent nothing for " : " has sent nothing for ");
    tcps_duration_append(to, f->value);
    g_string_append(to, ", although ");
    tcps_address_append(to, &f->ends[1 - f->end]);
    g_string_append_printf(to, " repeated %u segments to it in ", f->count);
    tcps_duration_append(to, f->other);
    if (f->detail == GAVE_UP)
        g_string_append(to, " and then gave up with a RST");
    else if (over)
        g_string_append(to, f->detail == CAME_BACK ? "; then it came back" : "; then it answered with a RST");
}

static const char *const set_when[] = {
    "an endpoint has sent data again, or probes, at least three times since its peer's last segment",
    "the peer's earlier segments were captured, and no RST of it",
    "the preference's time for a last ACK has passed since the first repeat, or the endpoint gives up with a RST, or "
    "what is known of the connection ends more than a second after it",
    "it is over once the peer is heard of again, unless the endpoint has given up before",
    NULL,
};

static const char *const supersedes[] = {"reset", "fin_unanswered", "missing_final_ack", "not_closed", NULL};

const tcps_rule tcps_rule_peer_vanished = {
    .id = "peer_vanished",
    .severity = TCPS_WARN,
    .title = "Peer vanished",
    .over = {"Peer was silent for a while", TCPS_NOTE,
             "The path between {peer} and {end} was interrupted, or {end} was held up: look what happened there at "
             "that time, and whether other connections between them stood still, too."},
    .set_when = set_when,
    .false_positives = "A path that is interrupted for longer than the preference's time and comes back; a capture "
                       "that loses one direction.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.8.3",
    .advice = "{end} is gone, or a firewall, NAT or route on the way from {peer} has changed. Try `ping` and `mtr` "
              "from {peer}; there, `ss -tnio 'dport = :{port}'` shows what still retransmits.",
    .when = TCPS_WHEN_REPEAT | TCPS_WHEN_RST | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .follow = follow,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

/* window.c: where a segment stands: in its stream, too late for it, or nowhere near it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

/* How far an unscaled window may reach where the scale is not known (RFC 7323 §2.3: at most 14). */
#define UNKNOWN_SHIFT 14
/* So many segments in a row that fit nothing known mean that the picture is wrong, not the segments. */
#define MAX_MISFITS 4
/* How fast a clock of timestamps ticks at most (RFC 7323 §5.4: once in 1 ms; some take microseconds), in ticks a ms. */
#define MAX_TICKS_PER_MS 1000

/* The window that e offers, in bytes, generously where the capture does not tell. */
static uint32_t window_of(const tcps_endpoint *e, const tcps_endpoint *peer)
{
    if (!e->acked_known)
        return 65535u << UNKNOWN_SHIFT;
    if (!e->offers_wscale || !peer->offers_wscale)
        return (uint32_t)(e->window ? e->window : 65535) << UNKNOWN_SHIFT;
    uint32_t shift = e->wscale_known && peer->wscale_known ? e->wscale : 0;
    return (uint32_t)e->window << (shift > UNKNOWN_SHIFT ? UNKNOWN_SHIFT : shift);
}

/* Payload below SND.NXT that was not captured before. */
bool tcps_step_fills_gap(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    return s->len > 0 && e->seq_known && seq_lt(s->seq, e->snd_nxt) && r->rcv_known && seq_ge(s->seq, r->rcv_nxt) &&
           seq_gt(segment_data_end(s), e->seen_nxt);
}

/* An ACK without payload stands at SND.NXT; a keepalive probe one below, after a silence. */
static bool is_bare_and_below(const tcps_step *step, uint32_t allowed)
{
    const tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    return segment_end(s) == s->seq && e->seq_known && seq_lt(s->seq, e->snd_nxt - allowed);
}

static bool reorders(const tcps_step *step)
{
    const tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
    return host && host->disorder;
}

/* Its RST overtook what it had sent before. */
static bool is_before_rst(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    return e->known == TCPS_CLOSED && e->rst_sent &&
           span_between(e->more->rst_ns, step->at.time_ns) < TCPS_REORDER_NS &&
           ((seq_le(segment_end(s), e->snd_nxt) && seq_le(s->ack, e->rcv_acked)) || reorders(step));
}

uint32_t tcps_step_sacked_to(const tcps_step *step)
{
    const tcps_segment *s = step->segment;
    uint32_t top = s->ack;
    for (unsigned i = 0; i < segment_n_sack(s); i++)
        if (seq_gt(s->sack[i][1], top) &&
            seq_gt(s->sack[i][0], s->ack)) /* else it tells of what arrived twice (RFC 2883) */
            top = s->sack[i][1];
    return top;
}

/* What an option without timestamps has room for. */
#define MAX_SACKS 3

/* The same ACK number, and it holds less behind it (RFC 2018 §4: whatever is held is told, where there is room): it was sent before. */
static bool sacks_less(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender;
    const tcps_endpoint_more *m = e->more;
    const tcps_segment *s = step->segment;
    return e->fin_sent && m->sacked_to != m->sacked_ack && s->ack == m->sacked_ack && segment_end(s) == s->seq &&
           segment_n_sack(s) < MAX_SACKS && seq_lt(tcps_step_sacked_to(step), m->sacked_to);
}

bool tcps_step_is_late(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    if (is_before_rst(step))
        return true;
    if (e->ts_known && segment_has(s, TCPS_HAS_TIMESTAMPS)) {
        if (s->tsval != e->ts_last)
            return seq_lt(s->tsval, e->ts_last);
        /* within one tick of the clock nothing is sent again: it was overtaken */
        if (tcps_step_fills_gap(step) || is_bare_and_below(step, 0))
            return true;
    } else if (is_bare_and_below(step, span_between(e->last_ns, step->at.time_ns) < TCPS_REORDER_NS ? 0 : 1) ||
               sacks_less(step)) {
        return true;
    }
    return e->acked_known && segment_is(s, TCPS_ACK) && seq_lt(s->ack, e->rcv_acked);
}

bool tcps_step_misfits(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (!e->seq_known)
        return false;
    int32_t ahead = seq_diff(s->seq, e->snd_nxt);
    if (ahead > 0) {
        uint32_t reach = window_of(r, e);
        uint32_t edge = r->acked_known ? r->rcv_acked : e->snd_nxt;
        if (step->connection->loss && reach < 1u << 20)
            reach = 1u << 20; /* after a loss in the capture the edge itself is old */
        if (seq_gt(s->seq, edge + reach) && (uint32_t)ahead > reach)
            return true;
    } else if (ahead < 0 && e->snd_nxt - s->seq > (1u << 30)) {
        return true;
    }
    if (!r->seq_known)
        return false;
    int32_t beyond = seq_diff(s->ack, r->snd_nxt);
    return beyond > 0 ? (uint32_t)beyond > window_of(e, r) + (1u << 20) : r->snd_nxt - s->ack > (1u << 30);
}

/* Its clock has gone on from where it was as far as a clock does, and it echoes one that its peer's clock has come to. */
static bool clocks_run_on(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (!segment_has(s, TCPS_HAS_TIMESTAMPS) || !e->ts_known || !r->ts_known)
        return false;
    const int64_t ms = span_between(e->last_ns, step->at.time_ns) / 1000000 + 1000;
    const int64_t peers_ms = span_between(r->last_ns, step->at.time_ns) / 1000000 + 1000;
    if (ms < 0 || peers_ms < 0 || ms > INT32_MAX / MAX_TICKS_PER_MS || peers_ms > INT32_MAX / MAX_TICKS_PER_MS)
        return false;
    return s->tsval - e->ts_last <= (uint32_t)ms * MAX_TICKS_PER_MS &&
           (seq_diff(s->tsecr, r->ts_last) > -(int32_t)(1000 * MAX_TICKS_PER_MS) &&
            seq_diff(s->tsecr, r->ts_last) <= (int32_t)((uint32_t)peers_ms * MAX_TICKS_PER_MS));
}

/* The peer's last segment fitted nothing either, and the two fit each other. */
static bool confirms_strange(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    const tcps_segment *s = step->segment;
    return c->strange_from == 2 - step->from && seq_within(s->ack, c->strange_seq, c->strange_end) &&
           seq_ge(s->seq, c->strange_ack) && s->seq - c->strange_ack < 1u << 20;
}

bool tcps_step_goes_on_behind_gap(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    if (e->known < TCPS_SYN_RCVD || r->known < TCPS_SYN_RCVD)
        return false;
    return clocks_run_on(step) || confirms_strange(step);
}

/* Over, and this is no late segment of it: a stream whose opening was not captured. */
bool tcps_step_joins_anew(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    if (!c->used)
        return true;
    if (!tcps_step_misfits(step))
        return false;
    bool over = step->sender->shown == TCPS_CLOSED &&
                (step->receiver->shown == TCPS_CLOSED || step->receiver->shown == TCPS_TIME_WAIT);
    return over || c->misfits >= MAX_MISFITS;
}

/* RFC 9293 §3.10.7.4 first, as Linux reads it: what ends before the last ACK sent is old, and its ACK is not looked at. */
bool tcps_step_is_acceptable(const tcps_step *step)
{
    const tcps_endpoint *r = step->receiver;
    return !r->acked_known || seq_ge(segment_end(step->segment), r->rcv_acked);
}

/* RFC 7323 §5.3: the receiver drops what is older than the newest timestamp that it echoes. */
bool tcps_step_fails_paws(const tcps_step *step)
{
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    return r->ts_recent_known && segment_has(s, TCPS_HAS_TIMESTAMPS) && seq_lt(s->tsval, r->ts_recent);
}

bool tcps_step_is_in_window(const tcps_step *step)
{
    const tcps_endpoint *r = step->receiver;
    return r->acked_known && seq_within(step->segment->seq, r->rcv_acked, r->rcv_acked + window_of(r, step->sender));
}

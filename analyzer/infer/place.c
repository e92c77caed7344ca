/* place.c: where a segment stands: in its stream, too late for it, or nowhere near it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

/* How far an unscaled window may reach where the scale is not known (RFC 7323 §2.3: at most 14). */
#define UNKNOWN_SHIFT 14
/* So many segments in a row that fit nothing known mean that the picture is wrong, not the segments. */
#define MAX_MISFITS 4

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
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    return s->len > 0 && t->seq_known && seq_lt(s->seq, t->snd_nxt) && l->rcv_known && seq_ge(s->seq, l->rcv_nxt);
}

/* An ACK without payload stands at SND.NXT; a keepalive probe one below, after a silence. */
static bool is_bare_and_below(const tcps_step *step, uint32_t allowed)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    return segment_end(s) == s->seq && t->seq_known && seq_lt(s->seq, t->snd_nxt - allowed);
}

bool tcps_step_reorders(const tcps_step *step)
{
    const tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
    return host && host->disorder;
}

/* Its RST overtook what it had sent before. */
static bool is_before_rst(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    return t->proven == TCPS_CLOSED && t->rst_sent && span_between(t->rst_ns, step->at.time_ns) < TCPS_REORDER_NS &&
           ((seq_le(segment_end(s), t->snd_nxt) && seq_le(s->ack, t->rcv_acked)) || tcps_step_reorders(step));
}

bool tcps_step_is_late(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    if (is_before_rst(step))
        return true;
    if (t->ts_known && segment_has(s, TCPS_HAS_TIMESTAMPS)) {
        if (s->tsval != t->ts_last)
            return seq_lt(s->tsval, t->ts_last);
        /* within one tick of the clock nothing is sent again: it was overtaken */
        if (tcps_step_fills_gap(step) || is_bare_and_below(step, 0))
            return true;
    } else if (is_bare_and_below(step, span_between(t->last_ns, step->at.time_ns) < TCPS_REORDER_NS ? 0 : 1)) {
        return true;
    }
    return t->acked_known && segment_is(s, TCPS_ACK) && seq_lt(s->ack, t->rcv_acked);
}

/* Neither where the talker's stream stands, nor where the listener's window lets it go. */
bool tcps_step_misfits(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (!t->seq_known)
        return false;
    int32_t ahead = seq_diff(s->seq, t->snd_nxt);
    if (ahead > 0) {
        uint32_t reach = window_of(l, t);
        uint32_t edge = l->acked_known ? l->rcv_acked : t->snd_nxt;
        if (step->connection->loss && reach < 1u << 20)
            reach = 1u << 20; /* after a loss in the capture the edge itself is old */
        if (seq_gt(s->seq, edge + reach) && (uint32_t)ahead > reach)
            return true;
    } else if (ahead < 0 && t->snd_nxt - s->seq > (1u << 30)) {
        return true;
    }
    if (!l->seq_known)
        return false;
    int32_t beyond = seq_diff(s->ack, l->snd_nxt);
    return beyond > 0 ? (uint32_t)beyond > window_of(t, l) + (1u << 20) : l->snd_nxt - s->ack > (1u << 30);
}

/* Over, and this is no late segment of it: a stream whose opening was not captured. */
bool tcps_step_joins_anew(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    if (!c->used)
        return true;
    if (!tcps_step_misfits(step))
        return false;
    bool over = step->talker->shown == TCPS_CLOSED &&
                (step->listener->shown == TCPS_CLOSED || step->listener->shown == TCPS_TIME_WAIT);
    return over || c->misfits >= MAX_MISFITS;
}

/* RFC 9293 §3.10.7.4 first, as Linux reads it: what ends before the last ACK sent is old, and its ACK is not looked at. */
bool tcps_step_is_acceptable(const tcps_step *step)
{
    const tcps_endpoint *l = step->listener;
    const tcps_segment *s = step->segment;
    return !l->acked_known || seq_ge(segment_end(s), l->rcv_acked);
}

/* RFC 7323 §5.3: the listener drops what is older than the newest timestamp that it echoes. */
bool tcps_step_fails_paws(const tcps_step *step)
{
    const tcps_endpoint *l = step->listener;
    const tcps_segment *s = step->segment;
    return l->ts_recent_known && segment_has(s, TCPS_HAS_TIMESTAMPS) && seq_lt(s->tsval, l->ts_recent);
}

/* fast_path.c: see fast_path.h.
 *
 * Nothing here decides a state: where both endpoints are ESTABLISHED, nothing is under way that could change that, and the segment
 * stands where its sender's last one ended, most of what stream.c and numbers.c ask has a known answer. What is left is to
 * take its numbers and its time. A test feeds everything to an engine without this, and compares.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/fast_path.h"

#include "infer/copies.h"

/* An ACK of so much less than was sent is a misfit (window.c); one of more shows up as less by more than that. */
#define FARTHEST (UINT32_C(1) << 30)

/* What makes an endpoint's state less than certain, or waits to change it. */
static const tcps_endpoint doubts = {.other_iss_known = true,
                                     .fin_sent = true,
                                     .unseen_tail = true,
                                     .may_be_fin = true,
                                     .fin_unseen = true,
                                     .odd = true,
                                     .rst_sent = true};
/* What has to be known of it. */
static const tcps_endpoint knowns = {.seq_known = true, .acked_known = true, .rcv_known = true};

static inline bool is_settled(const tcps_endpoint *e)
{
    return e->shown == TCPS_ESTABLISHED && e->certainty == TCPS_PROVEN && !e->more->n_pending &&
           !e->more->n_stretches && !e->more->other_frame && e->proven_frame && !e->origin_open &&
           (e->flags & (doubts.flags | knowns.flags)) == knowns.flags;
}

/* Nothing of the connection as a whole is under way, either. */
static inline bool is_quiet(const tcps_connection *c)
{
    return c->used && !(c->self | (c->rival != NULL) | (c->older != NULL) | c->challenged | c->misfits | c->half_open |
                        c->half_answered);
}

/* Is the segment the next one of t's stream, and does it acknowledge no less than the one before, nor what was not captured? */
static inline bool is_next(const tcps_segment *s, const tcps_endpoint *t, const tcps_endpoint *l)
{
    return (s->flags & (TCPS_ACK | TCPS_SYN | TCPS_FIN | TCPS_RST)) == TCPS_ACK && s->n_sack == 0 && t->last_frame &&
           s->seq == t->snd_nxt && seq_ge(s->ack, t->rcv_acked) && l->snd_nxt - s->ack <= FARTHEST &&
           seq_le(s->seq, l->rcv_nxt);
}

/* It is the one device's that all before were of, as its clock and its TTL tell. */
static inline bool has_next_clock(const tcps_segment *s, const tcps_endpoint *t, const tcps_endpoint *l)
{
    if (s->ttl != t->ttl)
        return false;
    if (!(s->has & TCPS_HAS_TIMESTAMPS))
        return !(t->ts_known & l->ts_known);
    return (t->ts_known && t->ts_recent_known && seq_ge(s->tsval, t->ts_last));
}

/* What is sent next is not known to reach the listener first. */
static inline bool is_plain_data(const tcps_connection *c, const tcps_segment *s, const tcps_endpoint *t)
{
    const tcps_tally *host = tcps_connection_tally(c, TCPS_CLIENT);
    return t->data_seen && !(s->has & TCPS_LEN_UNKNOWN) && host && !host->disorder;
}

static inline void take_ack(const tcps_segment *s, tcps_endpoint *t, tcps_endpoint *l)
{
    l->snd_una = seq_max(l->snd_una, s->ack);
    if (seq_gt(s->ack, l->seen_nxt))
        l->seen_nxt = s->ack;
    tcps_endpoint_measure(t, s->ack, s->time_ns);
    t->rcv_acked = s->ack;
    t->rcv_nxt = seq_max(t->rcv_nxt, s->ack);
    if (s->has & TCPS_HAS_TIMESTAMPS) {
        t->ts_last = s->tsval;
        t->ts_recent = s->tsecr;
    }
    t->window = s->window;
    t->ip_id = s->has & TCPS_HAS_IP_ID ? s->ip_id : 0;
}

static inline void take_data(tcps_connection *c, const tcps_segment *s, tcps_endpoint *t, tcps_endpoint *l)
{
    const uint32_t end = s->seq + s->len;
    t->last_data_ns = c->last_data_ns = s->time_ns;
    c->last_data_frame = s->frame;
    t->probes = l->probes = 0;
    if (seq_le(s->seq, t->seen_nxt))
        t->seen_nxt = end;
    if (!l->timing) {
        l->timing = true;
        l->timed_ns = s->time_ns;
        l->timed_ack = end;
    }
    t->snd_nxt = end;
    if (seq_gt(end, l->rcv_nxt)) {
        l->rcv_nxt = end;
        l->filled_ns = s->time_ns;
    }
}

static inline void observe(const tcps_connection *c, unsigned from, tcps_event event, tcps_observation *o)
{
    const tcps_role sender = from == c->client ? TCPS_CLIENT : TCPS_SERVER;
    o->connection = c->index;
    o->sender = sender;
    o->event = (uint8_t)event;
    o->closed_by = c->closed_by;
    o->role_basis = c->role_basis;
    o->opens = o->transition = false;
    o->captured_at = tcps_connection_captured_at(c, c->client);
    for (unsigned role = 0; role < 2; role++) {
        const tcps_endpoint *e = &c->ends[role == sender ? from : 1 - from];
        o->end[role] = (tcps_view){.before = TCPS_ESTABLISHED,
                                   .state = TCPS_ESTABLISHED,
                                   .before_certainty = TCPS_PROVEN,
                                   .certainty = TCPS_PROVEN,
                                   .since_frame = e->since_frame,
                                   .since_ns = e->since_ns,
                                   .possible = 1u << TCPS_ESTABLISHED,
                                   .why = e->why,
                                   .why_frame = e->why_frame,
                                   .about_frame = e->about_frame};
        o->standing[role] = (tcps_standing){.state = TCPS_ESTABLISHED,
                                            .certainty = TCPS_PROVEN,
                                            .since_frame = e->since_frame,
                                            .since_ns = e->since_ns};
    }
}

bool tcps_connection_quick(tcps_connection *c, unsigned from, const tcps_segment *s, tcps_observation *o)
{
    tcps_endpoint *t = &c->ends[from], *l = &c->ends[1 - from];

    if (!is_settled(t) || !is_settled(l) || !is_quiet(c) || !is_next(s, t, l) || !has_next_clock(s, t, l))
        return false;
    if (l->iss_known && !l->syn_acked)
        return false;
    if (s->len > 0 && !is_plain_data(c, s, t))
        return false;
    if (segment_is_copy(s, t, c->doubled)) /* which remembers nothing of a copy */
        return false;
    take_ack(s, t, l);
    if (s->len > 0)
        take_data(c, s, t, l);
    t->last_ns = c->last_ns = s->time_ns;
    t->last_frame = c->last_frame = s->frame;
    l->unanswered = 0;
    observe(c, from, s->len > 0 ? TCPS_EVENT_DATA : TCPS_EVENT_ACK, o);
    return true;
}

/* opening.c: SYN and SYN+ACK; and what must have happened where the capture missed them.
 *
 * A pair of ends has one incarnation at a time. A SYN alone does not begin the next one while the peer still holds the old
 * one open (or in TIME_WAIT, and the SYN is not newer): RFC 9293 §3.10.7.4 has the peer answer it with an ACK. Until the peer
 * accepts it with a SYN+ACK, or is known to hold nothing any more, it stays an attempt beside the old incarnation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "infer/step.h"
#include "rules/rule.h"

static void note_syn_options(tcps_endpoint *t, const tcps_segment *s)
{
    t->wscale_known = segment_has(s, TCPS_HAS_WSCALE);
    t->wscale = t->wscale_known ? s->wscale : 0;
    t->offers_wscale = t->wscale_known || !segment_has(s, TCPS_OPTIONS_CUT);
    if (segment_has(s, TCPS_HAS_FAST_OPEN) || s->len > 0)
        t->fast_open = true;
    if (!segment_is(s, TCPS_ACK))
        t->syn_data = s->len;
}

static void note_iss(tcps_endpoint *t, const tcps_segment *s)
{
    t->iss = s->seq;
    t->iss_known = true;
    t->syn_sent = true;
    t->snd_una = s->seq;
    t->snd_nxt = segment_end(s);
    t->seq_known = true;
}

/* The first SYN of an incarnation, from the talker to whoever listens. */
static void open_actively(tcps_step *step, uint32_t frame, int64_t time_ns)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker, *l = step->listener;
    tcps_connection_begin(c, frame, time_ns);
    c->client = (uint8_t)step->from;
    c->role_basis = TCPS_BASIS_SYN;
    t->proven = t->shown = TCPS_CLOSED;
    t->certainty = TCPS_PRESUMED;
    if (l != t) {
        l->proven = l->shown = TCPS_LISTEN;
        l->certainty = TCPS_PRESUMED;
        l->assumed = l->passive = true;
    }
}

/* RFC 9293 §3.10.7.4 fourth, RFC 6191: may the listener's TIME_WAIT give way to this SYN? */
static bool newer_than_time_wait(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (segment_has(s, TCPS_HAS_TIMESTAMPS) && t->ts_known && s->tsval != t->ts_last)
        return seq_gt(s->tsval, t->ts_last);
    return l->rcv_known && seq_gt(s->seq, l->rcv_nxt);
}

/* Does the listener hold anything that keeps a SYN from opening a new incarnation? */
static bool may_open(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    const tcps_endpoint *l = step->listener;
    if (!c->used)
        return true;
    switch (l->shown) {
    case TCPS_UNKNOWN:
    case TCPS_CLOSED:
    case TCPS_LISTEN:
        return true;
    case TCPS_TIME_WAIT:
        return newer_than_time_wait(step);
    case TCPS_SYN_RCVD:
        return l->proven == TCPS_LISTEN; /* it has not even answered the SYN before */
    default:
        return false;
    }
}

static void attempt(tcps_step *step)
{
    tcps_attempt *a = &step->connection->attempt;
    const tcps_segment *s = step->segment;
    if (!a->active || a->from != step->from || a->iss != s->seq)
        *a = (tcps_attempt){.active = true,
                            .from = (uint8_t)step->from,
                            .iss = s->seq,
                            .frame = step->at.frame,
                            .time_ns = step->at.time_ns};
    tcps_count(&a->syns);
    step->connection->challenged = (uint8_t)(2 - step->from);
    step->event = step->listener->shown == TCPS_TIME_WAIT ? TCPS_EVENT_SYN_ON_TIME_WAIT : TCPS_EVENT_SYN_ON_LIVE;
}

static void send_syn(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    note_iss(t, s);
    note_syn_options(t, s);
    t->proven = (uint8_t)tcps_transition_apply((tcps_state)t->proven, TCPS_SND_SYN);
    t->assumed = t->passive = false;
    tcps_count(&t->syns);
    tcps_step_take_numbers(step);
    tcps_step_tell(step, TCPS_RCV_SYN);
}

/* SYN crosses SYN: the talker had not heard of the listener's when it sent its own. */
static void cross(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    t->proven = TCPS_CLOSED;
    step->event = TCPS_EVENT_SYN_CROSSED;
    tcps_news *news = tcps_endpoint_news(t, TCPS_RCV_SYN);
    if (news)
        news->deferred = true;
    l->passive = false;
    send_syn(step);
}

static void repeat_syn(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    step->event = TCPS_EVENT_SYN_REPEATED;
    step->when |= TCPS_WHEN_REPEAT;
    tcps_count(&t->syns);
    tcps_step_judge(step);
    if (t->proven != TCPS_SYN_SENT) {
        step->event = TCPS_EVENT_LATE; /* it knows of the SYN+ACK already */
        return;
    }
    if (tcps_endpoint_presumed(l) == TCPS_CLOSED || tcps_endpoint_presumed(l) == TCPS_LISTEN) {
        l->proven = TCPS_LISTEN; /* a RST ended what it held before */
        l->n_news = 0;
        l->assumed = l->passive = true;
    }
    tcps_step_take_numbers(step);
    tcps_step_tell(step, TCPS_RCV_SYN);
}

void tcps_step_syn(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    tcps_attempt pending = c->attempt;
    step->event = TCPS_EVENT_SYN;
    if (c->used && t->iss_known && t->iss == s->seq && t->proven != TCPS_CLOSED && l->shown != TCPS_TIME_WAIT) {
        repeat_syn(step);
        return;
    }
    if (c->used && t != l && !t->iss_known && l->acked_known && l->rcv_acked == s->seq + 1 &&
        l->proven == TCPS_SYN_RCVD) {
        note_iss(t, s); /* the SYN+ACK was captured before the SYN that it answers */
        step->event = TCPS_EVENT_LATE;
        return;
    }
    if (c->used && t != l && l->proven == TCPS_SYN_SENT && !t->syn_sent) {
        cross(step);
        return;
    }
    if (!may_open(step)) {
        attempt(step);
        return;
    }
    bool again = pending.active && pending.from == step->from && pending.iss == s->seq;
    open_actively(step, step->at.frame, step->at.time_ns);
    send_syn(step);
    if (again) {
        t->syns = (uint16_t)(pending.syns + 1);
        t->since_frame = pending.frame;
        t->since_ns = pending.time_ns;
        t->shown = TCPS_SYN_SENT; /* since the first of these SYNs */
        step->event = TCPS_EVENT_SYN_REPEATED;
    }
}

/* The SYN+ACK accepts a SYN that stood beside an incarnation not known to be over. */
static void accept_attempt(tcps_step *step)
{
    tcps_attempt a = step->connection->attempt;
    tcps_endpoint *client = step->listener;
    tcps_connection *c = step->connection;
    tcps_connection_begin(c, step->at.frame, step->at.time_ns);
    c->client = a.from;
    c->role_basis = TCPS_BASIS_SYN;
    client->iss = client->snd_una = a.iss;
    client->snd_nxt = step->segment->ack;
    client->iss_known = client->seq_known = client->syn_sent = true;
    client->proven = client->shown = TCPS_SYN_SENT;
    client->certainty = TCPS_PROVEN;
    client->since_frame = a.frame;
    client->since_ns = a.time_ns;
    client->syns = a.syns;
    client->first_frame = a.frame;
    step->talker->proven = step->talker->shown = TCPS_LISTEN;
    step->talker->certainty = TCPS_PRESUMED;
    step->talker->passive = true;
}

/* A SYN+ACK without the SYN before it: the capture began between them, or holds one direction only. */
static void open_passively(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_connection_begin(c, step->at.frame, step->at.time_ns);
    c->client = (uint8_t)(1 - step->from);
    c->role_basis = TCPS_BASIS_SYN_ACK;
    tcps_endpoint *client = step->listener;
    client->iss = client->snd_una = step->segment->ack - 1;
    client->snd_nxt = step->segment->ack;
    client->seq_known = client->syn_sent = true;
    client->proven = TCPS_SYN_SENT;
    client->assumed = true;
    step->talker->proven = TCPS_LISTEN;
    step->talker->passive = true;
}

static bool fits_syn(const tcps_endpoint *l, uint32_t ack)
{
    return l->syn_sent && seq_gt(ack, l->iss) && seq_le(ack, l->snd_nxt);
}

/* Whatever stood in its name before (a forged RST or FIN), a listener's SYN+ACK that fits the SYN opens the connection: its
 * peer in SYN_SENT takes it. */
static void start_over(tcps_endpoint *t, tcps_endpoint *peer)
{
    tcps_endpoint old = *t;
    *t = (tcps_endpoint){.proven = TCPS_LISTEN, .shown = old.shown, .certainty = old.certainty, .passive = true};
    t->since_frame = old.since_frame;
    t->since_ns = old.since_ns;
    t->rtt_ns = old.rtt_ns;
    t->first_frame = old.first_frame;
    memcpy(t->fingerprints, old.fingerprints, sizeof t->fingerprints);
    memcpy(t->print_ms, old.print_ms, sizeof t->print_ms);
    t->next_print = old.next_print;
    t->last_frame = old.last_frame;
    t->last_ns = old.last_ns;
    peer->n_news = 0;
}

/* A SYN+ACK with another number than the one before: the peer's ACK will tell which it took. */
static void keep_other(tcps_endpoint *t, const tcps_segment *s)
{
    t->other_iss = s->seq;
    t->other_iss_known = true;
}

static void send_syn_ack(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    bool repeated = t->syn_sent && t->proven != TCPS_SYN_SENT && t->proven != TCPS_LISTEN;
    bool crossed = t->syn_sent && !repeated; /* its SYN went out before, without ACK */
    tcps_step_judge(step);
    if (t->proven == TCPS_LISTEN || t->proven == TCPS_SYN_SENT)
        tcps_endpoint_receive(t, TCPS_RCV_SYN); /* it answers it */
    if (repeated && t->proven == TCPS_SYN_RCVD && s->seq != t->iss) {
        keep_other(t, s); /* two hosts answer in one name */
        step->event = TCPS_EVENT_SYN_ACK_REPEATED;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    if (!crossed && (!repeated || t->proven == TCPS_SYN_RCVD))
        note_iss(t, s);
    if (t->proven != TCPS_SYN_RCVD) {
        step->event = TCPS_EVENT_LATE;
        if (s->seq != t->iss && !l->acked_known)
            keep_other(t, s);
        return;
    }
    note_syn_options(t, s);
    t->assumed = false;
    tcps_count(&t->syns);
    if (repeated && t->syn_acked)
        tcps_count(&t->vain_syns);
    step->event = repeated ? TCPS_EVENT_SYN_ACK_REPEATED : TCPS_EVENT_SYN_ACK;
    if (repeated)
        step->when |= TCPS_WHEN_REPEAT;
    if (l->proven == TCPS_SYN_SENT && s->ack == l->iss + 1)
        l->snd_nxt = t->rcv_nxt = s->ack; /* data on the SYN was left, and comes again (RFC 7413 §4.2.2) */
    tcps_step_take_ack(step);
    tcps_step_take_numbers(step);
    tcps_step_tell(step, tcps_endpoint_presumed(l) == TCPS_SYN_RCVD ? TCPS_RCV_ACK_OF_SYN : TCPS_RCV_SYN_ACK);
}

void tcps_step_syn_ack(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (c->attempt.active && c->attempt.from != step->from && seq_gt(s->ack, c->attempt.iss) &&
        seq_le(s->ack, c->attempt.iss + 1 + TCPS_MAX_SYN_DATA)) {
        accept_attempt(step);
    } else if (!c->used || !(fits_syn(l, s->ack) || (t->iss_known && t->iss == s->seq))) {
        if (c->used && l->proven == TCPS_SYN_SENT && l->iss_known) {
            step->event = TCPS_EVENT_OUT_OF_WINDOW; /* it acknowledges another SYN: the listener resets it */
            step->when |= TCPS_WHEN_REPEAT;
            return;
        }
        open_passively(step);
    }
    bool opening = t->proven == TCPS_LISTEN || t->proven == TCPS_SYN_SENT || t->proven == TCPS_SYN_RCVD;
    if (!opening && l->proven == TCPS_SYN_SENT && fits_syn(l, s->ack))
        start_over(t, l);
    send_syn_ack(step);
}

/* The talker answered the listener's SYN in a segment that was not captured. */
static void evident_syn_ack(tcps_endpoint *e, uint32_t iss)
{
    tcps_endpoint_receive(e, TCPS_RCV_SYN);
    if (e->iss_known)
        return;
    e->iss = e->snd_una = iss;
    e->snd_nxt = iss + 1;
    e->iss_known = e->seq_known = e->syn_sent = true;
    e->assumed = true;
}

void tcps_step_choose_syn_ack(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    bool waits = t->proven == TCPS_SYN_SENT || (t->rst_sent && t->before_rst == TCPS_SYN_SENT);
    if (!l->other_iss_known || !waits || step->segment->ack != l->other_iss + 1)
        return;
    uint32_t iss = l->other_iss;
    start_over(l, t);
    l->proven = TCPS_LISTEN;
    evident_syn_ack(l, iss);
    l->assumed = false;
    t->proven = TCPS_SYN_SENT;
    t->rst_sent = false;
}

void tcps_step_catch_up(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    bool ours = l->iss_known && seq_gt(s->ack, l->iss) && seq_le(s->ack, l->snd_nxt);
    if (t->proven == TCPS_SYN_SENT && !(l->iss_known && !ours)) {
        if (!l->iss_known) {
            step->connection->loss = true;
            tcps_step_miss_segments(step, 1 - step->from);
            evident_syn_ack(l, s->ack - 1);
        }
        tcps_endpoint_receive(t, TCPS_RCV_SYN_ACK);
    } else if (t->proven == TCPS_LISTEN && ours) {
        step->connection->loss = true;
        evident_syn_ack(t, s->seq - 1);
        tcps_endpoint_receive(t, TCPS_RCV_ACK_OF_SYN);
    } else if (t->proven == TCPS_LISTEN) {
        /* an ACK of nothing in this incarnation: it holds an older one of which we know nothing */
        tcps_news *news = tcps_endpoint_news(t, TCPS_RCV_SYN);
        if (news)
            tcps_endpoint_forget(t, news);
        t->proven = TCPS_UNKNOWN;
        step->event = TCPS_EVENT_CHALLENGE_ACK;
    }
}

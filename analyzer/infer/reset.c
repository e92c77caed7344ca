/* reset.c: RST: what it tells of its sender, and whether its receiver takes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"
#include "rules/rule.h"

/* A RST that answers a segment comes this soon. */
#define ANSWER_NS 200000000

/* In SYN_SENT a RST counts only if it acknowledges the SYN (RFC 9293 §3.10.7.3 second). */
static bool taken_in_syn_sent(const tcps_step *step)
{
    const tcps_endpoint *l = step->listener;
    const tcps_segment *s = step->segment;
    return segment_is(s, TCPS_ACK) && seq_gt(s->ack, l->iss) && seq_le(s->ack, l->snd_nxt);
}

/* RFC 5961 §3.2: only the exact next number resets. What that is, the capture knows between two bounds: what the listener
 * has acknowledged, and what was sent to it. */
static bool taken_in_sync(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (!l->rcv_known)
        return true;
    uint32_t low = l->acked_known ? l->rcv_acked : l->rcv_nxt;
    if (seq_within(s->seq, low, l->rcv_nxt))
        return true;
    for (unsigned i = 0; i < l->n_stretches; i++) {
        if (s->seq == l->stretches[i].right)
            return true; /* Linux: the right edge of a SACK block */
    }
    bool closing = l->shown == TCPS_CLOSE_WAIT || l->shown == TCPS_LAST_ACK || l->shown == TCPS_CLOSING;
    return closing && t->fin_sent && s->seq == t->fin_seq;
}

static bool is_taken(const tcps_step *step)
{
    const tcps_endpoint *l = step->listener;
    switch (l->shown) {
    case TCPS_SYN_SENT:
        return l->proven != TCPS_SYN_SENT || taken_in_syn_sent(step);
    case TCPS_CLOSED:
    case TCPS_LISTEN:
        return false;
    case TCPS_ESTABLISHED:
        return taken_in_sync(step) || (l->proven == TCPS_SYN_SENT && taken_in_syn_sent(step));
    case TCPS_UNKNOWN:
        return true;
    case TCPS_TIME_WAIT:
        return !l->keeps_time_wait && taken_in_sync(step);
    default:
        return taken_in_sync(step);
    }
}

/* In SYN_SENT an endpoint resets whoever acknowledges what it never sent, and waits on (RFC 9293 §3.10.7.3 first). */
static bool answers_bad_ack(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (step->connection->attempt.active && step->connection->attempt.from == step->from)
        return !segment_is(s, TCPS_ACK);
    return t->proven == TCPS_SYN_SENT && !segment_is(s, TCPS_ACK) && !(l->iss_known && s->seq == t->iss + 1) &&
           s->seq != t->iss;
}

/* RFC 9293 §3.5.2: a RST that answers a segment has the number that its ACK names, and no ACK. */
static bool answers(const tcps_step *step)
{
    const tcps_endpoint *l = step->listener;
    const tcps_segment *s = step->segment;
    return !segment_is(s, TCPS_ACK) && l->acked_known && s->seq == l->rcv_acked &&
           l->last_frame == step->connection->last_frame && span_between(l->last_ns, step->at.time_ns) < ANSWER_NS;
}

static void talk(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_ACK) && l->seq_known && seq_le(s->ack, l->snd_nxt) && t->acked_known &&
        seq_ge(s->ack, t->rcv_acked)) {
        tcps_step_take_ack(step);
        if (l->fin_sent && seq_gt(s->ack, l->fin_seq))
            tcps_endpoint_receive(t, TCPS_RCV_FIN);
    }
    if (t->proven == TCPS_SYN_SENT && tcps_endpoint_news(t, TCPS_RCV_SYN_ACK))
        tcps_endpoint_receive(t, TCPS_RCV_SYN_ACK);
    if (!t->rst_sent) {
        t->before_rst = (uint8_t)t->proven;
        t->silent_ns = t->first_frame ? span_between(t->last_ns, step->at.time_ns) : INT64_MAX;
        t->rst_answers = answers(step);
        t->rst_peer_nxt = l->snd_nxt;
    }
    if (t->proven == TCPS_LISTEN || t->proven == TCPS_SYN_SENT)
        t->proven = TCPS_CLOSED; /* nobody listened there, or it has given up: it answers as a stranger */
    t->proven = (uint8_t)tcps_transition_apply((tcps_state)t->proven, TCPS_SND_RST);
    t->n_news = 0;
    t->rst_sent = true;
    t->rst_ns = step->at.time_ns;
    t->rst_frame = step->at.frame;
    t->assumed = t->elapsed = false;
}

static void note_closer(tcps_step *step)
{
    tcps_connection *c = step->connection;
    if (!c->rst_by)
        c->rst_by = (uint8_t)(step->from + 1);
    if (c->closed_by == TCPS_BY_NOBODY)
        c->closed_by = step->from == c->client ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
}

/* One that its sender may have used: a RST answers a segment with the number that its ACK names. */
static bool is_known_number(const tcps_endpoint *t, uint32_t seq)
{
    if (!t->seq_known)
        return true;
    uint32_t low = t->iss_known ? t->iss : t->snd_una - (1u << 20);
    return seq_within(seq, low, t->snd_nxt);
}

/* The peer of an attempt answers its SYN with a RST: neither the old incarnation nor a new one is there. */
static bool refuses_attempt(const tcps_step *step)
{
    const tcps_attempt *a = &step->connection->attempt;
    const tcps_segment *s = step->segment;
    return a->active && a->from != step->from && segment_is(s, TCPS_ACK) && s->ack == a->iss + 1;
}

void tcps_step_reset(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    step->when |= TCPS_WHEN_RST;
    if (!c->used) {
        tcps_connection_meet(step);
        c->mid_stream = true;
        step->event = TCPS_EVENT_BACKSCATTER;
        talk(step);
        tcps_step_tell(step, TCPS_RCV_RST); /* whatever the listener held, this ends it */
        return;
    }
    if (refuses_attempt(step)) {
        c->attempt.active = false;
        talk(step);
        l->proven = TCPS_CLOSED;
        l->assumed = true;
        l->n_news = 0;
        step->event = TCPS_EVENT_RST_REFUSES;
        note_closer(step);
        return;
    }
    bool bad_ack = answers_bad_ack(step), taken = is_taken(step);
    bool refuses = l->proven == TCPS_SYN_SENT && taken_in_syn_sent(step) && !t->syn_sent;
    bool in_place = taken || l->shown == TCPS_CLOSED || l->shown == TCPS_LISTEN || is_known_number(t, s->seq);
    step->unsure |= !in_place;
    if (!bad_ack && in_place)
        talk(step); /* one out of place may be anybody's */
    if (taken) {
        tcps_step_tell(step, l->passive ? TCPS_RCV_RST_PASSIVE : TCPS_RCV_RST);
        note_closer(step);
    } else if (l->shown != TCPS_CLOSED && l->shown != TCPS_LISTEN) {
        step->when |= TCPS_WHEN_REPEAT;
        c->challenged = (uint8_t)(2 - step->from);
    }
    if (bad_ack)
        step->event = TCPS_EVENT_RST_OF_BAD_ACK;
    else if (refuses)
        step->event = TCPS_EVENT_RST_REFUSES;
    else
        step->event =
            taken || l->shown == TCPS_CLOSED || l->shown == TCPS_LISTEN ? TCPS_EVENT_RST : TCPS_EVENT_RST_IGNORED;
}

/* The listener does not get a RST that its peer did not send. */
static void withdraw_rst(tcps_step *step)
{
    static const tcps_input inputs[] = {TCPS_RCV_RST, TCPS_RCV_RST_PASSIVE};
    for (unsigned i = 0; i < G_N_ELEMENTS(inputs); i++) {
        tcps_news *news = tcps_endpoint_news(step->listener, inputs[i]);
        if (news && step->listener->last_ns > step->talker->rst_ns)
            tcps_endpoint_forget(step->listener, news);
    }
}

void tcps_step_revive(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    if (t->elapsed) { /* it kept TIME_WAIT for longer than we thought */
        t->proven = TCPS_TIME_WAIT;
        t->elapsed = false;
        return;
    }
    if (!t->rst_sent)
        return;
    const tcps_segment *s = step->segment;
    bool goes_on = seq_gt(segment_end(s), t->snd_nxt) || (t->acked_known && seq_gt(s->ack, t->rcv_acked));
    if (goes_on && step->connection->rst_by == step->from + 1)
        t->rst_denied = true;
    t->proven = t->before_rst;
    t->rst_sent = false;
    withdraw_rst(step);
    step->when |= TCPS_WHEN_REPEAT;
}

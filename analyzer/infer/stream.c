/* stream.c: segments with neither SYN nor RST: data, ACKs, FINs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/step.h"
#include "rules/rule.h"

static void send_fin(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    uint32_t fin_seq = segment_data_end(s);
    tcps_count(&t->fins);
    t->fin_last_ns = step->at.time_ns;
    if (t->fin_sent && !t->fin_guessed && t->fin_seq == fin_seq) {
        step->event = TCPS_EVENT_FIN_REPEATED;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    if (t->fin_sent && t->fin_seq != fin_seq && !t->fin_guessed) {
        step->event = TCPS_EVENT_DATA_AFTER_FIN;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    t->before_fin = t->proven;
    step->listener->before_peers_fin = step->listener->proven;
    t->fin_sent = true;
    t->fin_guessed = false;
    t->fin_seq = fin_seq;
    t->fin_ns = step->at.time_ns;
    t->fin_frame = step->at.frame;
    t->fin_has_ts = segment_has(s, TCPS_HAS_TIMESTAMPS);
    t->fin_ts = s->tsval;
    t->fin_after_peers = step->listener->fin_sent && seq_gt(s->ack, step->listener->fin_seq);
    if (t->fin_after_peers &&
        s->len > 0) /* queued behind data, perhaps before the peer's FIN came: then it is CLOSING */
        t->hasty_fin = step->unsure = true;
    t->proven = (uint8_t)tcps_transition_apply((tcps_state)t->proven, TCPS_SND_FIN);
    step->event = TCPS_EVENT_FIN;
}

/* Data from the talker, and its last ACK stands at a byte of the listener's that was captured and was no FIN: it is open both ways. */
static bool is_open_for_sure(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    bool sends_new = s->len > 0 && !step->late && (!t->first_frame || seq_ge(s->seq, step->snd_nxt_before));
    return sends_new && l->data_seen && !l->fin_sent && seq_le(s->ack, l->snd_nxt) && seq_gt(s->ack, l->data_first);
}

/* The talker of a segment that only a synchronized endpoint sends. */
static void talk(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (t->proven == TCPS_LISTEN || t->proven == TCPS_SYN_SENT)
        tcps_step_catch_up(step);
    if (t->proven == TCPS_SYN_SENT || step->event == TCPS_EVENT_CHALLENGE_ACK)
        return;
    if (t->proven == TCPS_UNKNOWN)
        t->assumed = true;
    if (segment_end(s) != s->seq && (!t->seq_known || seq_ge(s->seq, t->snd_nxt)))
        t->unseen_tail = false; /* it sends on: no FIN was missed before */
    bool heard_unseen = l->seq_known && seq_gt(s->ack, l->snd_nxt);
    tcps_step_take_ack(step);
    tcps_step_judge(step);
    if (l->fin_sent && seq_gt(s->ack, l->fin_seq))
        tcps_endpoint_receive(t, TCPS_RCV_FIN);
    tcps_step_find_gaps(step);
    tcps_step_talker_unseen(step);
    if (t->proven == TCPS_SYN_RCVD && !l->fast_open) {
        if ((s->len > 0 && l->first_frame) || segment_is(s, TCPS_FIN) || heard_unseen)
            tcps_endpoint_receive(t, TCPS_RCV_ACK_OF_SYN);
        else if (!tcps_endpoint_news(t, TCPS_RCV_ACK_OF_SYN)) /* in SYN_RCVD it would hardly send an ACK */
            tcps_endpoint_hear(t, &(tcps_news){.input = TCPS_RCV_ACK_OF_SYN,
                                               .guessed = true,
                                               .seq_before = s->ack,
                                               .time_ns = step->at.time_ns});
    }
    if (t->proven == TCPS_UNKNOWN)
        t->proven = (uint8_t)tcps_transition_apply(TCPS_UNKNOWN, TCPS_SND_SEGMENT);
    if (t->proven == TCPS_ESTABLISHED && t->assumed && is_open_for_sure(step))
        t->assumed = false;
    else if (t->assumed && !step->connection->mid_stream && !t->fin_guessed)
        t->assumed = false; /* its own segment now shows what its peer's had shown */
    if (t->hasty_fin || t->unseen_tail || l->unseen_tail || l->fin_guessed || t->fin_guessed)
        step->unsure = true;
    if (segment_is(s, TCPS_FIN))
        send_fin(step);
    if (t->proven == TCPS_TIME_WAIT)
        t->timer_ns = step->at.time_ns;
}

/* The listener, if the segment reaches it. */
static void listen(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (tcps_step_is_acceptable(step) && segment_is(s, TCPS_ACK)) {
        if (l->iss_known && seq_gt(s->ack, l->iss) && seq_le(s->ack, l->snd_nxt) && l->proven == TCPS_SYN_RCVD)
            tcps_step_tell(step, TCPS_RCV_ACK_OF_SYN);
        if (l->fin_sent && seq_gt(s->ack, l->fin_seq))
            tcps_step_tell(step, TCPS_RCV_ACK_OF_FIN);
    }
    if (t->fin_sent && l->rcv_known && seq_gt(l->rcv_nxt, t->fin_seq)) {
        tcps_news *news = tcps_endpoint_news(l, TCPS_RCV_FIN);
        if (news && news->deferred)
            news->deferred = false;
        else if (!l->acked_known || seq_le(l->rcv_acked, t->fin_seq))
            tcps_step_tell(step, TCPS_RCV_FIN);
    }
}

/* RFC 9293 §3.8.4: one number below SND.NXT. */
static bool is_probe(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    return t->seq_known && s->len <= 1 && s->seq == t->snd_nxt - 1 && !(t->iss_known && s->seq == t->iss) &&
           !segment_is(s, TCPS_FIN);
}

/* What the segment is, as it stood before it was taken in. */
typedef struct {
    bool new_data;   /* payload beyond SND.NXT */
    bool acks_syn;   /* the first ACK of the SYN of a listener's SYN+ACK */
    bool acks_fin;   /* the first ACK of the peer's FIN */
    bool probe;      /* one below SND.NXT */
    bool stalled;    /* the peer's window was zero */
    bool challenged; /* an ACK without news, after a SYN or RST that draws one */
} traits;

static traits traits_of(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    bool bare = segment_end(s) == s->seq;
    return (traits){
        .new_data =
            s->len > 0 && (!t->seq_known || seq_gt(segment_data_end(s), t->snd_nxt) || tcps_step_fills_gap(step)),
        .acks_syn = l->iss_known && !l->syn_acked && seq_gt(s->ack, l->iss) && l->proven == TCPS_SYN_RCVD,
        .acks_fin = l->fin_sent && seq_gt(s->ack, l->fin_seq) && !l->fin_acked,
        .probe = is_probe(step),
        .stalled = l->acked_known && l->window == 0,
        .challenged = bare && c->challenged == step->from + 1 && t->acked_known && s->ack == t->rcv_acked,
    };
}

static tcps_event name_of_bare(const tcps_step *step, const traits *is)
{
    if (is->probe)
        return is->stalled ? TCPS_EVENT_WINDOW_PROBE : TCPS_EVENT_KEEPALIVE;
    if (is->acks_fin)
        return TCPS_EVENT_ACK_OF_FIN;
    if (is->acks_syn)
        return TCPS_EVENT_ACK_OF_SYN;
    if (step->talker->proven == TCPS_TIME_WAIT)
        return TCPS_EVENT_TIME_WAIT_ACK;
    return is->challenged ? TCPS_EVENT_CHALLENGE_ACK : TCPS_EVENT_ACK;
}

static tcps_event name_of(const tcps_step *step, const traits *is)
{
    const tcps_endpoint *l = step->listener;
    const tcps_segment *s = step->segment;
    if (step->event != TCPS_EVENT_NONE && step->event != TCPS_EVENT_FIN)
        return step->event;
    if (step->event == TCPS_EVENT_FIN) {
        if (l->rcv_known && seq_lt(l->rcv_nxt, segment_end(s)))
            return TCPS_EVENT_FIN_EARLY;
        return is->acks_fin ? TCPS_EVENT_FIN_AND_ACK_OF_FIN : TCPS_EVENT_FIN;
    }
    if (s->len > 1 || (s->len == 1 && !is->probe))
        return is->new_data ? TCPS_EVENT_DATA : TCPS_EVENT_DATA_REPEATED;
    return name_of_bare(step, is);
}

/* The talker sends on although it has received the listener's FIN: a half-close in use. */
static void note_service(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    const tcps_endpoint *l = step->listener;
    if (t->served_frame || !l->fin_sent || l->fin_guessed || seq_le(step->segment->ack, l->fin_seq))
        return;
    t->served_frame = step->at.frame;
    t->served_ns = step->at.time_ns;
    t->served_seq = segment_data_end(step->segment);
}

/* Sent to draw an answer. */
static void note_unanswered(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    if (t->unanswered == 0)
        t->unanswered_ns = step->at.time_ns;
    tcps_count(&t->unanswered);
    step->when |= TCPS_WHEN_REPEAT;
}

static void note_probe(tcps_step *step)
{
    tcps_count(&step->talker->probes);
    note_unanswered(step);
}

static void note_data(tcps_step *step, bool new_data)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    if (s->len == 0)
        return;
    if (!new_data && step->event == TCPS_EVENT_NONE && s->len == 1 && s->seq == t->snd_nxt - 1)
        return; /* a keepalive probe of one byte */
    if (!new_data) {
        note_unanswered(step);
        return;
    }
    if (!t->data_seen)
        t->data_first = s->seq;
    t->data_seen = true;
    t->last_data_ns = c->last_data_ns = step->at.time_ns;
    c->last_data_frame = step->at.frame;
    t->probes = step->listener->probes = 0;
    note_service(step);
    if (t->fin_sent && seq_gt(segment_data_end(s), t->fin_seq)) {
        step->event = TCPS_EVENT_DATA_AFTER_FIN;
        step->when |= TCPS_WHEN_REPEAT;
    }
}

void tcps_step_stream(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    tcps_step_choose_syn_ack(step);
    if (tcps_step_joins_anew(step)) {
        tcps_connection_meet(step);
        c->mid_stream = true;
    } else if (tcps_step_misfits(step)) {
        c->misfits++;
        step->event = TCPS_EVENT_OUT_OF_WINDOW;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    c->misfits = 0;
    step->late = tcps_step_is_late(step);
    traits is = traits_of(step);
    if (c->challenged == step->from + 1)
        c->challenged = 0;
    if (step->late) {
        tcps_step_note_disorder(step);
        step->event = TCPS_EVENT_LATE;
        step->when |= TCPS_WHEN_REPEAT;
        if (!segment_has(s, TCPS_LEN_UNKNOWN) && !tcps_step_fails_paws(step))
            tcps_endpoint_arrive(l, s->seq, segment_end(s));
        if (segment_is(s, TCPS_FIN) && !t->fin_sent && t->proven != TCPS_CLOSED)
            send_fin(step);
        listen(step);
        return;
    }
    if (c->attempt.active && c->attempt.from == step->from)
        c->attempt.active = false; /* it talks on in the old incarnation: the SYN was not its own */
    if (t->proven == TCPS_CLOSED)
        tcps_step_revive(step);
    talk(step);
    if (step->event == TCPS_EVENT_CHALLENGE_ACK || t->proven == TCPS_SYN_SENT)
        return;
    note_data(step, is.new_data);
    tcps_step_take_numbers(step);
    step->event = name_of(step, &is);
    if (step->event == TCPS_EVENT_KEEPALIVE || step->event == TCPS_EVENT_WINDOW_PROBE)
        note_probe(step);
    if (step->event == TCPS_EVENT_TIME_WAIT_ACK && c->attempt.active && !c->attempt.refused_frame)
        c->attempt.refused_frame = step->at.frame; /* the SYN's answer */
    listen(step);
}

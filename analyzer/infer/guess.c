/* guess.c: what was sent and never captured, above all FINs.
 *
 * An ACK beyond what was captured shows that its receiver has sent more; a jump in an endpoint's own numbers shows it too.
 * Where that is one number, it may be a FIN or one byte. What follows from a guess is presumed, never proven, and is taken
 * back where something later shows that it was data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/step.h"

static void guess_fin(const tcps_step *step, tcps_endpoint *e, tcps_endpoint *peer, uint32_t fin_seq)
{
    e->before_fin = e->proven;
    peer->before_peers_fin = peer->proven;
    e->proven = (uint8_t)tcps_transition_apply((tcps_state)e->proven, TCPS_SND_FIN);
    e->fin_sent = e->fin_guessed = e->assumed = true;
    e->fin_seq = fin_seq;
    e->fin_ns = e->fin_last_ns = step->at.time_ns;
    e->may_be_fin = false;
}

/* The listener answered unseen: what was sent to it so far has probably reached it. */
static void take_news(tcps_endpoint *l)
{
    while (l->n_news > 0 && !l->news[0].deferred)
        tcps_endpoint_receive(l, (tcps_input)l->news[0].input);
}

static void presume_fin_acked(const tcps_step *step)
{
    tcps_news news = {
        .input = TCPS_RCV_ACK_OF_FIN, .guessed = true, .seq_before = step->segment->ack, .time_ns = step->at.time_ns};
    tcps_endpoint_hear(step->talker, &news);
}

void tcps_step_listener_unseen(tcps_step *step, uint32_t beyond)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    /* of an endpoint met by a keepalive probe the number before SND.NXT was captured first: nothing is missing */
    if (beyond == 1 && l->first_frame && !l->syn_sent && !l->data_seen)
        return;
    step->connection->loss = true;
    tcps_step_miss_segments(step, 1 - step->from);
    l->unseen_tail = true;
    l->may_be_fin = false;
    if (l->proven == TCPS_SYN_RCVD || l->assumed) {
        tcps_endpoint_receive(l, TCPS_RCV_ACK_OF_SYN); /* it sends beyond its SYN */
        l->assumed = true;
    }
    if (t->fin_sent && !t->fin_acked)
        presume_fin_acked(step);
    if (l->fin_guessed) {
        tcps_step_doubt_fin(step);
        return;
    }
    if (l->proven == TCPS_UNKNOWN) { /* it sends: it is synchronized */
        l->proven = (uint8_t)tcps_transition_apply(TCPS_UNKNOWN, TCPS_SND_SEGMENT);
        l->assumed = true;
    }
    if (beyond != 1 || l->fin_sent || t->proven == TCPS_SYN_SENT)
        return;
    if (t->fin_sent || l->first_frame) {
        take_news(l);
        guess_fin(step, l, t, step->segment->ack - 1);
    } else { /* one byte in a capture of one direction: what the talker does next will tell more */
        l->may_be_fin = true;
        l->fin_seq = step->segment->ack - 1;
    }
}

/* The talker's own numbers jump, or it repeats: has it sent a FIN that was not captured, or not yet? */
static void look_for_own_fin(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_FIN))
        return;
    if (s->len > 0 ? seq_lt(s->seq, t->snd_nxt) : seq_gt(s->seq, t->snd_nxt))
        step->unsure = true;
    if (!seq_gt(s->seq, t->snd_nxt))
        return;
    step->connection->loss = true;
    t->unseen_tail = s->len == 0;
    if (s->seq - t->snd_nxt == 1 && s->len == 0)
        guess_fin(step, t, step->listener, t->snd_nxt);
}

/* Data from the talker makes it unlikely that the one unseen number was the listener's FIN; its own FIN makes it likely. */
static void weigh_listener_fin(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (s->len > 0 && (l->may_be_fin || (l->fin_guessed && !t->fin_sent))) {
        l->may_be_fin = false;
        tcps_step_doubt_fin(step);
    } else if (l->may_be_fin && segment_is(s, TCPS_FIN) && !t->fin_sent) {
        take_news(l);
        guess_fin(step, l, t, l->fin_seq);
        tcps_endpoint_receive(t, TCPS_RCV_FIN);
    }
}

void tcps_step_talker_unseen(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    weigh_listener_fin(step);
    if (!t->seq_known || t->proven == TCPS_UNKNOWN)
        return;
    if (!t->fin_sent) {
        look_for_own_fin(step);
        return;
    }
    if (t->fin_guessed && seq_gt(segment_end(s), t->fin_seq + 1))
        tcps_step_doubt_fin(step);
    if (s->len > 0 && seq_le(segment_data_end(s), t->fin_seq) && !segment_is(s, TCPS_FIN) &&
        !segment_has(s, TCPS_HAS_TIMESTAMPS))
        step->unsure = true; /* sent again after its FIN, or overtaken by it */
    bool again = segment_is(s, TCPS_FIN) && segment_data_end(s) == t->fin_seq;
    if (!l->first_frame && !t->fin_acked && !again)
        presume_fin_acked(step); /* nothing of the listener is captured, and the FIN is not repeated */
}

/* Without its FIN, but with what it has received since. */
static uint8_t without_fin(const tcps_endpoint *e, const tcps_endpoint *peer)
{
    bool heard = peer->fin_sent && !peer->fin_guessed && e->acked_known && seq_gt(e->rcv_acked, peer->fin_seq);
    return heard ? (uint8_t)tcps_transition_apply((tcps_state)e->before_fin, TCPS_RCV_FIN) : e->before_fin;
}

/* Without its peer's FIN, but with its own. */
static uint8_t without_peers_fin(const tcps_endpoint *e)
{
    bool closed = e->fin_sent && !e->fin_guessed;
    return closed ? (uint8_t)tcps_transition_apply((tcps_state)e->before_peers_fin, TCPS_SND_FIN) : e->before_peers_fin;
}

void tcps_step_doubt_fin(tcps_step *step)
{
    tcps_endpoint *ends[] = {step->talker, step->listener};
    for (unsigned i = 0; i < 2; i++) {
        tcps_endpoint *e = ends[i], *peer = ends[1 - i];
        if (!e->fin_guessed)
            continue;
        e->fin_sent = e->fin_guessed = e->fin_acked = false;
        e->proven = without_fin(e, peer);
        peer->proven = without_peers_fin(peer);
    }
}

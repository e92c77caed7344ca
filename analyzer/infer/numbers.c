/* numbers.c: what a segment's numbers say of what was sent and received, and how long it takes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

void tcps_step_take_numbers(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    uint32_t end = segment_end(s);
    if (!t->seq_known) {
        t->snd_una = s->seq;
        t->snd_nxt = end;
        t->seq_known = true;
    } else {
        if (seq_gt(end, t->snd_nxt) && !l->timing) {
            l->timing = true;
            l->timed_ns = step->at.time_ns; /* the listener's ACK of it measures its round trip */
            l->timed_ack = end;
        } else if (end != s->seq && seq_le(end, t->snd_nxt)) {
            l->timing = false; /* sent again: its ACK would be ambiguous (RFC 6298 §3) */
        }
        t->snd_nxt = seq_max(t->snd_nxt, end);
    }
    if (segment_is(s, TCPS_SYN)) {
        if (l->syns == 0 && t->syns <= 1 && !l->timing) {
            l->timing = true;
            l->timed_ns = step->at.time_ns;
            l->timed_ack = s->seq + 1;
        } else if (t->syns > 1) {
            l->timing = false;
        }
    }
    if (segment_has(s, TCPS_HAS_TIMESTAMPS)) {
        t->ts_last = s->tsval;
        t->ts_known = true;
        if (segment_is(s, TCPS_ACK)) {
            t->ts_recent = s->tsecr;
            t->ts_recent_known = true;
        }
    }
    t->window = s->window;
    if (end != s->seq && !segment_has(s, TCPS_LEN_UNKNOWN)) {
        uint32_t before = l->rcv_nxt;
        tcps_endpoint_arrive(l, s->seq, end);
        if (before != l->rcv_nxt)
            l->filled_ns = step->at.time_ns;
    }
}

void tcps_step_take_ack(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (!segment_is(s, TCPS_ACK))
        return;
    if (!l->seq_known) {
        l->snd_una = l->snd_nxt = s->ack;
        l->seq_known = true;
    } else if (seq_gt(s->ack, l->snd_nxt)) {
        tcps_step_listener_unseen(step, s->ack - l->snd_nxt);
        l->snd_nxt = s->ack;
    }
    l->snd_una = seq_max(l->snd_una, s->ack);
    if (l->fin_sent && !l->fin_guessed && seq_gt(s->ack, l->fin_seq + 1)) {
        l->fin_guessed = true; /* what came after its FIN was taken: the FIN was not its own */
        tcps_step_doubt_fin(step);
    }
    if (l->iss_known && seq_gt(s->ack, l->iss))
        l->syn_acked = true;
    if (l->fin_sent && !l->fin_acked && seq_gt(s->ack, l->fin_seq)) {
        l->fin_acked = true;
        l->ack_of_fin_has_ts = segment_has(s, TCPS_HAS_TIMESTAMPS);
        l->ack_of_fin_ts = s->tsval;
    }
    tcps_news *guess = tcps_endpoint_news(l, TCPS_RCV_ACK_OF_FIN);
    if (guess && guess->guessed && seq_le(s->ack, l->fin_seq))
        tcps_endpoint_forget(l, guess); /* it acknowledges less than that */
    tcps_endpoint_measure(t, s->ack, step->at.time_ns);
    tcps_endpoint_acknowledge(t, s->ack);
}

/* What is captured does not reach the ends as it was captured. */
void tcps_step_note_disorder(const tcps_step *step)
{
    tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
    if (host)
        host->disorder = true;
}

/* What the talker has not acknowledged although it was captured: still under way, or lost? */
void tcps_step_find_gaps(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    int64_t now = step->at.time_ns;
    if (!t->rcv_known || seq_ge(s->ack, t->rcv_nxt))
        return;
    bool fresh = t->rtt_ns > 0 && span_between(t->filled_ns, now) < t->rtt_ns;
    bool fin_lost =
        l->fin_sent && seq_gt(t->rcv_nxt, l->fin_seq) && span_between(l->fin_last_ns, now) > tcps_endpoint_patience(t);
    if ((s->n_sack > 0 && seq_gt(s->sack[0][0], s->ack) && !fresh) || fin_lost) {
        tcps_endpoint_misses(t, s);
        tcps_step_note_disorder(step);
    }
}

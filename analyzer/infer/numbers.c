/* numbers.c: what a segment's numbers say of what was sent and received, and how long it takes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

static void time_segment(tcps_step *step, uint32_t end)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_SYN)) {
        if (e->more->syns <= 1 && !r->timing) {
            r->timing = true;
            r->timed_ns = step->at.time_ns;
            r->timed_ack = s->seq + 1;
        } else if (e->more->syns > 1) {
            r->timing = false;
        }
    } else if (seq_gt(end, e->snd_nxt) && !r->timing) {
        r->timing = true;
        r->timed_ns = step->at.time_ns; /* the receiver's ACK of it measures its round trip */
        r->timed_ack = end;
    } else if (end != s->seq && seq_le(end, e->snd_nxt)) {
        r->timing = false; /* sent again: its ACK would be ambiguous (RFC 6298 §3) */
    }
}

/* How far all that it sent was captured. */
static void note_seen(tcps_endpoint *e, uint32_t seq, uint32_t end)
{
    if (!e->seq_known)
        e->seen_nxt = end;
    else if (seq_le(seq, e->seen_nxt))
        e->seen_nxt = seq_max(e->seen_nxt, end);
}

/* What it holds beyond its ACK number, for those that say less to be known as older. */
static void note_sack(const tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    const uint32_t top = tcps_step_sacked_to(step);
    if (!e->fin_sent || top == s->ack)
        return;
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    m->sacked_to = m->sacked_ack == s->ack && m->sacked_to != s->ack ? seq_max(m->sacked_to, top) : top;
    m->sacked_ack = s->ack;
}

void tcps_step_take_numbers(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const uint32_t end = segment_end(s);
    note_seen(e, s->seq, end);
    note_sack(step);
    if (!e->seq_known) {
        e->snd_una = s->seq;
        e->snd_nxt = end;
        e->seq_known = true;
        if (segment_is(s, TCPS_SYN))
            time_segment(step, end);
    } else {
        time_segment(step, end);
        e->snd_nxt = seq_max(e->snd_nxt, end);
    }
    if (segment_has(s, TCPS_HAS_TIMESTAMPS)) {
        e->ts_last = s->tsval;
        e->ts_known = true;
        if (segment_is(s, TCPS_ACK)) {
            e->ts_recent = s->tsecr;
            e->ts_recent_known = true;
        }
    }
    e->window = s->window;
    if (end != s->seq && !segment_has(s, TCPS_LEN_UNKNOWN)) {
        const uint32_t before = r->rcv_nxt;
        tcps_endpoint_arrive(r, s->seq, end);
        if (before != r->rcv_nxt)
            r->filled_ns = step->at.time_ns;
    }
}

void tcps_step_take_ack(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (!segment_is(s, TCPS_ACK))
        return;
    if (!r->seq_known) {
        r->snd_una = r->snd_nxt = r->seen_nxt = s->ack;
        r->seq_known = true;
    } else if (seq_gt(s->ack, r->snd_nxt)) {
        tcps_step_receiver_unseen(step, s->ack - r->snd_nxt);
        r->snd_nxt = s->ack;
    }
    r->snd_una = seq_max(r->snd_una, s->ack);
    if (seq_gt(s->ack, r->seen_nxt) && seq_le(s->ack, r->snd_nxt))
        r->seen_nxt = s->ack; /* whatever is missing below is not sent again */
    if (r->fin_sent && seq_gt(s->ack, r->more->fin_seq + 1)) {
        r->fin_unseen = true; /* what came after its FIN was taken: the FIN was not its own */
        tcps_step_doubt_fin(step, TCPS_NO);
    }
    if (r->iss_known && seq_gt(s->ack, r->iss) && !r->syn_acked) {
        r->syn_acked = true;
        tcps_endpoint_need(r)->syn_acked_ns = step->at.time_ns;
    }
    if (r->fin_sent && !r->fin_acked && seq_gt(s->ack, r->more->fin_seq)) {
        r->fin_acked = true;
        r->ack_of_fin_has_ts = segment_has(s, TCPS_HAS_TIMESTAMPS);
        tcps_endpoint_more *m = tcps_endpoint_need(r);
        m->ack_of_fin_ts = s->tsval;
        m->fin_acked_ns = step->at.time_ns;
        m->fin_acked_frame = step->at.frame;
    }
    const tcps_pending *unseen = tcps_pending_of(r, TCPS_DID_HAVE_FIN_ACKED);
    if (unseen && unseen->unseen && seq_le(s->ack, r->more->fin_seq)) /* it acknowledges less than that */
        tcps_doubt(r, TCPS_DID_HAVE_FIN_ACKED, TCPS_NO, TCPS_EVIDENCE_ACK_STANDS_BEFORE, step->at, 0);
    tcps_endpoint_measure(e, s->ack, step->at.time_ns);
    tcps_endpoint_acknowledge(e, s->ack);
}

/* What the sender has not acknowledged although it was captured: still under way, or lost? */
void tcps_step_find_gaps(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const int64_t now = step->at.time_ns;
    if (!e->rcv_known || seq_ge(s->ack, e->rcv_nxt))
        return;
    const bool fresh = e->rtt_ns > 0 && span_between(e->filled_ns, now) < e->rtt_ns;
    const bool answers = segment_end(s) == s->seq && e->rtt_ns > 0; /* a bare ACK: it says at once what has arrived */
    const int64_t patience = answers ? e->rtt_ns + e->rtt_ns / 2 : tcps_endpoint_patience(e);
    const bool fin_lost =
        r->fin_sent && seq_gt(e->rcv_nxt, r->more->fin_seq) && span_between(r->more->fin_last_ns, now) > patience;
    if ((s->n_sack > 0 && seq_gt(s->sack[0][0], s->ack) && !fresh) || fin_lost) {
        tcps_endpoint_misses(e, s->sack, segment_n_sack(s));
        if (e->at_home)
            step->connection->not_got = (uint8_t)(step->from + 1);
        tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
        if (host)
            host->disorder = true; /* what is captured does not reach the ends as it was captured */
        tcps_step_weigh_fin(step, e, r);
    }
}

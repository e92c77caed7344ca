/* closing.c: FINs, and ACKs of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

/* A FIN below what its sender has sent already is none of its stream's: where that data has arrived, the FIN is not acceptable. */
static bool is_stale(const tcps_step *step, uint32_t fin_seq)
{
    const tcps_endpoint *e = step->sender;
    return e->seq_known && !e->fin_sent && seq_lt(fin_seq, step->snd_nxt_before) &&
           seq_le(step->snd_nxt_before, e->seen_nxt);
}

/* Where no round trip was measured. */
#define USUAL_RTT_NS INT64_C(100000000)

/* No retransmission timer is faster. */
#define FASTEST_NS INT64_C(10000000)

/* The FIN comes again, and left after the ACK of it could have arrived: what crosses on the way shows nothing. */
static void count_vain_fin(tcps_endpoint *e, tcps_moment at)
{
    const int64_t rtt_ns = e->rtt_ns ? e->rtt_ns : USUAL_RTT_NS;
    if (!e->fin_acked || span_between(e->more->fin_acked_ns, at.time_ns) <= rtt_ns + rtt_ns / 4 ||
        span_between(e->more->fin_last_ns, at.time_ns) < FASTEST_NS)
        return;
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    if (!m->vain_fins) {
        m->vain_fin_frame = at.frame;
        m->vain_fin_ns = at.time_ns;
    }
    tcps_count(&m->vain_fins);
}

/* Its FIN is repeated: whatever acknowledged it before has not reached it; and where it comes again and again, the peer's silence tells
 * of the peer. */
static void repeat_fin(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    step->event = TCPS_EVENT_FIN_REPEATED;
    step->when |= TCPS_WHEN_REPEAT;
    tcps_step_silent_at_home(step, TCPS_DID_RECEIVE_FIN);
    count_vain_fin(e, step->at);
    /* a repeat before this one had time for an answer, and got none at all: whoever has received a FIN acknowledges it */
    if (e->more->fins > 2 && !e->fin_acked && (!r->last_frame || r->last_ns < e->more->fin_ns) &&
        !tcps_is_sure(r, TCPS_DID_RECEIVE_FIN)) {
        tcps_endpoint_need(r)->refuted[TCPS_DID_RECEIVE_FIN] = UINT8_MAX;
        tcps_doubt(r, TCPS_DID_RECEIVE_FIN, TCPS_MAYBE, TCPS_EVIDENCE_FIN_NOT_ANSWERED, step->at, e->more->fin_frame);
    }
}

/* A host farther from the capture than this may lose segments before they are captured. */
#define NEAR_NS 1000000
/* The window scale of FreeBSD and its kin, as they are set up: Linux offers 7 and more, Windows 8. */
#define BSD_SHIFT 6

bool tcps_endpoint_is_like_bsd(const tcps_endpoint *e)
{
    return e->wscale_known && e->wscale == BSD_SHIFT && e->ts_known;
}

/* Its FIN answers its peer's at once, and from afar. It may have sent one before, which was lost on its way here: BSD answers a FIN that
 * crosses its own by its own again, with the new ACK. */
static bool may_be_second(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    return !e->at_home && tcps_endpoint_is_like_bsd(e) && seq_le(step->acked_before, r->more->fin_seq) &&
           e->rtt_ns > NEAR_NS && span_between(r->more->fin_ns, step->at.time_ns) < e->rtt_ns + e->rtt_ns / 2;
}

/* When it sent its own, had it received its peer's FIN? Its ACK tells; but a FIN behind data may have waited there since before. */
static void note_order(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const bool after = r->fin_sent && seq_gt(s->ack, r->more->fin_seq);
    /* or this is not its first, but the capture misses that, and the ACK of its peer's that it owed */
    const bool owed_for_long = after && !e->at_home && seq_le(step->acked_before, r->more->fin_seq) &&
                               span_between(r->more->fin_ns, step->at.time_ns) > tcps_endpoint_patience(e);
    const bool open = (after && (s->len > 0 || may_be_second(step))) || owed_for_long ||
                      (!after && tcps_believed(e, TCPS_DID_RECEIVE_FIN) != TCPS_NO && !r->fin_sent);
    tcps_order_fins(e, after, open);
}

/* Its FIN was supposed, and is captured now: sent again, or overtaken? Before its peer's had reached it, its ACK tells. */
static void note_order_of_supposed(tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const int64_t passed = span_between(e->more->fin_ns, step->at.time_ns);
    if (!r->fin_sent)
        return;
    if (seq_le(s->ack, r->more->fin_seq))
        tcps_order_fins(step->sender, false, r->fin_unseen);
    else if (step->late || passed < e->rtt_ns + r->rtt_ns) /* none is sent again so soon */
        tcps_order_fins(step->sender, true, true);
}

void tcps_step_send_fin(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    const uint32_t fin_seq = segment_data_end(s);
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    if (is_stale(step, fin_seq)) {
        step->event = TCPS_EVENT_OUT_OF_WINDOW;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    tcps_count(&m->fins);
    const bool first = !e->fin_sent || e->fin_unseen, supposed = e->fin_unseen && m->fin_seq == fin_seq;
    if (!first && m->fin_seq != fin_seq) {
        step->event = TCPS_EVENT_DATA_AFTER_FIN;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    if (!first) {
        repeat_fin(step);
        m->fin_last_ns = step->at.time_ns;
        return;
    }
    if (supposed)
        note_order_of_supposed(step);
    else
        note_order(step);
    e->fin_sent = true;
    e->fin_unseen = e->unseen_tail = false;
    e->fin_has_ts = segment_has(s, TCPS_HAS_TIMESTAMPS);
    m->fins = supposed ? m->fins : 1;
    m->fin_seq = fin_seq;
    m->fin_ns = m->fin_last_ns = step->at.time_ns;
    m->fin_frame = step->at.frame;
    m->fin_ts = s->tsval;
    if (tcps_believed(e, TCPS_DID_HAVE_FIN_ACKED) == TCPS_MAYBE) /* it sends it, for it is not acknowledged */
        tcps_doubt(e, TCPS_DID_HAVE_FIN_ACKED, TCPS_NO, TCPS_EVIDENCE_SENT_FIN, step->at, 0);
    tcps_believe(e, TCPS_DID_SEND_FIN, TCPS_YES, TCPS_EVIDENCE_SENT_FIN, step->at, 0);
    tcps_endpoint *r = step->receiver;
    if (supposed && e->fin_acked && tcps_is_likely(r, TCPS_DID_RECEIVE_FIN) && seq_gt(r->rcv_acked, fin_seq))
        tcps_believe(r, TCPS_DID_RECEIVE_FIN, TCPS_YES, TCPS_EVIDENCE_ACK_COVERS_FIN, step->at, m->fin_frame);
    step->event = TCPS_EVENT_FIN;
}

void tcps_step_acknowledge_fin(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (!r->fin_sent || !segment_is(s, TCPS_ACK))
        return;
    if (seq_gt(s->ack, r->more->fin_seq))
        tcps_believe(e, TCPS_DID_RECEIVE_FIN, r->fin_unseen ? TCPS_LIKELY : TCPS_YES,
                     r->fin_unseen ? TCPS_EVIDENCE_UNSEEN_FIN : TCPS_EVIDENCE_ACK_COVERS_FIN, step->at,
                     r->more->fin_frame);
    else
        step->as_sent.no |= TCPS_BIT(TCPS_DID_RECEIVE_FIN);
}

void tcps_step_weigh_fin(tcps_step *step, tcps_endpoint *receiver, const tcps_endpoint *sender)
{
    if (!sender->fin_sent || sender->fin_unseen || tcps_is_sure(receiver, TCPS_DID_RECEIVE_FIN))
        return;
    if (receiver->rcv_known && seq_gt(receiver->rcv_nxt, sender->more->fin_seq))
        return;
    if (tcps_is_likely(receiver, TCPS_DID_RECEIVE_FIN)) {
        tcps_doubt(receiver, TCPS_DID_RECEIVE_FIN, TCPS_MAYBE, TCPS_EVIDENCE_FIN_AHEAD_OF_GAP, step->at,
                   sender->more->fin_frame);
        tcps_forget_pending(receiver, TCPS_DID_RECEIVE_FIN);
    }
    tcps_believe(receiver, TCPS_DID_RECEIVE_FIN, TCPS_MAYBE, TCPS_EVIDENCE_FIN_AHEAD_OF_GAP, step->at,
                 sender->more->fin_frame);
}

void tcps_step_deliver(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (tcps_step_is_acceptable(step) && segment_is(s, TCPS_ACK)) {
        if (r->iss_known && seq_gt(s->ack, r->iss) && seq_le(s->ack, r->snd_nxt) &&
            tcps_endpoint_known(r) == TCPS_SYN_RCVD)
            tcps_step_tell(step, TCPS_DID_HAVE_SYN_ACKED, TCPS_EVIDENCE_ACK_OF_SYN_ON_ITS_WAY, 0);
        if (r->fin_sent && seq_gt(s->ack, r->more->fin_seq))
            tcps_step_tell(step, TCPS_DID_HAVE_FIN_ACKED, TCPS_EVIDENCE_ACK_OF_FIN_ON_ITS_WAY, 0);
    }
    if (!e->fin_sent)
        return;
    if (r->rcv_known && seq_gt(r->rcv_nxt, e->more->fin_seq)) {
        if (!r->acked_known || seq_le(r->rcv_acked, e->more->fin_seq))
            tcps_step_tell(step, TCPS_DID_RECEIVE_FIN, TCPS_EVIDENCE_FIN_ON_ITS_WAY, e->more->fin_frame);
    } else {
        tcps_step_weigh_fin(step, r, e);
    }
}

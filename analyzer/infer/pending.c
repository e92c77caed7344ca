/* pending.c: which of the things sent to an endpoint have reached it, as its own next segment shows.
 *
 * A segment's ACK number is its sender's RCV.NXT when it was sent: it says outright whether a SYN or FIN has arrived. Whether
 * an ACK has arrived it says only roundabout: by acknowledging something sent with or after that ACK, by echoing a
 * timestamp (RFC 7323 §4.3) at least as new, or, to the contrary, by sending again what that ACK acknowledged.
 *
 * What had not arrived when the segment was sent is still on its way, unless it is so late that it was lost: then it is taken back,
 * and the same thing sent again is not presumed to arrive.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

typedef enum { UNDECIDED, ARRIVED, NOT_YET, NOT_YET_BY_TIME } answer;

/* An answer, and the row of evidence that gives it. */
typedef struct {
    uint8_t answer;
    uint8_t why; /* tcps_evidence */
} verdict;

#define UNTOLD ((verdict){UNDECIDED, TCPS_EVIDENCE_NONE})

static bool acks_beyond(const tcps_step *step, uint32_t seq)
{
    return segment_is(step->segment, TCPS_ACK) && seq_gt(step->segment->ack, seq);
}

/* Nothing can have come back before the shortest round trip seen. */
static bool too_soon(const tcps_step *step, const tcps_pending *p)
{
    const int64_t rtt = step->sender->rtt_ns;
    return rtt > 0 && span_between(p->time_ns, step->at.time_ns) < rtt - rtt / 8;
}

static verdict by_timestamp(const tcps_step *step, const tcps_pending *p)
{
    const tcps_segment *s = step->segment;
    if (!p->has_ts || !segment_has(s, TCPS_HAS_TIMESTAMPS) || !segment_is(s, TCPS_ACK))
        return UNTOLD;
    if (seq_gt(s->tsecr, p->ts_before) && seq_ge(s->tsecr, p->ts_at))
        return (verdict){ARRIVED, TCPS_EVIDENCE_ECHOES_TIMESTAMP};
    /* TS.Recent moves only with a segment that starts at or before Last.ACK.sent, as it was then; and in some stacks not with what
     * repeats what has arrived */
    const bool moves = p->bare ? seq_le(p->seg_seq, step->acked_before) : p->seg_seq == step->acked_before;
    if (seq_lt(s->tsecr, p->ts_at) && moves)
        return (verdict){NOT_YET, TCPS_EVIDENCE_ACK_STANDS_BEFORE};
    return UNTOLD;
}

/* Selectively or not: something sent with or after that. */
static bool acks_after(const tcps_step *step, const tcps_pending *p)
{
    const tcps_segment *s = step->segment;
    if (acks_beyond(step, p->seq_before))
        return true;
    for (unsigned i = 0; i < segment_n_sack(s); i++) {
        if (seq_gt(s->sack[i][1], p->seq_before) && seq_gt(s->sack[i][0], s->ack))
            return true;
    }
    return false;
}

static verdict of_ack(const tcps_step *step, const tcps_pending *p)
{
    if (p->unseen)
        return UNTOLD;
    if (acks_after(step, p))
        return (verdict){ARRIVED, TCPS_EVIDENCE_ACKS_WHAT_CAME_LATER};
    verdict v = by_timestamp(step, p);
    if (v.answer == UNDECIDED && too_soon(step, p))
        v = (verdict){NOT_YET_BY_TIME, TCPS_EVIDENCE_TOO_SOON};
    return v;
}

static verdict of_ack_of_syn(const tcps_step *step, const tcps_pending *p)
{
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_SYN))
        return (verdict){NOT_YET, TCPS_EVIDENCE_REPEATS_SYN};
    /* without Fast Open only an established endpoint sends data or closes */
    if ((s->len > 0 || segment_is(s, TCPS_FIN)) && !step->receiver->fast_open)
        return (verdict){ARRIVED, TCPS_EVIDENCE_SENDS_AS_OPEN};
    const verdict v = of_ack(step, p);
    /* in SYN_RCVD it would hardly send an ACK, but for Fast Open */
    return v.answer == ARRIVED || step->receiver->fast_open ? v : UNTOLD;
}

static verdict of_ack_of_fin(const tcps_step *step, const tcps_pending *p)
{
    const tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_FIN) && segment_data_end(s) == e->more->fin_seq)
        return (verdict){NOT_YET, TCPS_EVIDENCE_REPEATS_WHAT_WAS_ACKED};
    if (s->len > 0 && seq_le(segment_data_end(s), e->more->fin_seq)) /* what lies before its FIN, as that ACK does */
        return (verdict){NOT_YET, TCPS_EVIDENCE_REPEATS_WHAT_WAS_ACKED};
    if (e->known == TCPS_LAST_ACK) /* it would be CLOSED, and send nothing */
        return (verdict){NOT_YET, TCPS_EVIDENCE_REPEATS_WHAT_WAS_ACKED};
    return of_ack(step, p);
}

static verdict of_reset(const tcps_step *step, const tcps_pending *p)
{
    if (too_soon(step, p))
        return (verdict){NOT_YET_BY_TIME, TCPS_EVIDENCE_TOO_SOON};
    return (verdict){NOT_YET, TCPS_EVIDENCE_SENDS_AFTER_RST}; /* it would have nothing more to send */
}

static verdict judge(const tcps_step *step, const tcps_pending *p)
{
    const tcps_segment *s = step->segment;
    const bool ack = segment_is(s, TCPS_ACK);
    switch (p->experience) {
    case TCPS_DID_RECEIVE_SYN:
    case TCPS_DID_RECEIVE_SYN_ACK:
        if (ack && step->receiver->iss_known)
            return seq_gt(s->ack, step->receiver->iss) ? (verdict){ARRIVED, TCPS_EVIDENCE_ACK_COVERS_SYN}
                                                       : (verdict){NOT_YET, TCPS_EVIDENCE_ACK_STANDS_BEFORE};
        return segment_is(s, TCPS_SYN) ? (verdict){NOT_YET, TCPS_EVIDENCE_REPEATS_SYN} : UNTOLD;
    case TCPS_DID_HAVE_SYN_ACKED:
        return of_ack_of_syn(step, p);
    case TCPS_DID_HAVE_FIN_ACKED:
        return of_ack_of_fin(step, p);
    case TCPS_DID_RECEIVE_FIN:
        if (!ack)
            return UNTOLD;
        return seq_gt(s->ack, step->receiver->more->fin_seq) ? (verdict){ARRIVED, TCPS_EVIDENCE_ACK_COVERS_FIN}
                                                             : (verdict){NOT_YET, TCPS_EVIDENCE_ACK_STANDS_BEFORE};
    default:
        return of_reset(step, p);
    }
}

static bool is_bare(const tcps_step *step)
{
    return segment_end(step->segment) == step->segment->seq;
}

/* A RST that it may take, and probably does not. */
static bool is_doubtful_rst(const tcps_endpoint *e, tcps_experience x)
{
    return x == TCPS_DID_RECEIVE_RST && tcps_reason_of(e, x)->why == TCPS_EVIDENCE_RST_IN_WINDOW;
}

/* A bare ACK that says nothing new, and that nothing but the RST asked for: so it is answered where it is not taken, after one round trip.
 * One that acknowledges more, or comes soon after what was sent before the RST, answers that. */
static bool answers_reset(const tcps_step *step, const tcps_pending *p)
{
    const tcps_endpoint *e = step->sender;
    const int64_t rtt = e->rtt_ns, passed = span_between(p->time_ns, step->at.time_ns);
    if (p->experience != TCPS_DID_RECEIVE_RST || !is_bare(step) || rtt == 0 || passed <= rtt)
        return false;
    const tcps_endpoint *r = step->receiver;
    const bool says_more = seq_gt(step->segment->ack, step->acked_before);
    return !says_more && (!r->rst_sent || r->more->silent_ns > rtt + rtt / 2 - passed);
}

/* It was sent so long ago that it would have arrived. */
static bool is_lost(const tcps_step *step, const tcps_pending *p)
{
    if (step->sender->rtt_ns > 0 && is_doubtful_rst(step->sender, (tcps_experience)p->experience))
        return !too_soon(step, p);
    return answers_reset(step, p) || span_between(p->time_ns, step->at.time_ns) > tcps_endpoint_patience(step->sender);
}

void tcps_step_take_back(tcps_step *step, tcps_experience x, tcps_evidence why)
{
    tcps_endpoint *e = step->sender;
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    const tcps_pending *p = tcps_pending_of(e, x);
    const uint32_t frame = p ? p->frame : 0;
    if (is_doubtful_rst(e, x)) { /* that tells nothing of RSTs that it would take */
        tcps_doubt(e, x, TCPS_NO, why, step->at, frame);
        return;
    }
    if (e->at_home && tcps_is_sure(e, x)) {
        why = TCPS_EVIDENCE_DROPPED_AT_HOME;
        tcps_step_not_at_home(step, x);
    }
    if (p)
        m->refuted_rst_seq = x == TCPS_DID_RECEIVE_RST ? p->seg_seq : m->refuted_rst_seq;
    const unsigned weight = p && answers_reset(step, p) ? 2 : 1; /* an ACK that answers it leaves no doubt */
    if (!p || !p->unseen)
        m->refuted[x] = (uint8_t)MIN(m->refuted[x] + weight, UINT8_MAX);
    if (x == TCPS_DID_RECEIVE_RST && e->known == TCPS_TIME_WAIT && step->connection->tallies[step->from])
        step->connection->tallies[step->from]->outlives_rst = true;
    tcps_doubt(e, x, TCPS_NO, why, step->at, frame);
    tcps_forget_pending(e, x);
}

void tcps_step_judge(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    for (unsigned i = 0; i < e->more->n_pending;) {
        const tcps_pending p = *tcps_pending_at(e, i);
        const tcps_experience x = (tcps_experience)p.experience;
        const verdict v = judge(step, &p);
        if (v.answer == ARRIVED) { /* which forgets it: the next one is at i now */
            tcps_believe(e, x, TCPS_YES, (tcps_evidence)v.why, step->at, p.frame);
            tcps_forget_pending(e, x);
            continue;
        }
        if (v.answer != UNDECIDED && is_lost(step, &p)) {
            tcps_step_take_back(step, x, (tcps_evidence)v.why);
            continue;
        }
        if (v.answer == NOT_YET || v.answer == NOT_YET_BY_TIME) {
            if (v.answer == NOT_YET)
                step->as_sent.no |= TCPS_BIT(x);
            else
                step->as_sent.maybe |= TCPS_BIT(x);
            step->not_yet_why = v.why;
            step->not_yet_about = p.frame;
        }
        i++;
    }
}

/* So often has the endpoint to show that such a thing does not arrive, or has no effect, before another one is not presumed to. On a path
 * that loses segments once is chance. A SYN, and what answers it, is lost before anything else is known of a path. */
static unsigned chances(const tcps_step *step, tcps_experience x)
{
    const tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
    if (x == TCPS_DID_RECEIVE_SYN || x == TCPS_DID_RECEIVE_SYN_ACK)
        return 4;
    if (x == TCPS_DID_HAVE_SYN_ACKED)
        return step->segment->len > 0 ? 4 : 2;
    if (x == TCPS_DID_HAVE_FIN_ACKED && (segment_is(step->segment, TCPS_FIN) || !step->receiver->fin_after_peers))
        return 2;                  /* it brings more than that ACK; or another one follows in any case */
    if (x == TCPS_DID_RECEIVE_RST) /* one with another number may well be taken */
        return step->segment->seq != step->receiver->more->refuted_rst_seq ? UINT8_MAX : host && host->disorder ? 2 : 1;
    return x == TCPS_DID_RECEIVE_FIN ? 3 : host && host->disorder ? 2 : 1;
}

/* Its host was seen to outlive a RST in TIME_WAIT (RFC 1337), or does so as BSD does. */
static bool outlives_rst(const tcps_step *step, tcps_experience x)
{
    const tcps_connection *c = step->connection;
    const tcps_tally *host = c->tallies[1 - step->from];
    return x == TCPS_DID_RECEIVE_RST && step->receiver->known == TCPS_TIME_WAIT &&
           ((host && host->outlives_rst) || tcps_endpoint_is_like_bsd(step->receiver));
}

static void bring(tcps_step *step, tcps_experience x, tcps_evidence why, uint32_t about_frame)
{
    const tcps_evidence here = tcps_step_taken_at_home(step, x, why);
    if (here == TCPS_EVIDENCE_SYN_AT_HOME)
        tcps_begun_surely(step->receiver);
    if (here != TCPS_EVIDENCE_NONE)
        tcps_believe(step->receiver, x, TCPS_YES, here, step->at, about_frame);
    else
        tcps_believe(step->receiver, x, TCPS_LIKELY, why, step->at, about_frame);
}

void tcps_step_tell(tcps_step *step, tcps_experience x, tcps_evidence why, uint32_t about_frame)
{
    const tcps_segment *s = step->segment;
    tcps_endpoint *from = step->sender, *e = step->receiver;
    if (from == e && !step->sent_seen)
        tcps_step_see_sent(step);
    if (tcps_is_sure(e, x) || (e->rst_sent && from != e)) /* who has reset it takes nothing any more */
        return;
    const tcps_pending *before = tcps_pending_of(e, x);
    if (before && before->unseen) /* what was supposed so far is captured now, and tells more */
        tcps_doubt(e, x, TCPS_NO, why, step->at, about_frame);
    if (is_doubtful_rst(e, x))
        tcps_forget_pending(e, x);
    if (why == TCPS_EVIDENCE_RST_IN_WINDOW)
        tcps_believe(e, x, TCPS_MAYBE, why, step->at, about_frame);
    else if (outlives_rst(step, x))
        tcps_believe(e, x, TCPS_MAYBE, TCPS_EVIDENCE_OUTLIVES_RST, step->at, about_frame);
    else if (e->more->refuted[x] >= chances(step, x))
        tcps_believe(e, x, TCPS_MAYBE, TCPS_EVIDENCE_HAD_NO_EFFECT, step->at, about_frame);
    else
        bring(step, x, why, about_frame);
    const bool fills_gap = x == TCPS_DID_RECEIVE_FIN && !segment_is(s, TCPS_FIN); /* the FIN itself was sent before */
    const tcps_pending p = {
        .experience = (uint8_t)x,
        .seq_before = step->snd_nxt_before,
        .seg_seq = s->seq,
        .ts_before = step->ts_before,
        .ts_at = s->tsval,
        .has_ts = segment_has(s, TCPS_HAS_TIMESTAMPS) && from->ts_known,
        .bare = segment_end(s) == s->seq,
        .frame = fills_gap ? about_frame : step->at.frame,
        .time_ns = step->at.time_ns,
    };
    tcps_pend(e, &p);
}

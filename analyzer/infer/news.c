/* news.c: which of the things sent to an endpoint have reached it, as its own next segment shows.
 *
 * A segment's ACK number is its sender's RCV.NXT when it was sent: it says outright whether a SYN or FIN has arrived. Whether
 * an ACK has arrived it says only roundabout: by acknowledging something sent with or after that ACK, by echoing a
 * timestamp (RFC 7323 §4.3) at least as new, or, to the contrary, by sending again what that ACK acknowledged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

typedef enum { UNDECIDED, ARRIVED, NOT_YET, NOT_YET_BY_TIME } verdict;

static bool acks_beyond(const tcps_step *step, uint32_t seq)
{
    return segment_is(step->segment, TCPS_ACK) && seq_gt(step->segment->ack, seq);
}

/* Nothing can have come back before the shortest round trip seen. */
static bool too_soon(const tcps_step *step, const tcps_news *news)
{
    int64_t rtt = step->talker->rtt_ns;
    return rtt > 0 && span_between(news->time_ns, step->at.time_ns) < rtt - rtt / 8;
}

static verdict by_timestamp(const tcps_step *step, const tcps_news *news)
{
    const tcps_segment *s = step->segment;
    if (!news->has_ts || !segment_has(s, TCPS_HAS_TIMESTAMPS) || !segment_is(s, TCPS_ACK))
        return UNDECIDED;
    if (seq_gt(s->tsecr, news->ts_before) && seq_ge(s->tsecr, news->ts_at))
        return ARRIVED;
    /* TS.Recent moves only with a segment that starts at or before Last.ACK.sent, as it was then */
    if (seq_lt(s->tsecr, news->ts_at) && seq_le(news->seg_seq, step->acked_before))
        return NOT_YET;
    return UNDECIDED;
}

/* Selectively or not: something sent with or after that news. */
static bool acks_after(const tcps_step *step, const tcps_news *news)
{
    const tcps_segment *s = step->segment;
    if (acks_beyond(step, news->seq_before))
        return true;
    for (unsigned i = 0; i < segment_n_sack(s); i++) {
        if (seq_gt(s->sack[i][1], news->seq_before) && seq_gt(s->sack[i][0], s->ack))
            return true;
    }
    return false;
}

static verdict of_ack(const tcps_step *step, const tcps_news *news)
{
    if (news->guessed)
        return UNDECIDED;
    if (acks_after(step, news))
        return ARRIVED;
    verdict v = by_timestamp(step, news);
    if (v == UNDECIDED && too_soon(step, news))
        v = NOT_YET_BY_TIME;
    return v;
}

static verdict of_ack_of_syn(const tcps_step *step, const tcps_news *news)
{
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_SYN))
        return NOT_YET;
    /* without Fast Open only an established endpoint sends data or closes */
    if ((s->len > 0 || segment_is(s, TCPS_FIN)) && !step->listener->fast_open)
        return ARRIVED;
    verdict v = of_ack(step, news);
    /* in SYN_RCVD it would hardly send an ACK, but for Fast Open */
    return v == ARRIVED || step->listener->fast_open ? v : UNDECIDED;
}

static verdict of_ack_of_fin(const tcps_step *step, const tcps_news *news)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_FIN) && segment_data_end(s) == t->fin_seq)
        return NOT_YET;
    if (s->len > 0 && seq_le(segment_data_end(s), t->fin_seq))
        return NOT_YET; /* it sends data again: that was not acknowledged, nor was the FIN behind it */
    if (t->proven == TCPS_LAST_ACK)
        return NOT_YET; /* it would be CLOSED, and send nothing */
    return of_ack(step, news);
}

static verdict judge(const tcps_step *step, const tcps_news *news)
{
    const tcps_segment *s = step->segment;
    bool ack = segment_is(s, TCPS_ACK);
    switch (news->input) {
    case TCPS_RCV_SYN:
    case TCPS_RCV_SYN_ACK:
        if (ack && step->listener->iss_known)
            return seq_gt(s->ack, step->listener->iss) ? ARRIVED : NOT_YET;
        return segment_is(s, TCPS_SYN) ? NOT_YET : UNDECIDED;
    case TCPS_RCV_ACK_OF_SYN:
        return of_ack_of_syn(step, news);
    case TCPS_RCV_ACK_OF_FIN:
        return of_ack_of_fin(step, news);
    case TCPS_RCV_FIN:
        return !ack ? UNDECIDED : seq_gt(s->ack, step->listener->fin_seq) ? ARRIVED : NOT_YET;
    default: /* RST, unreachable: it would have nothing more to send */
        return too_soon(step, news) ? NOT_YET_BY_TIME : NOT_YET;
    }
}

static bool is_lost(const tcps_step *step, const tcps_news *news)
{
    return span_between(news->time_ns, step->at.time_ns) > tcps_endpoint_patience(step->talker);
}

void tcps_step_judge(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    for (unsigned i = 0; i < t->n_news;) {
        tcps_news *news = &t->news[i];
        verdict v = judge(step, news);
        if (v == ARRIVED) {
            tcps_endpoint_receive(t, (tcps_input)news->input); /* forgets it: the next one is at i now */
            continue;
        }
        if (v == NOT_YET || v == NOT_YET_BY_TIME) {
            if (v == NOT_YET_BY_TIME)
                step->unsure = true;
            if (v == NOT_YET && news->input == TCPS_RCV_RST && t->proven == TCPS_TIME_WAIT)
                t->keeps_time_wait = true;
            if (is_lost(step, news)) {
                tcps_endpoint_forget(t, news);
                continue;
            }
            news->deferred = true;
        }
        i++;
    }
}

void tcps_step_tell(tcps_step *step, tcps_input input)
{
    const tcps_segment *s = step->segment;
    tcps_endpoint *t = step->talker;
    if (t == step->listener && !step->sent_seen)
        tcps_step_see_sent(step);
    tcps_news news = {
        .input = (uint8_t)input,
        .seq_before = step->snd_nxt_before,
        .seg_seq = s->seq,
        .ts_before = step->ts_before,
        .ts_at = s->tsval,
        .has_ts = segment_has(s, TCPS_HAS_TIMESTAMPS) && t->ts_known,
        .time_ns = step->at.time_ns,
    };
    tcps_endpoint_hear(step->listener, &news);
}

void tcps_step_resume_news(tcps_step *step)
{
    tcps_endpoint *l = step->listener;
    for (unsigned i = 0; i < l->n_news; i++) {
        if (l->news[i].input != TCPS_RCV_FIN) /* which waits for what comes before it: stream.c */
            l->news[i].deferred = false;
    }
}

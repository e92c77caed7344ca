/* reset.c: RST: what it tells of its sender, and whether its receiver takes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

/* A RST that answers a segment comes this soon. */
#define ANSWER_NS 200000000

/* In SYN_SENT a RST counts only if it acknowledges the SYN (RFC 9293 §3.10.7.3 second). */
static bool taken_in_syn_sent(const tcps_step *step)
{
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    return segment_is(s, TCPS_ACK) && seq_gt(s->ack, r->iss) && seq_le(s->ack, r->snd_nxt);
}

/* RFC 5961 §3.2: only the exact next number resets. What that is, the capture knows between two bounds: what the receiver
 * has acknowledged, and what was sent to it. */
static bool taken_in_sync(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (!r->rcv_known)
        return true;
    const uint32_t low = r->acked_known ? r->rcv_acked : r->rcv_nxt;
    if (seq_within(s->seq, low, r->rcv_nxt))
        return true;
    for (unsigned i = 0; i < r->more->n_stretches; i++) {
        if (s->seq == r->more->stretches[i].right)
            return true; /* Linux: the right edge of a SACK block */
    }
    const bool closing = r->shown == TCPS_CLOSE_WAIT || r->shown == TCPS_LAST_ACK || r->shown == TCPS_CLOSING;
    return closing && e->fin_sent && s->seq == e->more->fin_seq;
}

static bool is_taken(const tcps_step *step)
{
    const tcps_endpoint *r = step->receiver;
    switch (r->shown) {
    case TCPS_SYN_SENT:
        return r->known != TCPS_SYN_SENT || taken_in_syn_sent(step);
    case TCPS_CLOSED:
    case TCPS_LISTEN:
        return false;
    case TCPS_ESTABLISHED:
        return taken_in_sync(step) || (r->known == TCPS_SYN_SENT && taken_in_syn_sent(step));
    case TCPS_UNKNOWN:
        return true;
    case TCPS_TIME_WAIT:
        return !r->more->refuted[TCPS_DID_RECEIVE_RST] && taken_in_sync(step);
    default:
        return taken_in_sync(step);
    }
}

/* In SYN_SENT an endpoint resets whoever acknowledges what it never sent, and waits on (RFC 9293 §3.10.7.3 first). A RST with its own
 * numbers ends its attempt. */
static bool answers_bad_ack(const tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    /* out of the connection before this one came the ACK that it answers; some stacks put an ACK on that RST, too */
    if (step->connection->older && r == &step->connection->older->end && tcps_endpoint_known(e) == TCPS_SYN_SENT)
        return s->seq != e->iss + 1;
    if (segment_is(s, TCPS_ACK) && r->iss_known && seq_gt(s->ack, r->iss))
        return false; /* it has received the peer's SYN */
    return tcps_endpoint_known(e) == TCPS_SYN_SENT && !(r->iss_known && s->seq == e->iss + 1) && s->seq != e->iss &&
           !(segment_is(s, TCPS_ACK) && s->seq == e->iss + 1);
}

/* RFC 9293 §3.5.2: a RST that answers a segment has the number that its ACK names, and no ACK. */
static bool answers(const tcps_step *step)
{
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    return !segment_is(s, TCPS_ACK) && r->acked_known && s->seq == r->rcv_acked &&
           r->last_frame == step->connection->last_frame && span_between(r->last_ns, step->at.time_ns) < ANSWER_NS;
}

/* What its last segment shows of what it had received. */
static void show_received(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_ACK) && r->seq_known && seq_le(s->ack, r->snd_nxt) && e->acked_known &&
        seq_ge(s->ack, e->rcv_acked)) {
        tcps_step_take_ack(step);
        if (r->fin_sent && seq_gt(s->ack, r->more->fin_seq))
            tcps_step_acknowledge_fin(step);
        if (seq_gt(s->ack, r->iss + 1) && r->iss_known && tcps_endpoint_known(e) == TCPS_SYN_RCVD)
            tcps_step_shows(step, TCPS_DID_HAVE_SYN_ACKED, TCPS_YES, TCPS_EVIDENCE_ACKS_WHAT_CAME_LATER, 0);
    }
    if (tcps_endpoint_known(e) == TCPS_SYN_SENT && tcps_pending_of(e, TCPS_DID_RECEIVE_SYN_ACK))
        tcps_step_shows(step, TCPS_DID_RECEIVE_SYN_ACK, TCPS_YES, TCPS_EVIDENCE_ACK_COVERS_SYN, 0);
}

/* Bytes sent to the RST's sender that it had not acknowledged before. */
static uint32_t owed(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    if (!r->data_seen || !r->seq_known || !e->acked_known)
        return 0;
    const uint32_t end = r->fin_sent ? r->more->fin_seq : r->snd_nxt;
    return seq_gt(end, step->acked_before) ? end - step->acked_before : 0;
}

static void note_rst(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_endpoint *r = step->receiver;
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    if (!e->rst_sent) {
        m->before_rst = (uint8_t)tcps_endpoint_known(e);
        m->silent_ns = e->first_frame ? span_between(e->last_ns, step->at.time_ns) : INT64_MAX;
        m->rst_peer_nxt = r->snd_nxt;
        m->rst_owed = owed(step);
        e->rst_answers = answers(step);
        m->rst_of_stale = e->rst_answers && step->connection->stale_frame == r->last_frame;
    }
    e->rst_sent = true;
    m->rst_ns = step->at.time_ns;
    m->rst_frame = step->at.frame;
}

/* Its TIME_WAIT of the connection before this one ought to be over; but some stacks refuse a SYN by a RST out of TIME_WAIT, and stay. */
static bool may_still_wait(const tcps_step *step)
{
    const tcps_older *older = step->connection->older;
    return older && older->which == step->from && tcps_believed(&older->end, TCPS_DID_WAIT_TWO_MSL) == TCPS_LIKELY;
}

static void send_rst(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    show_received(step);
    note_rst(step);
    const tcps_state known = tcps_endpoint_known(e);
    if (known == TCPS_LISTEN && may_still_wait(step)) {
        tcps_begin_in(e, TCPS_TIME_WAIT, false, TCPS_EVIDENCE_TWO_MSL, step->at);
        tcps_believe(e, TCPS_DID_WAIT_TWO_MSL, TCPS_LIKELY, TCPS_EVIDENCE_TWO_MSL, step->at, 0);
        e->holds_older = false;
        return;
    }
    if (known == TCPS_LISTEN) { /* nobody listened there: it answers as a stranger */
        tcps_begin_in(e, TCPS_CLOSED, true, TCPS_EVIDENCE_SENT_RST, step->at);
        e->holds_older = false;
    }
    if (known == TCPS_SYN_SENT)
        tcps_step_shows(step, TCPS_DID_ABORT, TCPS_YES, TCPS_EVIDENCE_ABORTED, 0);
    tcps_step_shows(step, TCPS_DID_WAIT_TWO_MSL, TCPS_NO, TCPS_EVIDENCE_SENT_RST, 0);
    tcps_forget_all_pending(e); /* nothing that is on its way to it changes it any more */
    tcps_step_shows(step, TCPS_DID_SEND_RST, TCPS_YES, TCPS_EVIDENCE_SENT_RST, 0);
}

static void note_closer(tcps_step *step)
{
    tcps_connection *c = step->connection;
    if (!c->rst_by)
        c->rst_by = (uint8_t)(step->from + 1);
    if (c->closed_by == TCPS_BY_NOBODY)
        c->closed_by = step->from == c->client ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
}

/* Numbers that its sender may have used: a RST answers a segment with the number that its ACK names; and a stranger hardly knows what
 * the receiver sends next. */
static bool has_own_numbers(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (!e->seq_known)
        return true;
    if (segment_is(s, TCPS_ACK) && r->seq_known && s->ack == r->snd_nxt && s->ack != 0)
        return true;
    const uint32_t low = e->iss_known ? e->iss : e->snd_una - (1u << 20);
    return seq_within(s->seq, low, e->snd_nxt);
}

/* Of two incarnations beside each other the RST belongs to the second: from the peer it refuses its SYN; from its sender it answers the
 * ACK out of the older one. */
static void choose_incarnation(tcps_step *step)
{
    tcps_connection *c = step->connection;
    const tcps_rival *rival = c->rival;
    const tcps_segment *s = step->segment;
    if (c->older && c->older->which != step->from && c->older->end.shown != TCPS_CLOSED)
        step->receiver = &c->older->end;
    if (!rival)
        return;
    if (rival->from == step->from) {
        step->of_rival = true;
        c->rival->challenged = false;
        return;
    }
    if (!segment_is(s, TCPS_ACK) || s->ack != rival->ends[rival->from].iss + 1)
        return;
    tcps_step_promote_rival(step); /* neither the older incarnation nor a new one is there */
}

static void bring_rst(tcps_step *step, bool refuses)
{
    tcps_step_tell(step, TCPS_DID_RECEIVE_RST, refuses ? TCPS_EVIDENCE_RST_REFUSES : TCPS_EVIDENCE_RST_ON_ITS_WAY, 0);
}

/* A RST of a connection that was never captured: whatever the receiver held, this ends it. */
static void backscatter(tcps_step *step)
{
    tcps_step_meet(step);
    step->connection->mid_stream = true;
    step->event = TCPS_EVENT_BACKSCATTER;
    send_rst(step);
    bring_rst(step, false);
}

/* The sender of the second incarnation's SYN resets the older one, as its peer's ACK has asked for; it waits on. */
static bool reset_older(tcps_step *step)
{
    tcps_connection *c = step->connection;
    if (!step->of_rival)
        return false;
    tcps_endpoint *opener = step->sender = &c->rival->ends[step->from];
    if (step->segment->seq == opener->iss + 1) { /* it gives its attempt up */
        note_rst(step);
        tcps_believe(opener, TCPS_DID_ABORT, TCPS_YES, TCPS_EVIDENCE_ABORTED, step->at, 0);
        tcps_believe(opener, TCPS_DID_SEND_RST, TCPS_YES, TCPS_EVIDENCE_SENT_RST, step->at, 0);
        step->event = TCPS_EVENT_RST;
        return true;
    }
    step->event = TCPS_EVENT_RST_OF_BAD_ACK;
    if (is_taken(step))
        bring_rst(step, false);
    else
        step->when |= TCPS_WHEN_REPEAT;
    return true;
}

static void count_rst(const tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint_more *m = tcps_endpoint_need(step->of_rival ? &c->rival->ends[step->from] : step->sender);
    if (m->rsts == 0) {
        m->first_rst_ns = step->at.time_ns;
        m->first_rst_frame = step->at.frame;
    }
    tcps_count(&m->rsts);
    m->rst_ns = step->at.time_ns;
}

void tcps_step_reset(tcps_step *step)
{
    tcps_connection *c = step->connection;
    step->when |= TCPS_WHEN_RST;
    if (!c->used) {
        backscatter(step);
        return;
    }
    choose_incarnation(step);
    count_rst(step);
    if (reset_older(step))
        return;
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const bool bad_ack = answers_bad_ack(step), taken = is_taken(step);
    const bool refuses = tcps_endpoint_known(r) == TCPS_SYN_SENT && taken_in_syn_sent(step) && !e->syn_sent;
    const bool gone = r->shown == TCPS_CLOSED || r->shown == TCPS_LISTEN;
    if (!bad_ack && (taken || gone || has_own_numbers(step)))
        send_rst(step);
    else if (!bad_ack) /* one out of place may be anybody's */
        step->as_sent.maybe |= TCPS_BIT(TCPS_DID_SEND_RST);
    if (taken) {
        bring_rst(step, refuses);
        note_closer(step);
    } else if (!gone) {
        if (!bad_ack && tcps_step_is_in_window(step))
            tcps_step_tell(step, TCPS_DID_RECEIVE_RST, TCPS_EVIDENCE_RST_IN_WINDOW, 0);
        step->when |= TCPS_WHEN_REPEAT;
        c->challenged = (uint8_t)(2 - step->from);
    }
    if (bad_ack)
        step->event = TCPS_EVENT_RST_OF_BAD_ACK;
    else if (refuses)
        step->event = TCPS_EVENT_RST_REFUSES;
    else
        step->event = taken || gone ? TCPS_EVENT_RST : TCPS_EVENT_RST_IGNORED;
}

void tcps_step_revive(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (tcps_is_likely(e, TCPS_DID_WAIT_TWO_MSL)) { /* it kept TIME_WAIT for longer than we thought */
        tcps_step_shows(step, TCPS_DID_WAIT_TWO_MSL, TCPS_NO, TCPS_EVIDENCE_STILL_IN_TIME_WAIT, 0);
        return;
    }
    if (!e->rst_sent)
        return;
    const bool goes_on = seq_gt(segment_end(s), e->snd_nxt) || (e->acked_known && seq_gt(s->ack, e->rcv_acked));
    if (goes_on && step->connection->rst_by == step->from + 1)
        e->rst_denied = true;
    e->rst_sent = false;
    tcps_step_shows(step, TCPS_DID_SEND_RST, TCPS_NO, TCPS_EVIDENCE_GOES_ON_AFTER_RST, e->more->rst_frame);
    if (tcps_endpoint_known(e) == TCPS_CLOSED && !tcps_is_sure(e, TCPS_DID_HAVE_FIN_ACKED)) /* nor did that arrive */
        tcps_step_shows(step, TCPS_DID_HAVE_FIN_ACKED, TCPS_NO, TCPS_EVIDENCE_REPEATS_WHAT_WAS_ACKED,
                        e->more->rst_frame);
    if (e->origin == TCPS_CLOSED && tcps_endpoint_known(e) == TCPS_CLOSED && e->sure == 0)
        tcps_begin_in(e, TCPS_UNKNOWN, false, TCPS_EVIDENCE_GOES_ON_AFTER_RST, step->at);
    /* the receiver does not get a RST that its peer did not send */
    if (r->last_ns > e->more->rst_ns)
        tcps_doubt(r, TCPS_DID_RECEIVE_RST, TCPS_NO, TCPS_EVIDENCE_GOES_ON_AFTER_RST, step->at, e->more->rst_frame);
    step->when |= TCPS_WHEN_REPEAT;
}

/* opening.c: SYNs, and whether one begins the next incarnation.
 *
 * A SYN alone does not begin the next incarnation while the peer still holds the last one open (or in TIME_WAIT, and the SYN is not
 * newer): RFC 9293 §3.10.7.4 has the peer answer it with an ACK. Until the peer accepts it with a SYN+ACK, or is known to hold nothing
 * any more, it stays a second incarnation beside the older one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/step.h"

void tcps_step_note_syn_options(tcps_endpoint *e, const tcps_segment *s)
{
    e->wscale_known = segment_has(s, TCPS_HAS_WSCALE);
    e->wscale = e->wscale_known ? s->wscale : 0;
    e->offers_wscale = e->wscale_known || !segment_has(s, TCPS_OPTIONS_CUT);
    if (segment_has(s, TCPS_HAS_FAST_OPEN) || s->len > 0)
        e->fast_open = true;
    if (segment_is(s, TCPS_ACK))
        return;
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    m->syn_data = s->len;
    m->syn_with = (uint8_t)segment_syn_with(s);
    m->syn_ts = segment_has(s, TCPS_HAS_TIMESTAMPS) ? s->tsval : 0;
}

/* Its SYN comes again: with less than before? */
static void note_what_syn_lacks(tcps_endpoint *e, const tcps_segment *s)
{
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    const unsigned without = segment_has(s, TCPS_OPTIONS_CUT) ? 0 : m->syn_with & ~segment_syn_with(s);
    if (without && !m->syns_with)
        m->syns_with = m->syns;
    if (!without)
        m->syns_with = 0; /* it has all of it again: that was not left out because of the silence */
    m->syn_without = (uint8_t)without;
}

void tcps_step_note_iss(tcps_endpoint *e, const tcps_segment *s)
{
    e->iss = s->seq;
    e->iss_known = true;
    e->syn_sent = true;
    e->snd_una = s->seq;
    e->snd_nxt = e->seen_nxt = segment_end(s);
    e->seq_known = true;
}

void tcps_step_count_syn(tcps_step *step)
{
    tcps_endpoint_more *m = tcps_endpoint_need(step->sender);
    tcps_count(&m->syns);
    m->syn_last_ns = step->at.time_ns;
    m->syn_link[0] = step->segment->link[0];
    m->syn_link[1] = step->segment->link[1];
}

/* The first SYN of an incarnation, from the sender to whoever listens. */
static void open_actively(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    tcps_step_keep_older(step);
    tcps_step_begin(step, step->at.frame, step->at.time_ns);
    tcps_step_set_client(step, step->from, TCPS_BASIS_SYN);
    tcps_begin_in(e, TCPS_CLOSED, true, TCPS_EVIDENCE_NONE, step->at);
    if (r != e)
        tcps_begin_in(r, TCPS_LISTEN, false, TCPS_EVIDENCE_TAKEN_FOR_LISTENER, step->at);
}

/* RFC 9293 §3.10.7.4 fourth, RFC 6191: may the receiver's TIME_WAIT give way to this SYN? */
static bool newer_than_time_wait(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (segment_has(s, TCPS_HAS_TIMESTAMPS) && e->ts_known && s->tsval != e->ts_last)
        return seq_gt(s->tsval, e->ts_last);
    return r->rcv_known && seq_gt(s->seq, r->rcv_nxt);
}

/* Does the receiver hold anything that keeps a SYN from opening a new incarnation? */
static bool may_open(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    const tcps_endpoint *r = step->receiver;
    if (!c->used)
        return true;
    switch (r->shown) {
    case TCPS_UNKNOWN:
        return !r->holds_older;
    case TCPS_CLOSED:
    case TCPS_LISTEN:
        return true;
    case TCPS_TIME_WAIT:
        return newer_than_time_wait(step);
    case TCPS_SYN_RCVD:
        return r->known == TCPS_LISTEN; /* it has not even answered the SYN before */
    default:
        return false;
    }
}

static void send_syn(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    tcps_step_note_iss(e, s);
    tcps_step_note_syn_options(e, s);
    tcps_step_shows(step, TCPS_DID_SEND_SYN, TCPS_YES, TCPS_EVIDENCE_SENT_SYN, 0);
    tcps_begun_surely(e);
    tcps_did_not_listen(e);
    tcps_step_count_syn(step);
    tcps_step_take_numbers(step);
    tcps_step_tell(step, TCPS_DID_RECEIVE_SYN, TCPS_EVIDENCE_SYN_ON_ITS_WAY, 0);
}

/* SYN crosses SYN: the sender had not heard of the receiver's when it sent its own. */
static void cross(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    step->event = TCPS_EVENT_SYN_CROSSED;
    tcps_begun_closed(e);
    if (tcps_pending_of(e, TCPS_DID_RECEIVE_SYN)) {
        step->as_sent.no |= TCPS_BIT(TCPS_DID_RECEIVE_SYN);
        step->not_yet_why = TCPS_EVIDENCE_SENT_SYN;
    }
    tcps_did_not_listen(step->receiver);
    send_syn(step);
}

/* A RST ended what it held before: it listens again. */
static void listen_again(tcps_step *step, tcps_endpoint *e)
{
    tcps_begin_in(e, TCPS_LISTEN, false, TCPS_EVIDENCE_TAKEN_FOR_LISTENER, step->at);
    e->rst_sent = e->fin_sent = e->fin_acked = e->holds_older = false;
}

static void repeat_syn(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    step->event = TCPS_EVENT_SYN_REPEATED;
    step->when |= TCPS_WHEN_REPEAT;
    note_what_syn_lacks(e, step->segment);
    tcps_step_count_syn(step);
    tcps_doubt(e, TCPS_DID_ABORT, TCPS_NO, TCPS_EVIDENCE_SENT_SYN, step->at, 0);
    tcps_step_judge(step);
    tcps_step_silent_at_home(step, TCPS_DID_RECEIVE_SYN);
    if (tcps_endpoint_known(e) != TCPS_SYN_SENT) {
        step->event = TCPS_EVENT_LATE; /* it knows of the SYN+ACK already */
        return;
    }
    const tcps_state presumed = tcps_endpoint_presumed(r);
    if (presumed == TCPS_CLOSED || (presumed == TCPS_LISTEN && !tcps_pending_of(r, TCPS_DID_RECEIVE_SYN)))
        listen_again(step, r);
    tcps_step_take_numbers(step);
    if (!r->holds_older)
        tcps_step_tell(step, TCPS_DID_RECEIVE_SYN, TCPS_EVIDENCE_SYN_ON_ITS_WAY, 0);
}

/* A SYN of a second incarnation, beside the one that stands: its first, or that again. */
static void send_rivals_syn(tcps_step *step)
{
    tcps_connection *c = step->connection;
    const tcps_segment *s = step->segment;
    const bool live = step->receiver->shown != TCPS_CLOSED && step->receiver->shown != TCPS_LISTEN;
    const bool again = c->rival && c->rival->from == step->from && c->rival->ends[step->from].iss == s->seq;
    if (!again)
        tcps_step_add_rival(step);
    step->event = !live                                     ? TCPS_EVENT_SYN_REPEATED
                  : step->receiver->shown == TCPS_TIME_WAIT ? TCPS_EVENT_SYN_ON_TIME_WAIT
                                                            : TCPS_EVENT_SYN_ON_LIVE;
    if (!live && !c->rival->has_index) { /* what it stood beside is over, it seems */
        c->rival->index = step->incarnations->next_index(step->incarnations->data);
        c->rival->has_index = c->begun = true;
    }
    c->challenged = (uint8_t)(2 - step->from);
    c->rival->challenged = false;
    step->of_rival = true;
    step->sender = &c->rival->ends[step->from];
    step->receiver = &c->rival->ends[1 - step->from];
    tcps_doubt(step->sender, TCPS_DID_ABORT, TCPS_NO, TCPS_EVIDENCE_SENT_SYN, step->at, 0);
    if (again) {
        tcps_step_count_syn(step);
        tcps_step_take_numbers(step);
    } else {
        tcps_step_note_iss(step->sender, s);
        tcps_step_note_syn_options(step->sender, s);
        tcps_step_shows(step, TCPS_DID_SEND_SYN, TCPS_YES, TCPS_EVIDENCE_SENT_SYN, 0);
        tcps_step_count_syn(step);
        tcps_step_take_numbers(step);
    }
    if (!live)
        tcps_step_tell(step, TCPS_DID_RECEIVE_SYN, TCPS_EVIDENCE_SYN_ON_ITS_WAY, 0);
}

/* A second incarnation stands there, opened by this very SYN, and the older one is over where it had to be. */
static bool frees_rival(const tcps_step *step)
{
    const tcps_rival *rival = step->connection->rival;
    const tcps_endpoint *holder = step->receiver;
    return rival && rival->from == step->from && rival->ends[step->from].iss == step->segment->seq && may_open(step) &&
           !tcps_pending_of(holder, TCPS_DID_RECEIVE_RST);
}

static bool is_own_syn_again(const tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    return step->connection->used && !step->connection->rival && e->iss_known && e->iss == step->segment->seq &&
           tcps_endpoint_known(e) != TCPS_CLOSED && r->shown != TCPS_TIME_WAIT;
}

static bool was_answered_before(const tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    return e != r && !e->iss_known && r->acked_known && r->rcv_acked == step->segment->seq + 1 &&
           tcps_endpoint_known(r) == TCPS_SYN_RCVD;
}

void tcps_step_syn(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    step->event = TCPS_EVENT_SYN;
    if (is_own_syn_again(step)) {
        repeat_syn(step);
    } else if (c->used && was_answered_before(step)) {
        tcps_connection_drop_rival(c);
        tcps_step_note_iss(e, s); /* the SYN+ACK was captured before the SYN that it answers */
        tcps_step_shows(step, TCPS_DID_SEND_SYN, TCPS_YES, TCPS_EVIDENCE_SENT_SYN, 0);
        step->event = TCPS_EVENT_LATE;
    } else if (c->used && e != r && tcps_endpoint_known(r) == TCPS_SYN_SENT && !e->syn_sent) {
        cross(step);
    } else if (frees_rival(step)) {
        tcps_step_promote_rival(step);
        step->sender = &c->ends[step->from];
        step->receiver = &c->ends[1 - step->from];
        repeat_syn(step);
    } else if (!may_open(step) ||
               (c->rival && c->rival->from == step->from && c->rival->ends[step->from].iss == s->seq)) {
        send_rivals_syn(step);
    } else {
        open_actively(step);
        send_syn(step);
    }
}

/* accepting.c: SYN+ACK; and what must have happened where the capture missed it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

/* A SYN+ACK without the SYN before it: the capture began between them, or holds one direction only. */
static void open_passively(tcps_step *step)
{
    tcps_step_begin(step, step->at.frame, step->at.time_ns);
    tcps_step_set_client(step, 1 - step->from, TCPS_BASIS_SYN_ACK);
    tcps_endpoint *client = step->receiver;
    client->iss = client->snd_una = step->segment->ack - 1;
    client->snd_nxt = client->seen_nxt = step->segment->ack;
    client->seq_known = client->syn_sent = true;
    tcps_begin_in(client, TCPS_CLOSED, false, TCPS_EVIDENCE_NONE, step->at);
    tcps_believe(client, TCPS_DID_SEND_SYN, TCPS_LIKELY, TCPS_EVIDENCE_ANSWERED_UNSEEN, step->at, 0);
    tcps_begin_in(step->sender, TCPS_LISTEN, true, TCPS_EVIDENCE_SENT_SYN_ACK, step->at);
}

static bool fits_syn(const tcps_endpoint *r, uint32_t ack)
{
    return r->syn_sent && seq_gt(ack, r->iss) && seq_le(ack, r->snd_nxt);
}

/* Whatever stood in its name before (a forged RST or FIN), a listener's SYN+ACK that fits the SYN opens the connection: its
 * peer in SYN_SENT takes it. */
static void start_over(tcps_step *step, tcps_endpoint *e, tcps_endpoint *peer)
{
    const uint32_t first_frame = e->first_frame, last_frame = e->last_frame;
    const int64_t last_ns = e->last_ns;
    tcps_step_renew(e);
    tcps_begin_in(e, TCPS_LISTEN, true, TCPS_EVIDENCE_TAKEN_FOR_LISTENER, step->at);
    e->first_frame = first_frame;
    e->last_frame = last_frame;
    e->last_ns = last_ns;
    static const tcps_experience from_it[] = {TCPS_DID_RECEIVE_SYN_ACK, TCPS_DID_RECEIVE_FIN, TCPS_DID_RECEIVE_RST};
    for (unsigned i = 0; i < G_N_ELEMENTS(from_it); i++)
        if (!tcps_is_sure(peer, from_it[i]))
            tcps_doubt(peer, from_it[i], TCPS_NO, TCPS_EVIDENCE_NO_FIN_AFTER_ALL, step->at, step->at.frame);
}

/* A SYN+ACK with another number than the one before: the peer's ACK will tell which it took. */
static void keep_other(tcps_endpoint *e, const tcps_segment *s)
{
    tcps_endpoint_need(e)->other_iss = s->seq;
    e->other_iss_known = true;
}

static bool repeats_in_vain(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender;
    return e->syn_acked && span_between(e->more->syn_acked_ns, step->at.time_ns) > tcps_endpoint_patience(e);
}

static void bring_syn_ack(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (tcps_endpoint_known(r) == TCPS_SYN_SENT && s->ack == r->iss + 1)
        r->snd_nxt = r->seen_nxt = e->rcv_nxt =
            s->ack; /* data on the SYN was left, and comes again (RFC 7413 §4.2.2) */
    tcps_step_take_ack(step);
    if (segment_is(s, TCPS_FIN)) { /* Fast Open: request and answer in two segments */
        const tcps_event event = step->event;
        tcps_step_send_fin(step);
        if (step->event == TCPS_EVENT_FIN)
            step->event = event;
    }
    tcps_step_take_numbers(step);
    const tcps_state presumed = tcps_endpoint_presumed(r);
    if (presumed == TCPS_SYN_RCVD || tcps_believed(r, TCPS_DID_RECEIVE_SYN) == TCPS_MAYBE)
        tcps_step_tell(step, TCPS_DID_HAVE_SYN_ACKED, TCPS_EVIDENCE_ACK_OF_SYN_ON_ITS_WAY, 0);
    if (presumed != TCPS_SYN_RCVD)
        tcps_step_tell(step, TCPS_DID_RECEIVE_SYN_ACK, TCPS_EVIDENCE_SYN_ACK_ON_ITS_WAY, 0);
    if (e->fin_sent)
        tcps_step_deliver(step);
}

/* A SYN+ACK to the first SYN: that has reached it, with all that it had. */
static void note_what_it_takes(const tcps_step *step)
{
    tcps_tally *service = step->connection->tallies[step->from];
    const tcps_endpoint_more *client = step->receiver->more;
    if (service && service->role == TCPS_SERVER && step->event == TCPS_EVENT_SYN_ACK && client->syns == 1)
        service->takes_syns_with |= client->syn_with;
}

static void send_syn_ack(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const tcps_state before = tcps_endpoint_known(e);
    const bool repeated = e->syn_sent && before != TCPS_SYN_SENT && before != TCPS_LISTEN;
    const bool crossed = e->syn_sent && !repeated; /* its SYN went out before, without ACK */
    tcps_step_judge(step);
    if (tcps_endpoint_known(e) == TCPS_LISTEN || tcps_endpoint_known(e) == TCPS_SYN_SENT)
        tcps_step_shows(step, TCPS_DID_RECEIVE_SYN, TCPS_YES, TCPS_EVIDENCE_SENT_SYN_ACK, 0); /* it answers it */
    tcps_begun_surely(e);
    const bool opening = tcps_endpoint_known(e) == TCPS_SYN_RCVD;
    if (repeated && opening && s->seq != e->iss) {
        keep_other(e, s); /* two hosts answer in one name */
        step->event = TCPS_EVENT_SYN_ACK_REPEATED;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    if (!crossed && (!repeated || opening))
        tcps_step_note_iss(e, s);
    if (!opening) {
        step->event = TCPS_EVENT_LATE;
        if (s->seq != e->iss && !r->acked_known)
            keep_other(e, s);
        return;
    }
    tcps_step_note_syn_options(e, s);
    tcps_step_count_syn(step);
    if (repeated && repeats_in_vain(step))
        tcps_count(&tcps_endpoint_need(e)->vain_syns);
    step->event = repeated ? TCPS_EVENT_SYN_ACK_REPEATED : TCPS_EVENT_SYN_ACK;
    if (repeated)
        step->when |= TCPS_WHEN_REPEAT;
    note_what_it_takes(step);
    bring_syn_ack(step);
}

static bool accepts_rival(const tcps_step *step)
{
    const tcps_rival *rival = step->connection->rival;
    if (!rival || rival->from == step->from)
        return false;
    const uint32_t iss = rival->ends[rival->from].iss;
    return seq_gt(step->segment->ack, iss) && seq_le(step->segment->ack, iss + 1 + TCPS_MAX_SYN_DATA);
}

/* A SYN+ACK of another attempt than the one before: that has been given up, or was reset. */
static bool is_another_attempts(const tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    if (!e->iss_known || e->iss == step->segment->seq || tcps_endpoint_known(e) >= TCPS_ESTABLISHED)
        return false;
    return span_between(e->more->syn_last_ns, step->at.time_ns) > TCPS_GIVEN_UP_NS ||
           (r->rst_sent && step->connection->role_basis != TCPS_BASIS_SYN);
}

void tcps_step_syn_ack(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (c->rival && c->rival->from == step->from)
        tcps_connection_drop_rival(c); /* it goes on in the older one */
    if (accepts_rival(step)) {
        tcps_step_promote_rival(step);
    } else if (c->used && is_another_attempts(step) && (!fits_syn(r, s->ack) || c->role_basis != TCPS_BASIS_SYN)) {
        open_passively(step);
    } else if (!c->used || !(fits_syn(r, s->ack) || (e->iss_known && e->iss == s->seq))) {
        if (c->used && tcps_endpoint_known(r) == TCPS_SYN_SENT && r->iss_known) {
            step->event = TCPS_EVENT_OUT_OF_WINDOW; /* it acknowledges another SYN: the receiver resets it */
            step->when |= TCPS_WHEN_REPEAT;
            return;
        }
        open_passively(step);
    }
    const tcps_state known = tcps_endpoint_known(e);
    const bool opening = known == TCPS_LISTEN || known == TCPS_SYN_SENT || known == TCPS_SYN_RCVD;
    if (!opening && tcps_endpoint_known(r) == TCPS_SYN_SENT && fits_syn(r, s->ack))
        start_over(step, e, r);
    e->holds_older = false;
    tcps_connection_drop_older(c);
    send_syn_ack(step);
}

/* The end answered its peer's SYN in a segment that was not captured. */
static void evident_syn_ack(tcps_step *step, tcps_endpoint *e, uint32_t iss)
{
    tcps_believe(e, TCPS_DID_RECEIVE_SYN, TCPS_LIKELY, TCPS_EVIDENCE_ANSWERED_UNSEEN, step->at, 0);
    tcps_forget_pending(e, TCPS_DID_RECEIVE_SYN);
    if (e->iss_known)
        return;
    e->iss = e->snd_una = iss;
    e->snd_nxt = e->seen_nxt = iss + 1;
    e->iss_known = e->seq_known = e->syn_sent = true;
}

void tcps_step_choose_syn_ack(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const bool waits = tcps_endpoint_known(e) == TCPS_SYN_SENT || (e->rst_sent && e->more->before_rst == TCPS_SYN_SENT);
    if (!r->other_iss_known || !waits || step->segment->ack != r->more->other_iss + 1)
        return;
    const uint32_t iss = r->more->other_iss;
    start_over(step, r, e);
    evident_syn_ack(step, r, iss);
    tcps_believe(r, TCPS_DID_RECEIVE_SYN, TCPS_YES, TCPS_EVIDENCE_SENT_SYN_ACK, step->at, 0);
    tcps_doubt(e, TCPS_DID_SEND_RST, TCPS_NO, TCPS_EVIDENCE_GOES_ON_AFTER_RST, step->at, 0);
    tcps_doubt(e, TCPS_DID_ABORT, TCPS_NO, TCPS_EVIDENCE_GOES_ON_AFTER_RST, step->at, 0);
    e->rst_sent = false;
}

/* It acknowledges the SYN, and sends none of its own yet: the first two of the five segments of a split handshake. */
static bool splits_handshake(const tcps_step *step)
{
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    return segment_end(s) == s->seq && s->ack == r->iss + 1 && r->snd_nxt == r->iss + 1 && !r->acked_known &&
           !step->sender->first_frame;
}

static bool answers_out_of_older(const tcps_step *step)
{
    const tcps_older *older = step->connection->older;
    const tcps_segment *s = step->segment;
    return older && older->which == step->from && segment_end(s) == s->seq && s->seq == older->end.snd_nxt &&
           older->end.acked_known && s->ack == older->end.rcv_acked;
}

/* It still holds the last incarnation: what seemed to have ended that had no effect. */
static void answer_out_of_older(tcps_step *step)
{
    tcps_endpoint *e = step->sender = &step->connection->older->end;
    tcps_doubt(&step->connection->ends[step->from], TCPS_DID_RECEIVE_SYN, TCPS_NO, TCPS_EVIDENCE_HOLDS_OLDER, step->at,
               0);
    tcps_step_shows(step, TCPS_DID_WAIT_TWO_MSL, TCPS_NO, TCPS_EVIDENCE_STILL_IN_TIME_WAIT, 0);
    tcps_step_shows(step, TCPS_DID_RECEIVE_RST, TCPS_NO, TCPS_EVIDENCE_SENDS_AFTER_RST, 0);
    if (tcps_pending_of(e, TCPS_DID_HAVE_FIN_ACKED))
        tcps_step_take_back(step, TCPS_DID_HAVE_FIN_ACKED, TCPS_EVIDENCE_REPEATS_WHAT_WAS_ACKED);
    if (tcps_endpoint_known(e) == TCPS_TIME_WAIT)
        tcps_endpoint_need(e)->timer_ns = step->at.time_ns;
    step->event = tcps_endpoint_known(e) == TCPS_TIME_WAIT ? TCPS_EVENT_TIME_WAIT_ACK : TCPS_EVENT_CHALLENGE_ACK;
}

void tcps_step_catch_up(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const bool ours = r->iss_known && seq_gt(s->ack, r->iss) && seq_le(s->ack, r->snd_nxt);
    const tcps_state known = tcps_endpoint_known(e);
    if (answers_out_of_older(step)) {
        answer_out_of_older(step);
    } else if (known == TCPS_SYN_SENT && !(r->iss_known && !ours)) {
        if (!r->iss_known) {
            c->loss = true;
            tcps_step_miss_segments(step, 1 - step->from);
            evident_syn_ack(step, r, s->ack - 1);
        }
        tcps_step_shows(step, TCPS_DID_RECEIVE_SYN_ACK, TCPS_YES, TCPS_EVIDENCE_ACK_COVERS_SYN, 0);
    } else if (known == TCPS_LISTEN && ours && splits_handshake(step)) {
        tcps_doubt(e, TCPS_DID_RECEIVE_SYN, TCPS_MAYBE, TCPS_EVIDENCE_SPLIT_HANDSHAKE, step->at, 0);
        tcps_forget_pending(e, TCPS_DID_RECEIVE_SYN); /* it has it, but takes no step of a handshake */
    } else if ((known == TCPS_LISTEN || e->holds_older) && ours) {
        c->loss = true;
        e->holds_older = false;
        evident_syn_ack(step, e, s->seq - 1);
        tcps_step_shows(step, TCPS_DID_RECEIVE_SYN, TCPS_YES, TCPS_EVIDENCE_ACK_COVERS_SYN, 0);
        tcps_step_shows(step, TCPS_DID_HAVE_SYN_ACKED, TCPS_YES, TCPS_EVIDENCE_SENDS_AS_OPEN, 0);
    } else if (known == TCPS_LISTEN || e->holds_older) {
        /* an ACK of nothing in this incarnation: it holds an older one of which nothing is known */
        tcps_begin_in(e, TCPS_UNKNOWN, false, TCPS_EVIDENCE_HOLDS_OLDER, step->at);
        e->holds_older = true;
        step->event = TCPS_EVENT_CHALLENGE_ACK;
    }
}

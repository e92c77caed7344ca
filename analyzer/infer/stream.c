/* stream.c: segments with neither SYN nor RST: data, ACKs, FINs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/step.h"

/* Data from the sender, and its last ACK stands at a byte of the receiver's that was captured and was no FIN: it is open both ways. */
static bool is_open_for_sure(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const bool sends_new = s->len > 0 && !step->late && (!e->first_frame || seq_ge(s->seq, step->snd_nxt_before));
    return sends_new && r->data_seen && !r->fin_sent && seq_le(s->ack, r->snd_nxt) && seq_gt(s->ack, r->data_first);
}

static void has_not_closed(tcps_step *step)
{
    tcps_step_shows(step, TCPS_DID_SEND_FIN, TCPS_NO, TCPS_EVIDENCE_SENDS_NEW_DATA, 0);
    tcps_step_shows(step, TCPS_DID_HAVE_FIN_ACKED, TCPS_NO, TCPS_EVIDENCE_SENDS_NEW_DATA, 0);
}

/* New data shows that its sender has not closed; an ACK of new data, that its receiver had not by then. */
static void rule_out_fins(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const bool sends_on = s->len > 0 && e->first_frame && seq_ge(s->seq, step->snd_nxt_before);
    if (e->fin_sent || tcps_believed(e, TCPS_DID_SEND_FIN) > TCPS_MAYBE)
        return;
    if (is_open_for_sure(step)) {
        has_not_closed(step);
        if (tcps_believed(e, TCPS_DID_RECEIVE_FIN) == TCPS_MAYBE && !r->unseen_tail)
            tcps_step_shows(step, TCPS_DID_RECEIVE_FIN, TCPS_NO, TCPS_EVIDENCE_SENDS_NEW_DATA, 0);
    } else if (sends_on) {
        has_not_closed(step);
    }
    if (sends_on && !r->fin_sent && tcps_believed(r, TCPS_DID_RECEIVE_FIN) == TCPS_MAYBE)
        tcps_doubt(r, TCPS_DID_RECEIVE_FIN, TCPS_NO, TCPS_EVIDENCE_PEER_SENDS_NEW_DATA, step->at, 0);
}

/* In SYN_RCVD an endpoint that does not use Fast Open sends neither data nor FIN, and hardly an ACK. */
static void leave_syn_rcvd(tcps_step *step, bool heard_unseen)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (tcps_endpoint_known(e) != TCPS_SYN_RCVD || r->fast_open || !e->syn_sent)
        return;
    if ((s->len > 0 && r->first_frame) || segment_is(s, TCPS_FIN) || heard_unseen) {
        tcps_step_shows(step, TCPS_DID_HAVE_SYN_ACKED, TCPS_YES, TCPS_EVIDENCE_SENDS_AS_OPEN, 0);
    } else if (!tcps_pending_of(e, TCPS_DID_HAVE_SYN_ACKED)) {
        const tcps_pending p = {.experience = TCPS_DID_HAVE_SYN_ACKED,
                                .unseen = true,
                                .seq_before = s->ack,
                                .frame = step->at.frame,
                                .time_ns = step->at.time_ns};
        tcps_believe(e, TCPS_DID_HAVE_SYN_ACKED, TCPS_LIKELY, TCPS_EVIDENCE_ACK_FROM_SYN_RCVD, step->at, 0);
        tcps_pend(e, &p);
    }
}

/* Its own segment now shows what its peer's had shown. */
static void confirm_opening(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    if (step->connection->mid_stream || tcps_endpoint_known(e) < TCPS_ESTABLISHED)
        return;
    for (unsigned likely = e->likely & TCPS_OPENING; likely; likely &= likely - 1) {
        const tcps_experience x = (tcps_experience)__builtin_ctz(likely);
        if (!tcps_pending_of(e, x))
            tcps_step_shows(step, x, TCPS_YES, TCPS_EVIDENCE_SENDS_AS_OPEN, 0);
    }
    tcps_begun_surely(e);
}

/* Data behind its own FIN, or an ACK that does not count it: the FIN may be somebody else's. */
static void dispute_fin(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (!e->fin_sent || e->fin_unseen || e->fin_acked || segment_is(s, TCPS_FIN) || s->len == 0 ||
        !seq_gt(segment_data_end(s), e->more->fin_seq) || seq_gt(s->seq, e->more->fin_seq))
        return;
    tcps_doubt(e, TCPS_DID_SEND_FIN, TCPS_MAYBE, TCPS_EVIDENCE_NO_FIN_AFTER_ALL, step->at, step->at.frame);
    tcps_doubt(r, TCPS_DID_RECEIVE_FIN, TCPS_MAYBE, TCPS_EVIDENCE_NO_FIN_AFTER_ALL, step->at, step->at.frame);
    tcps_endpoint_need(r)->refuted[TCPS_DID_RECEIVE_FIN] = UINT8_MAX;
}

/* The sender of a segment that only a synchronized endpoint sends. */
static void speak(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const tcps_state before = tcps_endpoint_known(e);
    if (before == TCPS_LISTEN || before == TCPS_SYN_SENT || e->holds_older)
        tcps_step_catch_up(step);
    if (tcps_endpoint_known(e) == TCPS_SYN_SENT || step->event != TCPS_EVENT_NONE || e->holds_older)
        return;
    if (segment_end(s) != s->seq && (!e->seq_known || seq_ge(s->seq, e->snd_nxt)) && e->unseen_tail) {
        e->unseen_tail = false; /* it sends on: no FIN was missed before */
        if (!e->fin_sent) {
            has_not_closed(step);
            tcps_doubt(r, TCPS_DID_RECEIVE_FIN, TCPS_NO, TCPS_EVIDENCE_PEER_SENDS_NEW_DATA, step->at, 0);
        }
    }
    const bool heard_unseen = r->seq_known && seq_gt(s->ack, r->snd_nxt);
    tcps_step_see_unseen(step);
    tcps_step_take_ack(step);
    tcps_step_judge(step);
    if (e->syn_sent && r->iss_known && seq_gt(s->ack, r->iss) && tcps_believed(e, TCPS_DID_RECEIVE_SYN) != TCPS_NO)
        tcps_step_shows(step, TCPS_DID_RECEIVE_SYN, TCPS_YES, TCPS_EVIDENCE_ACK_COVERS_SYN, 0);
    tcps_step_acknowledge_fin(step);
    tcps_step_find_gaps(step);
    tcps_step_sender_unseen(step);
    leave_syn_rcvd(step, heard_unseen);
    if (tcps_endpoint_known(e) == TCPS_UNKNOWN)
        tcps_step_shows(step, TCPS_DID_SEND, TCPS_YES, TCPS_EVIDENCE_MET_OPEN, 0);
    rule_out_fins(step);
    confirm_opening(step);
    dispute_fin(step);
    if (segment_is(s, TCPS_FIN))
        tcps_step_send_fin(step);
    if (tcps_endpoint_known(e) == TCPS_TIME_WAIT) {
        tcps_endpoint_need(e)->timer_ns = step->at.time_ns;
        tcps_step_shows(step, TCPS_DID_WAIT_TWO_MSL, TCPS_NO, TCPS_EVIDENCE_STILL_IN_TIME_WAIT, 0);
    }
}

/* RFC 9293 §3.8.4: one number below SND.NXT, when all is acknowledged: what is not is sent again. */
static bool is_probe(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    const bool again = s->len == 1 && e->data_seen && seq_le(e->snd_una, s->seq) && seq_gt(e->seen_nxt, s->seq);
    return e->seq_known && s->len <= 1 && s->seq == e->snd_nxt - 1 && !(e->iss_known && s->seq == e->iss) &&
           !segment_is(s, TCPS_FIN) && !again;
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
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const bool bare = segment_end(s) == s->seq;
    return (traits){
        .new_data =
            s->len > 0 && (!e->seq_known || seq_gt(segment_data_end(s), e->snd_nxt) || tcps_step_fills_gap(step)),
        .acks_syn = r->iss_known && !r->syn_acked && seq_gt(s->ack, r->iss) && r->known == TCPS_SYN_RCVD,
        .acks_fin = r->fin_sent && seq_gt(s->ack, r->more->fin_seq) && !r->fin_acked,
        .probe = is_probe(step),
        .stalled = r->acked_known && r->window == 0,
        .challenged = bare && c->challenged == step->from + 1 && e->acked_known && s->ack == e->rcv_acked,
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
    if (tcps_endpoint_known(step->sender) == TCPS_TIME_WAIT)
        return TCPS_EVENT_TIME_WAIT_ACK;
    return is->challenged ? TCPS_EVENT_CHALLENGE_ACK : TCPS_EVENT_ACK;
}

static tcps_event name_of(const tcps_step *step, const traits *is)
{
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (step->event != TCPS_EVENT_NONE && step->event != TCPS_EVENT_FIN)
        return step->event;
    if (step->event == TCPS_EVENT_FIN) {
        if (r->rcv_known && seq_lt(r->rcv_nxt, segment_end(s)))
            return TCPS_EVENT_FIN_EARLY;
        return is->acks_fin ? TCPS_EVENT_FIN_AND_ACK_OF_FIN : TCPS_EVENT_FIN;
    }
    if (s->len > 1 || (s->len == 1 && !is->probe))
        return is->new_data ? TCPS_EVENT_DATA : TCPS_EVENT_DATA_REPEATED;
    return name_of_bare(step, is);
}

/* The sender sends on although it has received the receiver's FIN: a half-close in use. */
static void note_service(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_endpoint *r = step->receiver;
    if (e->more->served_frame || !r->fin_sent || r->fin_unseen || seq_le(step->segment->ack, r->more->fin_seq))
        return;
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    m->served_frame = step->at.frame;
    m->served_ns = step->at.time_ns;
    m->served_seq = segment_data_end(step->segment);
}

/* Sent to draw an answer. */
static void note_unanswered(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    if (e->unanswered == 0)
        e->unanswered_ns = step->at.time_ns;
    tcps_count(&e->unanswered);
    step->when |= TCPS_WHEN_REPEAT;
}

static void note_probe(tcps_step *step)
{
    tcps_count(&step->sender->probes);
    note_unanswered(step);
}

static void note_data(tcps_step *step, const traits *is)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    if (s->len == 0)
        return;
    if (!is->new_data && step->event == TCPS_EVENT_NONE && is->probe)
        return; /* a keepalive probe of one byte */
    if (!is->new_data) {
        note_unanswered(step);
        return;
    }
    if (!e->data_seen) {
        e->data_first = s->seq;
        if (step->from != c->client && c->tallies[step->from])
            c->tallies[step->from]->answers = true;
    }
    e->data_seen = true;
    e->last_data_ns = c->last_data_ns = step->at.time_ns;
    c->last_data_frame = step->at.frame;
    e->probes = step->receiver->probes = 0;
    note_service(step);
    if (e->fin_sent && seq_gt(segment_data_end(s), e->more->fin_seq)) {
        step->event = TCPS_EVENT_DATA_AFTER_FIN;
        step->when |= TCPS_WHEN_REPEAT;
    }
}

static void take_late(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
    if (host)
        host->disorder = true;
    step->event = TCPS_EVENT_LATE;
    step->when |= TCPS_WHEN_REPEAT;
    if (!segment_has(s, TCPS_LEN_UNKNOWN) && !tcps_step_fails_paws(step))
        tcps_endpoint_arrive(step->receiver, s->seq, segment_end(s));
    tcps_step_see_unseen(step);
    if (segment_is(s, TCPS_FIN) && (!e->fin_sent || e->fin_unseen)) {
        tcps_step_acknowledge_fin(step);
        step->as_sent.no |= TCPS_BIT(TCPS_DID_HAVE_FIN_ACKED);
        tcps_step_send_fin(step);
    }
    tcps_step_deliver(step);
}

/* A segment that fits nothing known. Where the next one of the peer fits it, the capture has a gap. */
static void note_strange(tcps_step *step)
{
    tcps_connection *c = step->connection;
    const tcps_segment *s = step->segment;
    c->misfits++;
    c->strange_from = (uint8_t)(step->from + 1);
    c->strange_seq = s->seq;
    c->strange_end = segment_end(s);
    c->strange_ack = s->ack;
    step->event = TCPS_EVENT_OUT_OF_WINDOW;
    step->when |= TCPS_WHEN_REPEAT;
}

/* All that was sent in the gap of the capture has been sent, and has arrived where it is acknowledged. */
static void jump_gap(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    c->loss = true;
    tcps_step_miss_segments(step, step->from);
    if (seq_diff(s->seq, e->snd_nxt) > 0 || e->snd_nxt - s->seq > 1u << 30) {
        e->snd_nxt = e->snd_una = e->seen_nxt = step->snd_nxt_before = s->seq;
        r->rcv_nxt = r->rcv_acked = s->seq;
    }
    if (seq_diff(s->ack, r->snd_nxt) > 0 || r->snd_nxt - s->ack > 1u << 30) {
        r->snd_nxt = r->snd_una = r->seen_nxt = s->ack;
        e->rcv_nxt = e->rcv_acked = step->acked_before = s->ack;
    }
    c->strange_from = 0;
}

static void speak_and_deliver(tcps_step *step)
{
    tcps_connection *c = step->connection;
    const tcps_endpoint *said_by = step->sender;
    const traits is = traits_of(step);
    if (c->challenged == step->from + 1)
        c->challenged = 0;
    if (tcps_endpoint_known(step->sender) == TCPS_CLOSED)
        tcps_step_revive(step);
    speak(step);
    if (step->sender != said_by || step->event == TCPS_EVENT_CHALLENGE_ACK || step->event == TCPS_EVENT_OUT_OF_WINDOW ||
        tcps_endpoint_known(step->sender) == TCPS_SYN_SENT)
        return; /* it belongs to another incarnation, or brings nothing */
    note_data(step, &is);
    tcps_step_take_numbers(step);
    step->event = name_of(step, &is);
    if (step->event == TCPS_EVENT_KEEPALIVE || step->event == TCPS_EVENT_WINDOW_PROBE)
        note_probe(step);
    tcps_step_deliver(step);
}

/* It talks on in the older incarnation, or answers the second one's SYN out of the older one. */
static void meet_rival(tcps_step *step)
{
    tcps_rival *rival = step->connection->rival;
    if (!rival)
        return;
    if (rival->from == step->from) {
        tcps_connection_drop_rival(step->connection); /* the SYN was not its own */
        return;
    }
    const tcps_segment *s = step->segment;
    if (segment_end(s) != s->seq)
        return;
    step->of_rival = true;
    rival->challenged = true;
    /* it answers a SYN that came after the RST: that had no effect */
    const tcps_pending *rst = tcps_pending_of(step->sender, TCPS_DID_RECEIVE_RST);
    if (rst && rst->frame < rival->ends[rival->from].last_frame)
        tcps_step_take_back(step, TCPS_DID_RECEIVE_RST, TCPS_EVIDENCE_SENDS_AFTER_RST);
}

/* Data, and no probe, that its receiver has acknowledged whole: a copy that comes too late to be of use. */
static bool is_stale(const tcps_step *step)
{
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    return s->len > 1 && r->acked_known && seq_le(segment_end(s), r->rcv_acked);
}

void tcps_step_stream(tcps_step *step)
{
    tcps_connection *c = step->connection;
    if (is_stale(step))
        c->stale_frame = step->at.frame;
    tcps_step_choose_syn_ack(step);
    if (tcps_step_joins_anew(step)) {
        tcps_step_meet(step);
        c->mid_stream = true;
    } else if (tcps_step_misfits(step)) {
        if (!tcps_step_goes_on_behind_gap(step)) {
            note_strange(step);
            return;
        }
        jump_gap(step);
    }
    c->misfits = 0;
    step->late = tcps_step_is_late(step);
    if (step->late) {
        if (c->challenged == step->from + 1)
            c->challenged = 0;
        take_late(step);
        return;
    }
    meet_rival(step);
    speak_and_deliver(step);
    if (step->of_rival && step->event == TCPS_EVENT_TIME_WAIT_ACK && !c->rival->refused_frame)
        c->rival->refused_frame = step->at.frame; /* the SYN's answer */
}

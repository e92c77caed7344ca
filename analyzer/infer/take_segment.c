/* take_segment.c: one segment after another through two endpoints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/connection.h"

#include <assert.h>

#include "infer/copies.h"
#include "infer/invariants.h"
#include "infer/step.h"

const tcps_previous tcps_no_previous;

void tcps_step_shows(tcps_step *step, tcps_experience x, tcps_belief belief, tcps_evidence why, uint32_t about_frame)
{
    if (belief == TCPS_NO)
        tcps_doubt(step->sender, x, TCPS_NO, why, step->at, about_frame);
    else
        tcps_believe(step->sender, x, belief, why, step->at, about_frame);
}

/* --- what a segment is --- */

static void dispatch(tcps_step *step)
{
    const tcps_segment *s = step->segment;
    if (!segment_flags_legal(s)) {
        if (!step->connection->used)
            tcps_step_meet(step);
        step->event = TCPS_EVENT_ILLEGAL_FLAGS;
        step->when |= TCPS_WHEN_REPEAT;
    } else if (s->flags & TCPS_RST) {
        tcps_step_reset(step);
    } else if (!(s->flags & TCPS_SYN)) {
        tcps_step_stream(step);
    } else if (s->flags & TCPS_ACK) {
        tcps_step_syn_ack(step);
    } else {
        tcps_step_syn(step);
    }
}

static void note_closing(tcps_step *step)
{
    tcps_connection *c = step->connection;
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    if (!(step->segment->flags & TCPS_FIN) || step->event == TCPS_EVENT_FIN_REPEATED || !e->fin_sent)
        return;
    const tcps_closed_by by = step->from == c->client ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
    /* whoever closed first is still there: it sent no RST, and has repeated its FIN when that was due */
    const bool there = !r->rst_sent && step->at.time_ns < tcps_repeat_due_ns(r->more->fins, r->more->fin_last_ns);
    const bool crossed = r->fin_sent && there && seq_le(step->segment->ack, r->more->fin_seq) && e != r;
    if (c->closed_by == TCPS_BY_NOBODY)
        c->closed_by = (uint8_t)by;
    else if (crossed && c->closed_by != by)
        c->closed_by = TCPS_BY_BOTH;
}

static void keep_time(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *e = step->sender;
    c->last_ns = e->last_ns = step->at.time_ns;
    c->last_frame = e->last_frame = step->at.frame;
    if (!e->first_frame)
        e->first_frame = step->at.frame;
    if (!(step->segment->flags & TCPS_RST) && tcps_step_says_something(step)) {
        e->ttl = step->segment->ttl;
        e->ip_id = segment_has(step->segment, TCPS_HAS_IP_ID) ? step->segment->ip_id : 0;
    }
    if (!(step->segment->flags & (TCPS_RST | TCPS_SYN)))
        e->has_spoken = true;
    step->receiver->unanswered = 0;
    if (tcps_step_says_something(step) && step->event != TCPS_EVENT_LATE && !e->rst_sent)
        tcps_doubt(e, TCPS_DID_ABORT, TCPS_NO, TCPS_EVIDENCE_STILL_THERE, step->at, 0);
}

/* Several probes or repeats without an answer: it may be gone. */
#define MANY_UNANSWERED 3

/* Nobody has seen it there, and one that no process holds ends by a timer. */
static bool is_unshown_fin_wait_2(const tcps_endpoint *e)
{
    return e->shown == TCPS_FIN_WAIT_2 && !tcps_is_sure(e, TCPS_DID_HAVE_FIN_ACKED);
}

static void weigh_silence(tcps_step *step)
{
    if (step->sender->unanswered >= MANY_UNANSWERED && step->receiver != step->sender)
        tcps_believe(step->receiver, TCPS_DID_ABORT, is_unshown_fin_wait_2(step->receiver) ? TCPS_LIKELY : TCPS_MAYBE,
                     TCPS_EVIDENCE_UNANSWERED, step->at, 0);
}

/* What the segment is as an input to the table: its sender has to be in a state that sends such a thing. */
static tcps_input sent_input(const tcps_segment *s)
{
    if (s->flags & TCPS_FIN)
        return TCPS_SND_FIN;
    if (s->flags & TCPS_SYN)
        return s->flags & TCPS_ACK ? TCPS_SND_SYN_ACK : TCPS_SND_SYN;
    return TCPS_SND_SEGMENT;
}

/* An odd cell of the table: what is believed of its sender, or the segment, is wrong. */
static void look_for_oddity(tcps_step *step)
{
    const tcps_segment *s = step->segment;
    tcps_endpoint *e = step->sender;
    if (e->odd)
        tcps_find_odd(e, false);
    if (s->flags & TCPS_RST || e == step->receiver || segment_is(s, TCPS_SYN | TCPS_FIN))
        return;
    const tcps_state state = tcps_endpoint_state_then(e, &step->as_sent);
    if (state == TCPS_UNKNOWN || tcps_transition_get(state, sent_input(s))->verdict != TCPS_ODD)
        return;
    tcps_find_odd(e, true);
    tcps_endpoint_need(e); /* that is why, for now, and not what made its origin so */
}

static void settle(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint_settle(&c->ends[0], step->at);
    if (!c->self)
        tcps_endpoint_settle(&c->ends[1], step->at);
    for (unsigned i = 0; c->rival && i < 2; i++)
        tcps_endpoint_settle(&c->rival->ends[i], step->at);
    if (c->older)
        tcps_endpoint_settle(&c->older->end, step->at);
}

static unsigned triggers(const tcps_step *step, const tcps_observation *o)
{
    const tcps_segment *s = step->segment;
    unsigned when = step->when;
    if (o->transition)
        when |= TCPS_WHEN_CHANGE;
    if (s->flags & TCPS_SYN)
        when |= TCPS_WHEN_SYN;
    if (s->flags & TCPS_FIN)
        when |= TCPS_WHEN_FIN;
    if (step->sender->fin_sent || step->receiver->fin_sent)
        when |= TCPS_WHEN_CLOSING;
    if (step->event == TCPS_EVENT_CHALLENGE_ACK)
        when |= TCPS_WHEN_REPEAT;
    return when;
}

/* On a path known to reorder, what the sender sends next may reach the receiver first. */
static void allow_for_overtaking(tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
    const bool over = e->fin_sent && r->acked_known && seq_gt(r->rcv_acked, e->more->fin_seq);
    if (host && host->disorder && step->segment->len > 0 && !over && r->shown == TCPS_ESTABLISHED && !r->at_home)
        step->on_arrival.maybe |= TCPS_BIT(TCPS_DID_RECEIVE_FIN);
}

unsigned tcps_connection_segment(tcps_connection *c, const tcps_config *config, const tcps_incarnations *incarnations,
                                 unsigned from, const tcps_segment *s, tcps_observation *o)
{
    tcps_endpoint *sender = &c->ends[from];
    tcps_step step = {
        .connection = c,
        .incarnations = incarnations,
        .sender = sender,
        .receiver = &c->ends[c->self ? from : 1 - from],
        .segment = s,
        .at = {s->time_ns, s->frame},
        .from = from,
        .snd_nxt_before = sender->snd_nxt,
        .acked_before = sender->rcv_acked,
        .ts_before = sender->ts_last,
        .event = TCPS_EVENT_NONE,
    };
    tcps_connection_elapse(c, config, step.at);
    const tcps_stands before = tcps_connection_look(c);
    c->begun = false;
    if (segment_is_copy(s, sender, c->doubled) && c->used) {
        c->doubled = true;
        step.event = TCPS_EVENT_DUPLICATE;
        step.when |= TCPS_WHEN_REPEAT;
    } else {
        dispatch(&step);
        note_closing(&step);
        if (c->ends[1 - c->client].at_home)
            tcps_step_learn_of_service(&step);
    }
    if (tcps_step_says_something(&step) && step.event != TCPS_EVENT_LATE)
        look_for_oddity(&step);
    tcps_step_know_device(&step);
    keep_time(&step);
    weigh_silence(&step);
    if (c->self && !step.sent_seen)
        tcps_step_see_sent(&step);
    settle(&step);
    if (tcps_step_says_something(&step))
        allow_for_overtaking(&step);
    tcps_step_observe(&step, &before, o);
    assert(!tcps_connection_broken(c));
    return triggers(&step, o);
}

void tcps_connection_unreachable(tcps_connection *c, unsigned from, const tcps_segment *quoted, bool hard,
                                 tcps_observation *o)
{
    tcps_endpoint *e = &c->ends[from], *peer = &c->ends[1 - from];
    const tcps_moment at = {quoted->time_ns, quoted->frame};
    tcps_step step = {.connection = c, .sender = e, .receiver = peer, .segment = quoted, .at = at, .from = from};
    const tcps_stands before = tcps_connection_look(c);
    const bool ends_it = hard && e->shown == TCPS_SYN_SENT && e->iss_known && e->iss == quoted->seq;
    c->begun = false;
    if (ends_it) {
        const tcps_pending p = {.experience = TCPS_DID_GET_UNREACHABLE, .frame = at.frame, .time_ns = at.time_ns};
        tcps_believe(e, TCPS_DID_GET_UNREACHABLE, TCPS_LIKELY, TCPS_EVIDENCE_UNREACHABLE, at, 0);
        tcps_pend(e, &p);
        if (tcps_pending_of(peer, TCPS_DID_RECEIVE_SYN)) /* the SYN did not get through */
            tcps_doubt(peer, TCPS_DID_RECEIVE_SYN, TCPS_NO, TCPS_EVIDENCE_SYN_NOT_DELIVERED, at, 0);
        settle(&step);
    }
    step.event = ends_it ? TCPS_EVENT_ICMP_UNREACHABLE : TCPS_EVENT_ICMP_SOFT;
    tcps_step_observe(&step, &before, o);
}

/* connection.c: one segment after another through two endpoints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/connection.h"

#include <string.h>

#include "infer/step.h"
#include "rules/rule.h"
#include "track/engine.h"

static void remember(tcps_connection *c)
{
    tcps_previous *p = &c->previous;
    *p = (tcps_previous){.any = true, .loss = c->loss, .last_frame = c->last_frame, .last_ns = c->last_ns};
    p->attempt = c->attempt;
    if (c->attempt.active && c->ends[1 - c->attempt.from].last_frame) { /* the SYN belongs to the next one already */
        p->last_frame = c->ends[1 - c->attempt.from].last_frame;
        p->last_ns = c->ends[1 - c->attempt.from].last_ns;
    }
    for (unsigned i = 0; i < 2; i++) {
        p->state[i] = c->ends[i].shown;
        p->since_frame[i] = c->ends[i].since_frame;
        p->since_ns[i] = c->ends[i].since_ns;
    }
}

void tcps_connection_begin(tcps_connection *c, uint32_t frame, int64_t time_ns)
{
    if (c->used) {
        tcps_engine_replaced(c->analyzer, c);
        remember(c);
    }
    c->index = tcps_engine_next_index(c->analyzer);
    tcps_engine_forget_wishes(c->analyzer, c);
    c->counting = false;
    for (unsigned i = 0; i < 2; i++) {
        tcps_endpoint *e = &c->ends[i], old = *e;
        memset(e, 0, sizeof *e);
        e->rtt_ns = old.rtt_ns; /* the path is the same */
        memcpy(e->fingerprints, old.fingerprints, sizeof e->fingerprints);
        memcpy(e->print_ms, old.print_ms, sizeof e->print_ms);
        e->next_print = old.next_print;
    }
    c->attempt.active = false;
    c->first_frame = frame;
    c->first_ns = time_ns;
    c->last_data_ns = 0;
    c->last_data_frame = 0;
    c->raised = 0;
    c->closed_by = TCPS_BY_NOBODY;
    c->rst_by = 0;
    c->misfits = c->challenged = 0;
    c->loss = c->mid_stream = false;
    c->unseen = 0;
    c->used = true;
    c->begun = true;
}

void tcps_connection_elapse(tcps_connection *c, const tcps_config *config, tcps_moment at)
{
    for (unsigned i = 0; i < 2; i++) {
        tcps_endpoint *e = &c->ends[i];
        if (e->shown != TCPS_TIME_WAIT)
            continue;
        int64_t expiry = tcps_endpoint_expiry(e, config);
        if (at.time_ns < expiry)
            continue;
        e->proven = (uint8_t)tcps_transition_apply(TCPS_TIME_WAIT, TCPS_TIMEOUT_2MSL);
        e->n_news = 0;
        e->elapsed = true;
        tcps_endpoint_show(e, true, (tcps_moment){expiry, 0});
    }
}

/* Two ends of which nothing is known but that the one sends to the other. */
void tcps_connection_meet(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_connection_begin(c, step->at.frame, step->at.time_ns);
    uint16_t from = c->addresses[step->from].port, to = c->addresses[1 - step->from].port;
    bool port_tells = (from < 1024) != (to < 1024) || (from < 32768) != (to < 32768);
    c->role_basis = port_tells ? TCPS_BASIS_PORT : TCPS_BASIS_FIRST_SEGMENT;
    c->client = (uint8_t)(port_tells && from < to ? 1 - step->from : step->from);
}

void tcps_step_miss_segments(tcps_step *step, unsigned end)
{
    tcps_connection *c = step->connection;
    if (!c->unseen)
        step->when |= TCPS_WHEN_LOSS;
    c->unseen = (uint8_t)(end + 1);
}

static void dispatch(tcps_step *step)
{
    const tcps_segment *s = step->segment;
    tcps_step_resume_news(step);
    if (!segment_flags_legal(s)) {
        if (!step->connection->used)
            tcps_connection_meet(step);
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
    const tcps_endpoint *t = step->talker, *l = step->listener;
    if (!(step->segment->flags & TCPS_FIN) || step->event == TCPS_EVENT_FIN_REPEATED)
        return;
    tcps_closed_by by = step->from == c->client ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
    bool crossed = l->fin_sent && t->fin_sent && seq_le(step->segment->ack, l->fin_seq) && t != l;
    if (c->closed_by == TCPS_BY_NOBODY)
        c->closed_by = (uint8_t)by;
    else if (crossed && c->closed_by != by)
        c->closed_by = TCPS_BY_BOTH;
}

/* A view of the states as they stand. */
static void look(const tcps_connection *c, unsigned end, uint8_t *state, uint8_t *certainty)
{
    const tcps_endpoint *e = &c->ends[end];
    bool attempts = c->attempt.active && c->attempt.from == end;
    *state = attempts ? TCPS_SYN_SENT : e->shown;
    *certainty = attempts ? TCPS_PROVEN : e->certainty;
}

static void keep_time(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker;
    c->last_ns = t->last_ns = step->at.time_ns;
    c->last_frame = t->last_frame = step->at.frame;
    if (!t->first_frame)
        t->first_frame = step->at.frame;
    step->listener->unanswered = 0;
}

static void view(const tcps_connection *c, unsigned end, const tcps_view *before, tcps_view *v)
{
    const tcps_endpoint *e = &c->ends[end];
    *v = *before;
    look(c, end, &v->state, &v->certainty);
    bool attempts = c->attempt.active && c->attempt.from == end;
    v->since_frame = attempts ? c->attempt.frame : e->since_frame;
    v->since_ns = attempts ? c->attempt.time_ns : e->since_ns;
}

static void fill_new_befores(const tcps_connection *c, const tcps_step *step, tcps_view before[2])
{
    /* a new incarnation begins from what its opening presumes, not from where the old one ended */
    for (unsigned i = 0; i < 2; i++) {
        bool opener = i == c->client && c->role_basis == TCPS_BASIS_SYN;
        bool listener = i != c->client && c->role_basis <= TCPS_BASIS_SYN_ACK;
        before[i].before = step->event == TCPS_EVENT_SYN_ACK && opener ? TCPS_SYN_SENT
                           : opener                                    ? TCPS_CLOSED
                           : listener                                  ? TCPS_LISTEN
                                                                       : TCPS_UNKNOWN;
        before[i].before_certainty = before[i].before == TCPS_UNKNOWN ? TCPS_NO_EVIDENCE : TCPS_PRESUMED;
    }
}

/* The talker's FIN was captured, and what its listener makes of it is still open: some gap before it may have closed unseen. */
static bool owes_fin(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    return l->hasty_fin || t->unseen_tail || (t->fin_sent && l->acked_known && seq_le(l->rcv_acked, t->fin_seq));
}

/* On a path known to reorder, what the talker sends next may reach the listener first. */
static bool may_be_overtaken(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    bool over =
        t->fin_sent && l->acked_known && seq_gt(l->rcv_acked, t->fin_seq); /* it has the FIN: nothing is to come */
    return tcps_step_reorders(step) && step->segment->len > 0 && !over;
}

/* A late or second copy shows its sender as it was, and changes nothing. */
static void view_past(const tcps_step *step, tcps_view *v)
{
    const tcps_state past = tcps_step_past(step);
    if (v->state != past || step->event == TCPS_EVENT_LATE)
        v->certainty = past == TCPS_UNKNOWN ? TCPS_NO_EVIDENCE : TCPS_PRESUMED;
    v->state = (uint8_t)past;
    v->before = v->state;
    v->before_certainty = v->certainty;
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
    if (step->talker->fin_sent || step->listener->fin_sent)
        when |= TCPS_WHEN_CLOSING;
    if (step->event == TCPS_EVENT_CHALLENGE_ACK)
        when |= TCPS_WHEN_REPEAT;
    return when;
}

/* A socket connected to itself: what it sent is what it was when it sent; what it became is what it received. */
static void view_self(const tcps_step *step, const tcps_view *before, tcps_observation *o)
{
    tcps_view *client = &o->end[TCPS_CLIENT], *server = &o->end[TCPS_SERVER];
    *client = step->sent;
    client->before = before->before;
    client->before_certainty = before->before_certainty;
    view(step->connection, 0, before, server);
    server->before = client->state;
    server->before_certainty = client->certainty;
    o->sender = TCPS_CLIENT;
}

void tcps_step_see_sent(tcps_step *step)
{
    tcps_endpoint *e = step->talker;
    tcps_endpoint_show(e, !step->unsure, step->at);
    step->sent = (tcps_view){
        .state = e->shown, .certainty = e->certainty, .since_frame = e->since_frame, .since_ns = e->since_ns};
    step->sent_seen = true;
}

/* Does the segment take part in the connection at all? */
static bool says_something(const tcps_step *step)
{
    return step->event != TCPS_EVENT_DUPLICATE && step->event != TCPS_EVENT_ILLEGAL_FLAGS &&
           step->event != TCPS_EVENT_OUT_OF_WINDOW;
}

/* Writes what the segment shows of both ends. */
static void show(tcps_step *step)
{
    if (step->connection->self && !step->sent_seen)
        tcps_step_see_sent(step);
    if (!step->connection->self && step->event != TCPS_EVENT_LATE)
        tcps_endpoint_show(step->talker, !step->unsure, step->at);
    tcps_endpoint_show(step->listener, !owes_fin(step) && !may_be_overtaken(step), step->at);
}

static void observe(const tcps_step *step, const tcps_view before[2], tcps_observation *o)
{
    const tcps_connection *c = step->connection;
    *o = (tcps_observation){
        .connection = c->index,
        .sender = step->from == c->client ? TCPS_CLIENT : TCPS_SERVER,
        .event = (uint8_t)step->event,
        .closed_by = c->closed_by,
        .role_basis = c->role_basis,
        .opens = c->begun,
    };
    if (c->self) {
        view_self(step, &before[0], o);
    } else {
        view(c, c->client, &before[c->client], &o->end[TCPS_CLIENT]);
        view(c, 1 - c->client, &before[1 - c->client], &o->end[TCPS_SERVER]);
        if (step->event == TCPS_EVENT_LATE || step->event == TCPS_EVENT_DUPLICATE)
            view_past(step, &o->end[o->sender]);
    }
    for (unsigned i = 0; i < 2; i++)
        o->transition |= o->end[i].before != o->end[i].state;
}

unsigned tcps_connection_segment(tcps_connection *c, const tcps_config *config, unsigned from, const tcps_segment *s,
                                 tcps_observation *o)
{
    tcps_endpoint *talker = &c->ends[from];
    tcps_step step = {
        .connection = c,
        .config = config,
        .talker = talker,
        .listener = &c->ends[c->self ? from : 1 - from],
        .segment = s,
        .at = {s->time_ns, s->frame},
        .from = from,
        .snd_nxt_before = talker->snd_nxt,
        .acked_before = talker->rcv_acked,
        .ts_before = talker->ts_last,
        .event = TCPS_EVENT_NONE,
    };
    tcps_view before[2] = {{0}};
    tcps_connection_elapse(c, config, step.at);
    for (unsigned i = 0; i < 2; i++)
        look(c, i, &before[i].before, &before[i].before_certainty);
    c->begun = false;
    if (segment_is_copy(s, talker, step.listener) && c->used) {
        step.event = TCPS_EVENT_DUPLICATE;
        step.when |= TCPS_WHEN_REPEAT;
    } else {
        dispatch(&step);
        note_closing(&step);
    }
    if (c->begun)
        fill_new_befores(c, &step, before);
    keep_time(&step);
    if (says_something(&step))
        show(&step);
    else
        view(c, from, &before[from], &step.sent);
    observe(&step, before, o);
    return triggers(&step, o);
}

void tcps_connection_unreachable(tcps_connection *c, unsigned from, const tcps_segment *quoted, bool hard,
                                 tcps_observation *o)
{
    tcps_endpoint *e = &c->ends[from];
    tcps_moment at = {quoted->time_ns, quoted->frame};
    tcps_view before[2] = {{0}};
    for (unsigned i = 0; i < 2; i++)
        look(c, i, &before[i].before, &before[i].before_certainty);
    bool ends_it = hard && e->shown == TCPS_SYN_SENT && e->iss_known && e->iss == quoted->seq;
    if (ends_it) {
        tcps_news news = {.input = TCPS_UNREACHABLE, .time_ns = at.time_ns};
        tcps_endpoint_hear(e, &news);
        tcps_endpoint_show(e, true, at);
        tcps_endpoint *peer = &c->ends[1 - from];
        tcps_news *syn = tcps_endpoint_news(peer, TCPS_RCV_SYN);
        if (syn) { /* the SYN did not get through */
            tcps_endpoint_forget(peer, syn);
            tcps_endpoint_show(peer, true, at);
        }
    }
    *o = (tcps_observation){
        .connection = c->index,
        .sender = from == c->client ? TCPS_CLIENT : TCPS_SERVER,
        .event = ends_it ? TCPS_EVENT_ICMP_UNREACHABLE : TCPS_EVENT_ICMP_SOFT,
        .closed_by = c->closed_by,
        .role_basis = c->role_basis,
    };
    view(c, c->client, &before[c->client], &o->end[TCPS_CLIENT]);
    view(c, 1 - c->client, &before[1 - c->client], &o->end[TCPS_SERVER]);
    for (unsigned k = 0; k < 2; k++)
        o->transition |= o->end[k].before != o->end[k].state;
}

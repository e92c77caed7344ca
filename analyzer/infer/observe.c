/* observe.c: what a segment shows of both ends: as its sender was when it sent it, and as they stand since.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/step.h"

void tcps_step_see_sent(tcps_step *step)
{
    tcps_endpoint_view(step->sender, &step->as_sent, &step->sent);
    step->sent_seen = true;
}

static tcps_stand standing_of(const tcps_endpoint *e)
{
    return (tcps_stand){e->shown, e->certainty};
}

tcps_stands tcps_connection_look(tcps_connection *c)
{
    tcps_stands all = {.index = c->index,
                       .socket_index = c->rival && c->rival->has_index ? c->rival->index : c->index,
                       .rivalled = c->rival != NULL};
    for (unsigned i = 0; i < 2; i++)
        all.own[i] = all.socket[i] = standing_of(&c->ends[i]);
    if (c->rival || c->older)
        for (unsigned i = 0; i < 2; i++)
            all.socket[i] = standing_of(tcps_connection_socket(c, i));
    return all;
}

static tcps_standing standing_after(const tcps_endpoint *e)
{
    return (tcps_standing){
        .state = e->shown, .certainty = e->certainty, .since_frame = e->since_frame, .since_ns = e->since_ns};
}

/* Of the incarnation that the frame belongs to. */
static const tcps_endpoint *end_of(const tcps_step *step, unsigned end, bool both)
{
    tcps_connection *c = step->connection;
    if (!c->rival && !c->older)
        return &c->ends[end];
    const bool speaks = end == step->from && tcps_step_says_something(step) && !step->late;
    return speaks ? step->sender : both || c->older ? tcps_connection_socket(c, end) : &c->ends[end];
}

static void view_end(const tcps_step *step, unsigned end, tcps_view *v, tcps_standing *after)
{
    static const tcps_lens none = {0, 0, 0};
    const tcps_connection *c = step->connection;
    const bool both = c->rival && (step->of_rival || !c->rival->has_index);
    const tcps_endpoint *e = end_of(step, end, both);
    const tcps_lens *lens = e == step->sender ? &step->as_sent : e == step->receiver ? &step->on_arrival : &none;
    *after = standing_after(e);
    tcps_endpoint_view(e, lens, v);
    if (e == step->sender && step->as_sent.no | step->as_sent.maybe && v->state != e->shown) {
        v->why = step->not_yet_why;
        v->why_frame = step->at.frame;
        v->about_frame = step->not_yet_about;
    }
    if (both && end == c->rival->from && c->rival->challenged && !c->rival->has_index && v->certainty == TCPS_PROVEN) {
        v->certainty = after->certainty =
            TCPS_PRESUMED; /* its peer holds another connection, and it has not contradicted */
        v->possible |= c->ends[end].possible;
        v->why = TCPS_EVIDENCE_HOLDS_OLDER;
        v->why_frame = step->at.frame;
    }
}

static bool is_of_second(const tcps_step *step)
{
    return step->of_rival && step->connection->rival && step->connection->rival->has_index;
}

static void fill_before(const tcps_step *step, const tcps_stands *before, unsigned end, tcps_view *v)
{
    const uint32_t index = is_of_second(step) ? step->connection->rival->index : step->connection->index;
    const bool of_socket = before->rivalled && index == before->socket_index;
    const tcps_stand *s = of_socket || !before->rivalled ? &before->socket[end] : &before->own[end];
    v->before = s->state;
    v->before_certainty = s->certainty;
}

/* A new incarnation begins from what its opening presumes, not from where the old one ended. */
static void fill_new_before(const tcps_step *step, unsigned end, tcps_view *v)
{
    const tcps_connection *c = step->connection;
    const bool opener = end == c->client && c->role_basis == TCPS_BASIS_SYN;
    const bool listener = end != c->client && c->role_basis <= TCPS_BASIS_SYN_ACK;
    v->before = step->event == TCPS_EVENT_SYN_ACK && opener ? TCPS_SYN_SENT
                : opener                                    ? TCPS_CLOSED
                : listener                                  ? TCPS_LISTEN
                                                            : TCPS_UNKNOWN;
    v->before_certainty = v->before == TCPS_UNKNOWN ? TCPS_NO_EVIDENCE : TCPS_PRESUMED;
}

/* The second incarnation begins: its opener from CLOSED, its peer from where the older one stands. */
static void fill_rivals_before(const tcps_step *step, const tcps_stands *before, unsigned end, tcps_view *v)
{
    const bool opener = end == step->connection->rival->from;
    const bool again = step->connection->rival->ends[end].more->syns > 1; /* it had no index of its own before */
    v->before = opener && again ? TCPS_SYN_SENT : opener ? TCPS_CLOSED : before->own[end].state;
    v->before_certainty = opener ? TCPS_PRESUMED : before->own[end].certainty;
}

/* A socket connected to itself: what it sent is what it was when it sent; what it became is what it received. */
static void view_self(const tcps_step *step, const tcps_stands *before, tcps_observation *o)
{
    static const tcps_lens none = {0, 0, 0};
    tcps_view *client = &o->end[TCPS_CLIENT], *server = &o->end[TCPS_SERVER];
    const tcps_endpoint *e = step->sender;
    *client = step->sent;
    client->before = before->own[0].state;
    client->before_certainty = before->own[0].certainty;
    tcps_endpoint_view(e, &none, server);
    server->before = client->state;
    server->before_certainty = client->certainty;
    for (unsigned i = 0; i < 2; i++)
        o->standing[i] = standing_after(e);
    o->sender = TCPS_CLIENT;
}

/* Of the incarnation that the frame belongs to. */
static unsigned client_of(const tcps_step *step)
{
    return is_of_second(step) ? step->connection->rival->from : step->connection->client;
}

/* Nearly always there is one incarnation, and what the segment shows of both ends is what they stand as since. */
static bool stands_as_shown(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    const tcps_lens *sent = &step->as_sent, *arrival = &step->on_arrival;
    return c->ends[0].settled && c->ends[1].settled && !c->rival && !c->older && !c->begun &&
           step->event != TCPS_EVENT_LATE && step->event != TCPS_EVENT_DUPLICATE &&
           !(sent->no | sent->maybe | sent->likely | arrival->no | arrival->maybe | arrival->likely);
}

static inline void observe_standing(const tcps_endpoint *e, const tcps_stand *before, tcps_view *v,
                                    tcps_standing *after)
{
    *v = (tcps_view){.before = before->state,
                     .state = e->shown,
                     .before_certainty = before->certainty,
                     .certainty = e->certainty,
                     .since_frame = e->since_frame,
                     .since_ns = e->since_ns,
                     .possible = e->possible,
                     .why = e->why,
                     .why_frame = e->why_frame,
                     .about_frame = e->about_frame};
    *after = standing_after(e);
}

static void observe_ends(const tcps_step *step, const tcps_stands *before, tcps_observation *o)
{
    const tcps_connection *c = step->connection;
    if (stands_as_shown(step) && !before->rivalled) {
        for (unsigned role = 0; role < 2; role++) {
            const unsigned end = role == TCPS_CLIENT ? c->client : 1u - c->client;
            observe_standing(&c->ends[end], &before->socket[end], &o->end[role], &o->standing[role]);
        }
        return;
    }
    for (unsigned role = 0; role < 2; role++) {
        const unsigned end = role == TCPS_CLIENT ? client_of(step) : 1u - client_of(step);
        tcps_view *v = &o->end[role];
        view_end(step, end, v, &o->standing[role]);
        if (c->begun && step->of_rival)
            fill_rivals_before(step, before, end, v);
        else if (c->begun)
            fill_new_before(step, end, v);
        else
            fill_before(step, before, end, v);
    }
    if (step->event == TCPS_EVENT_LATE || step->event == TCPS_EVENT_DUPLICATE) {
        tcps_view *v = &o->end[o->sender];
        tcps_step_view_late(step, v);
        v->before = v->state;
        v->before_certainty = v->certainty;
    }
}

void tcps_step_observe(const tcps_step *step, const tcps_stands *before, tcps_observation *o)
{
    const tcps_connection *c = step->connection;
    const bool of_second = is_of_second(step);
    o->connection = of_second ? c->rival->index : c->index;
    o->sender = step->from == client_of(step) ? TCPS_CLIENT : TCPS_SERVER;
    o->event = (uint8_t)step->event;
    o->closed_by = of_second ? TCPS_BY_NOBODY : c->closed_by;
    o->role_basis = of_second ? TCPS_BASIS_SYN : c->role_basis;
    o->opens = c->begun;
    o->captured_at = tcps_connection_captured_at(c, client_of(step));
    if (c->self)
        view_self(step, before, o);
    else
        observe_ends(step, before, o);
    o->transition = o->end[0].before != o->end[0].state || o->end[1].before != o->end[1].state;
}

/* row_observe.c: see row_observe.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/row_observe.h"

#include "base/span.h"

static void sent_fin(tcps_row *row, unsigned end, unsigned state)
{
    if (state == TCPS_FIN_WAIT_1 || state == TCPS_FIN_WAIT_2 || state == TCPS_CLOSING || state == TCPS_LAST_ACK ||
        state == TCPS_TIME_WAIT)
        row->fin[end] = true;
}

void tcps_row_begin(tcps_row *row, unsigned end, const tcps_view *view)
{
    row->state[end] = view->state;
    row->certainty[end] = view->certainty;
    row->since_ns[end] = view->since_ns;
    row->took_fin[end] |= view->state == TCPS_CLOSE_WAIT && view->certainty == TCPS_PROVEN;
    sent_fin(row, end, view->before);
    sent_fin(row, end, view->state);
}

/* The state that is left counts up to where the next one began. Where segments in between were not fed, it is not known when
 * it was left. */
static void change_view(tcps_row *row, unsigned end, const tcps_view *view)
{
    const unsigned old = row->state[end];

    sent_fin(row, end, view->before);
    sent_fin(row, end, view->state);
    if (view->before == old && view->since_ns > row->since_ns[end])
        tcps_spent_add(&row->spent, end, old, span_between(row->since_ns[end], view->since_ns));
    row->state[end] = view->state;
    row->since_ns[end] = view->since_ns;
}

static void take_view(tcps_row *row, unsigned end, const tcps_view *view)
{
    const unsigned old = row->state[end];

    if (view->state != old || view->before != old || view->since_ns != row->since_ns[end])
        change_view(row, end, view);
    row->certainty[end] = view->certainty;
    row->took_fin[end] |= view->state == TCPS_CLOSE_WAIT && view->certainty == TCPS_PROVEN;
}

static bool is_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_LAST_ACK;
}

static bool resets(const tcps_row *row, const tcps_observation *o)
{
    const tcps_view *end = o->end;

    return o->transition && (end[0].state <= TCPS_LISTEN || end[1].state <= TCPS_LISTEN) && !row->reset_by &&
           !(row->fin[0] && row->fin[1]) && (is_open(end[0].before) || is_open(end[1].before));
}

static void take_end(tcps_row *row, const tcps_observation *o)
{
    if (o->end[0].state > TCPS_LISTEN && o->end[1].state > TCPS_LISTEN) { /* it goes on: that was no reset */
        row->reset_by = TCPS_BY_NOBODY;
        row->refused = false;
    }
    switch (o->event) {
    case TCPS_EVENT_RST_REFUSES:
        row->refused = true;
        break;
    case TCPS_EVENT_ICMP_UNREACHABLE:
        row->unreachable |= o->transition;
        break;
    case TCPS_EVENT_RST:
    case TCPS_EVENT_RST_OF_BAD_ACK:
        if (resets(row, o))
            row->reset_by = o->sender == TCPS_CLIENT ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
        break;
    default:
        break;
    }
}

bool tcps_row_tells_present(const tcps_row *row, unsigned end, const tcps_observation *o)
{
    const bool past = o->event == TCPS_EVENT_LATE || o->event == TCPS_EVENT_DUPLICATE;
    return !past || end != o->sender || row->self;
}

void tcps_row_observe(tcps_row *row, const tcps_observation *o)
{
    take_end(row, o); /* a RST after both FINs leaves the close what it was: it is told from the FINs before it */
    for (unsigned i = 0; i < 2; i++)
        if (tcps_row_tells_present(row, i, o))
            take_view(row, i, &o->end[i]);
    row->closed_by = o->closed_by;
    row->role_basis = o->role_basis;
    if (o->end[0].state >= TCPS_ESTABLISHED && o->end[1].state >= TCPS_ESTABLISHED)
        row->opened = true;
}

static bool is_repeat(unsigned event)
{
    return event == TCPS_EVENT_SYN_REPEATED || event == TCPS_EVENT_SYN_ACK_REPEATED ||
           event == TCPS_EVENT_DATA_REPEATED || event == TCPS_EVENT_FIN_REPEATED;
}

void tcps_row_count(tcps_row *row, const tcps_segment *s, const tcps_observation *o)
{
    const unsigned sender = o->sender & 1;

    if (row->first_frame == 0) {
        row->first_frame = s->frame;
        row->start_ns = s->time_ns;
        row->mid_stream = o->opens && !(s->flags & (TCPS_SYN | TCPS_RST));
    }
    row->last_frame = s->frame;
    row->last_ns = s->time_ns;
    row->repeats += is_repeat(o->event);
    if (o->event == TCPS_EVENT_DUPLICATE) {
        row->copies++;
        return;
    }
    row->segments[sender]++;
    row->bytes[sender] += s->len;
}

/* The sender of an observation is that of the segment, quoted or not; an ICMP error goes the other way. */
void tcps_row_keep(tcps_row *row, const tcps_segment *s, const tcps_observation *o, bool icmp)
{
    const tcps_rung rung = {
        .time_ns = s->time_ns,
        .frame = s->frame,
        .seq = s->seq,
        .ack = s->ack,
        .len = s->len,
        .flags = s->flags,
        .icmp = icmp,
        .sender = (o->sender & 1) ^ icmp,
        .event = o->event,
        .state = {o->end[0].state, o->end[1].state},
        .certainty = {o->end[0].certainty, o->end[1].certainty},
        .has = s->has,
        .reason = {tcps_why_of(&o->end[0]), tcps_why_of(&o->end[1])},
    };

    if (!row->rungs)
        row->rungs = g_array_new(FALSE, FALSE, sizeof(tcps_rung));
    g_array_append_val(row->rungs, rung);
}

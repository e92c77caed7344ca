/* diagram_plan.c: see diagram_plan.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/diagram_plan.h"

#include "rfc/transition.h"

static const tcps_diagram_place places[TCPS_N_PLACES] = {
#define PLACE(id, state, column, row) {TCPS_##state, column, row},
#define EDGE(from, to)
#include "report/diagram.def"
#undef PLACE
#undef EDGE
};

const tcps_diagram_place *tcps_diagram_place_get(tcps_place place)
{
    return &places[place];
}

/* Where connections begin; the last that has the state else. */
static tcps_place place_of(unsigned state, bool begins)
{
    tcps_place found = TCPS_PLACE_UNKNOWN;

    for (unsigned i = 0; i < TCPS_N_PLACES; i++)
        if (places[i].state == state && (found == TCPS_PLACE_UNKNOWN || !begins))
            found = (tcps_place)i;
    return found;
}

static void begin_at(GArray *stays, unsigned state, unsigned certainty)
{
    const tcps_diagram_stay stay = {.place = (uint8_t)place_of(state, true), .certainty = (uint8_t)certainty};

    g_array_append_val(stays, stay);
}

/* Where it was before its first state, which nothing was captured of. */
static void begin(GArray *stays, unsigned first)
{
    if (first == TCPS_SYN_SENT)
        begin_at(stays, TCPS_CLOSED, TCPS_PRESUMED);
    else if (first == TCPS_SYN_RCVD)
        begin_at(stays, TCPS_LISTEN, TCPS_PRESUMED);
    else if (first != TCPS_UNKNOWN)
        begin_at(stays, TCPS_UNKNOWN, TCPS_NO_EVIDENCE);
}

/* The last but so many. */
static tcps_diagram_stay *stay_at(GArray *stays, unsigned back)
{
    return back < stays->len ? &g_array_index(stays, tcps_diagram_stay, stays->len - 1 - back) : NULL;
}

static bool is_in(const tcps_diagram_stay *stay, unsigned state)
{
    return stay && places[stay->place].state == state;
}

/* A port that refuses was closed when the SYN arrived; until then it was presumed to listen. */
static bool was_closed(GArray *stays, const tcps_rung *rung, tcps_role end)
{
    const tcps_diagram_stay *last = stay_at(stays, 0);

    return rung->event == TCPS_EVENT_RST_REFUSES && rung->sender == end && rung->state[end] == TCPS_CLOSED &&
           stays->len == 2 && is_in(last, TCPS_SYN_RCVD) && last->certainty != TCPS_PROVEN;
}

static bool leads_to(unsigned from, unsigned to)
{
    for (unsigned input = 0; input < TCPS_N_INPUTS; input++)
        if (tcps_transition_get(from, input)->verdict == TCPS_GO && tcps_transition_get(from, input)->to == to)
            return true;
    return false;
}

/* The newest stay that is in the state (come_back), or from which the RFC leads to it: how many presumed ones are newer. */
static bool newest(GArray *stays, unsigned state, bool come_back, unsigned *newer)
{
    for (*newer = 0; *newer < stays->len; ++*newer) {
        const tcps_diagram_stay *stay = stay_at(stays, *newer);
        if (come_back ? is_in(stay, state) : leads_to(places[stay->place].state, state))
            return true;
        if (stay->certainty == TCPS_PROVEN)
            return false;
    }
    return false;
}

/* What was presumed, and cannot have been, is left out. */
static void take_back(GArray *stays, unsigned state)
{
    unsigned newer;

    if ((!newest(stays, state, true, &newer) && !newest(stays, state, false, &newer)) || newer == 0)
        return;
    g_array_set_size(stays, stays->len - newer);
    if (stays->len == 1 && !stay_at(stays, 0)->rung && !is_in(stay_at(stays, 0), state)) {
        g_array_set_size(stays, 0);
        begin(stays, state);
    }
}

static void take_rung(GArray *stays, const tcps_rung *rung, tcps_role end)
{
    const unsigned state = rung->state[end];

    if (!stays->len)
        begin(stays, state);
    if (was_closed(stays, rung, end)) {
        g_array_set_size(stays, 0);
        begin_at(stays, TCPS_CLOSED, rung->certainty[end]);
    }
    take_back(stays, state);
    if (!is_in(stay_at(stays, 0), state)) {
        const tcps_diagram_stay stay = {.place = (uint8_t)place_of(state, false), .rung = rung};
        g_array_append_val(stays, stay);
    }
    tcps_diagram_stay *now = stay_at(stays, 0);
    now->certainty = MAX(now->certainty, rung->certainty[end]);
}

GArray *tcps_diagram_plan(const tcps_row *row, tcps_role end)
{
    GArray *stays = g_array_new(FALSE, FALSE, sizeof(tcps_diagram_stay));

    for (unsigned i = 0; i < row->rungs->len; i++)
        take_rung(stays, &g_array_index(row->rungs, tcps_rung, i), end);
    return stays;
}

static const char *segment_name(unsigned flags)
{
    if (flags & TCPS_RST)
        return "RST";
    if (flags & TCPS_SYN)
        return flags & TCPS_ACK ? "SYN,ACK" : "SYN";
    if (flags & TCPS_FIN)
        return "FIN";
    return flags & TCPS_ACK ? "ACK" : "segment";
}

void tcps_diagram_append_cause(GString *to, const tcps_diagram_stay *stay, tcps_role end)
{
    if (!stay->rung)
        return;
    if (stay->certainty == TCPS_ELAPSED)
        g_string_append(to, "timer");
    else if (stay->rung->icmp)
        g_string_append(to, "ICMP error");
    else
        g_string_append_printf(to, "%s %s", segment_name(stay->rung->flags),
                               stay->rung->sender == end ? "sent" : "received");
}

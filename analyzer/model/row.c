/* row.c: see row.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/row.h"

#include "base/span.h"

void tcps_row_clear(tcps_row *row)
{
    if (row->rungs)
        g_array_free(row->rungs, TRUE);
    if (row->changes)
        g_array_free(row->changes, TRUE);
    tcps_spent_clear(&row->spent);
    g_free(row->zeek);
}

/* TIME_WAIT is as good as closed: only time passes there. Who tries anew has done with the old. */
static bool is_done(unsigned state)
{
    return (state >= TCPS_CLOSED && state <= TCPS_SYN_SENT) || state == TCPS_TIME_WAIT;
}

static bool is_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_LAST_ACK;
}

static bool saw_handshake_only(const tcps_row *row)
{
    for (unsigned i = 0; i < 2; i++)
        if (tcps_spent_in(&row->spent, i, TCPS_SYN_RCVD) || row->state[i] == TCPS_SYN_RCVD)
            return true;
    return tcps_spent_in(&row->spent, TCPS_CLIENT, TCPS_SYN_SENT) || row->state[TCPS_CLIENT] == TCPS_SYN_SENT;
}

/* Whoever was sent the RST took it. */
static bool is_reset(const tcps_row *row)
{
    const unsigned receiver = row->reset_by == TCPS_BY_CLIENT ? TCPS_SERVER : TCPS_CLIENT;
    return row->reset_by != TCPS_BY_NOBODY && (row->self || row->state[receiver] <= TCPS_LISTEN);
}

static tcps_outcome outcome_of_opened(const tcps_row *row)
{
    if (row->fin[0] && row->fin[1])
        return is_done(row->state[0]) && is_done(row->state[1]) ? TCPS_OUTCOME_CLOSED : TCPS_OUTCOME_CLOSING;
    if (row->fin[0] || row->fin[1])
        return TCPS_OUTCOME_HALF_CLOSED;
    return TCPS_OUTCOME_OPEN;
}

tcps_outcome tcps_row_outcome(const tcps_row *row)
{
    if (row->refused)
        return TCPS_OUTCOME_REFUSED;
    if (row->unreachable)
        return TCPS_OUTCOME_UNREACHABLE;
    if (is_reset(row))
        return TCPS_OUTCOME_RESET;
    if (row->opened || row->fin[0] || row->fin[1])
        return outcome_of_opened(row);
    if (row->state[TCPS_CLIENT] == TCPS_SYN_SENT && !row->segments[TCPS_SERVER])
        return TCPS_OUTCOME_UNANSWERED;
    if (saw_handshake_only(row))
        return TCPS_OUTCOME_HALF_OPEN;
    return is_open(row->state[0]) || is_open(row->state[1]) ? TCPS_OUTCOME_OPEN : TCPS_OUTCOME_STRAY;
}

tcps_closed_by tcps_row_outcome_by(const tcps_row *row)
{
    switch (tcps_row_outcome(row)) {
    case TCPS_OUTCOME_CLOSED:
        return (tcps_closed_by)row->closed_by;
    case TCPS_OUTCOME_HALF_CLOSED:
        return row->fin[TCPS_CLIENT] ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
    case TCPS_OUTCOME_RESET:
        return (tcps_closed_by)row->reset_by;
    default:
        return TCPS_BY_NOBODY;
    }
}

void tcps_outcome_append(GString *to, unsigned outcome, unsigned by)
{
    static const char *const names[TCPS_N_OUTCOMES] = {
        [TCPS_OUTCOME_CLOSED] = "closed",
        [TCPS_OUTCOME_CLOSING] = "closing at the end",
        [TCPS_OUTCOME_HALF_CLOSED] = "half-closed",
        [TCPS_OUTCOME_OPEN] = "open at the end",
        [TCPS_OUTCOME_RESET] = "reset",
        [TCPS_OUTCOME_REFUSED] = "refused",
        [TCPS_OUTCOME_UNREACHABLE] = "unreachable",
        [TCPS_OUTCOME_UNANSWERED] = "SYN unanswered",
        [TCPS_OUTCOME_HALF_OPEN] = "handshake not completed",
        [TCPS_OUTCOME_STRAY] = "stray segments",
    };

    if (outcome >= TCPS_N_OUTCOMES)
        return;
    g_string_append(to, names[outcome]);
    if (by == TCPS_BY_BOTH)
        g_string_append(to, ", both at once");
    else if (by != TCPS_BY_NOBODY && outcome == TCPS_OUTCOME_CLOSED)
        g_string_append_printf(to, ", %s first", tcps_closed_by_name(by));
    else if (by != TCPS_BY_NOBODY)
        g_string_append_printf(to, " by %s", tcps_closed_by_name(by));
}

int64_t tcps_row_time_in(const tcps_row *row, tcps_role end, tcps_state state, int64_t end_ns)
{
    int64_t spent = tcps_spent_in(&row->spent, end, state);

    if (row->state[end] == state)
        spent = span_after(
            spent, MAX(span_between(row->since_ns[end], MIN(MIN(end_ns, row->replaced_ns), row->until_ns[end])), 0));
    return spent;
}

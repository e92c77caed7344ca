/* report_counts.c: see report_counts.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/report_counts.h"

#include <string.h>

#include "base/span.h"

/* A socket in TIME_WAIT. They end in about the order in which they began: a queue will do. */
typedef struct {
    int64_t due_ns; /* to be looked at then */
    uint32_t connection;
    uint8_t end;
} waiting;

struct tcps_census {
    tcps_tallies *tallies;
    GArray *queue; /* of waiting */
    unsigned head; /* those before it have been taken off */
    int64_t
        idle_until_ns; /* until then there is nothing to do for the first one, if nothing but time changes its row */
    tcps_row_store *rows;
    bool several, piles_only;
    uint8_t home[2];
};

tcps_census *tcps_census_new(tcps_row_store *rows, bool piles_only)
{
    tcps_census *c = g_new0(tcps_census, 1);
    c->tallies = tcps_tallies_new(true);
    c->queue = g_array_new(FALSE, FALSE, sizeof(waiting));
    c->rows = rows;
    c->piles_only = piles_only;
    tcps_census_look_again(c);
    return c;
}

void tcps_census_free(tcps_census *c)
{
    if (!c)
        return;
    tcps_tallies_free(c->tallies);
    g_array_free(c->queue, TRUE);
    g_free(c);
}

bool tcps_census_is_of_piles(const tcps_census *c)
{
    return c->piles_only;
}

const tcps_tallies *tcps_census_tallies(const tcps_census *c)
{
    return c->tallies;
}

static bool is_gone(unsigned state)
{
    return state == TCPS_UNKNOWN || state == TCPS_TIME_WAIT;
}

static void move(tcps_row *row, unsigned end, unsigned state, int64_t time_ns, uint32_t frame)
{
    tcps_tally *t = row->tally[end];
    const unsigned old = row->counted[end], next = tcps_census_countable(state);

    if (old == next)
        return;
    row->counted[end] = (uint8_t)next;
    if (!t)
        return;
    tcps_tally_move(t, (tcps_state)old, (tcps_state)next, time_ns, frame);
    t->last_ns = time_ns;
    if (is_gone(next) && !is_gone(old) && !row->gone[end]) { /* not again after a presumption taken back */
        row->gone[end] = true;
        t->closed++;
        tcps_rate_count(&t->closing, time_ns);
    }
}

static void meet(tcps_census *c, tcps_row *row, unsigned end, int64_t time_ns)
{
    tcps_tally *t = tcps_tallies_of(c->tallies, &row->ends[end], (tcps_role)end);

    if (!t->opened)
        t->first_ns = time_ns;
    t->first_frame = t->opened ? MIN(t->first_frame, row->first_frame) : row->first_frame;
    row->tally[end] = t;
    row->counted[end] = TCPS_UNKNOWN; /* there */
    t->opened++;
    tcps_rate_count(&t->opening, time_ns);
}

static void enqueue(tcps_census *c, tcps_row *row, unsigned end, int64_t due_ns)
{
    const waiting w = {.due_ns = due_ns, .connection = row->index, .end = (uint8_t)end};
    g_array_append_val(c->queue, w);
    row->queued++;
}

void tcps_census_homes(tcps_census *c, unsigned client_point, unsigned server_point)
{
    c->several = true;
    c->home[TCPS_CLIENT] = (uint8_t)client_point;
    c->home[TCPS_SERVER] = (uint8_t)server_point;
}

static void take_end(tcps_census *c, tcps_row *row, unsigned end, int64_t time_ns, uint32_t frame)
{
    const bool waited = row->counted[end] == TCPS_TIME_WAIT;

    if (c->several && row->ends[end].point != c->home[end])
        return;
    if (!row->tally[end] &&
        (c->piles_only ? row->state[end] == TCPS_TIME_WAIT : tcps_census_countable(row->state[end])))
        meet(c, row, end, time_ns);
    move(row, end, row->state[end], time_ns, frame);
    if (!waited && row->counted[end] == TCPS_TIME_WAIT)
        enqueue(c, row, end, row->since_ns[end]);
}

void tcps_census_take(tcps_census *c, tcps_row *row, int64_t time_ns, uint32_t frame)
{
    if (row->replaced_ns != INT64_MAX) /* a late segment of an incarnation that has gone */
        return;
    take_end(c, row, TCPS_SERVER, time_ns, frame);
    if (!row->self)
        take_end(c, row, TCPS_CLIENT, time_ns, frame);
}

void tcps_census_leave(tcps_census *c, tcps_row *row, int64_t time_ns, uint32_t frame)
{
    tcps_census_look_again(c);
    for (unsigned end = 0; end < 2; end++)
        move(row, end, TCPS_UNKNOWN, time_ns, frame);
}

void tcps_census_look_again(tcps_census *c)
{
    c->idle_until_ns = INT64_MIN;
}

static void drop_head(tcps_census *c, tcps_row *row)
{
    tcps_census_look_again(c);
    row->queued--;
    tcps_row_store_changed(c->rows, row);
    c->head++;
    if (c->head < 1024 || c->head < c->queue->len / 2)
        return;
    g_array_remove_range(c->queue, 0, c->head);
    c->head = 0;
}

/* When TIME_WAIT ends, as far as is known by now. */
static int64_t due_ns(const tcps_row *row, unsigned end, int64_t two_msl_ns)
{
    return span_after(MAX(row->restart_ns[end], row->since_ns[end]), two_msl_ns);
}

/* Deals with the first one of the queue. False: not yet. */
static bool take_head(tcps_census *c, int64_t two_msl_ns, int64_t time_ns, uint32_t frame)
{
    const waiting w = g_array_index(c->queue, waiting, c->head);
    tcps_row *row = tcps_row_store_get(c->rows, w.connection);
    if (row->counted[w.end] == TCPS_TIME_WAIT) {
        c->idle_until_ns = MAX(w.due_ns, span_after(row->since_ns[w.end], two_msl_ns));
        if (c->idle_until_ns > time_ns)
            return false;
        const int64_t due = due_ns(row, w.end, two_msl_ns);
        if (due > time_ns)
            enqueue(c, row, w.end, due);
        else
            move(row, w.end, TCPS_UNKNOWN, due, frame);
    }
    drop_head(c, row);
    return true;
}

/* Whose timer was restarted waits anew, at the end of the queue: there it may be counted for too long, by those before it. */
void tcps_census_advance(tcps_census *c, int64_t two_msl_ns, int64_t time_ns, uint32_t frame)
{
    while (c->head < c->queue->len && c->idle_until_ns <= time_ns && take_head(c, two_msl_ns, time_ns, frame))
        ;
}

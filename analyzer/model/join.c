/* join.c: of a connection that several points saw, one row: each end as the capture at its own point has it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/model.h"

#include "model/model_state.h"

/* A connection at one point, and what its ends are called there. */
typedef struct {
    tcps_row *row;
    unsigned turned; /* the joined connection's client is the server there */
} side;

/* Where the end is at home; where that point saw nothing of it, where it was seen. */
static side side_of(tcps_model *m, const tcps_joined *j, unsigned role)
{
    unsigned point = tcps_joined_home(m->points, j, role);
    for (unsigned i = 0; j->connection[point] == TCPS_NO_CONNECTION && i < tcps_points_n(m->points); i++)
        if (j->connection[i] != TCPS_NO_CONNECTION)
            point = i;
    return (side){row_at(m, j->connection[point]), j->flipped >> point & 1u};
}

/* What the row knows of the end alone. */
static void take_end(tcps_row *to, unsigned role, const tcps_row *from, unsigned end)
{
    to->since_ns[role] = from->since_ns[end];
    to->until_ns[role] = from->until_ns[end];
    to->sent_ns[role] = from->sent_ns[end];
    to->fins[role] = from->fins[end];
    to->bytes[role] = from->bytes[end];
    to->segments[role] = from->segments[end];
    to->state[role] = from->state[end];
    to->certainty[role] = from->certainty[end];
    to->counted[role] = from->counted[end];
    to->fin[role] = from->fin[end];
    to->gone[role] = from->gone[end];
    to->took_fin[role] = from->took_fin[end];
    to->restart_ns[role] = from->restart_ns[end];
    to->tally[role] = from->tally[end];
    to->ends[role] = from->ends[end];
    for (unsigned state = 0; state < TCPS_N_STATES; state++) {
        const int64_t ns = tcps_spent_in(&from->spent, end, state);
        if (ns)
            tcps_spent_add(&to->spent, role, state, ns);
    }
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const tcps_change *x = a, *y = b;
    return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

static void take_changes(GArray *to, unsigned role, const tcps_row *from, unsigned end)
{
    for (unsigned i = 0; from->changes && i < from->changes->len; i++) {
        tcps_change change = g_array_index(from->changes, tcps_change, i);
        if (change.end != end)
            continue;
        change.end = (uint8_t)role;
        g_array_append_val(to, change);
    }
}

/* Client and server exchanged. */
static uint8_t by(unsigned who, unsigned turned)
{
    const bool one = who == TCPS_BY_CLIENT || who == TCPS_BY_SERVER;
    return (uint8_t)(one && turned ? TCPS_BY_CLIENT + TCPS_BY_SERVER - who : who);
}

/* How it went, as both saw it. */
static void take_course(tcps_row *to, const side *server)
{
    const tcps_row *other = server->row;
    to->start_ns = MIN(to->start_ns, other->start_ns);
    to->last_ns = MAX(to->last_ns, other->last_ns);
    to->accepted_ns = MIN(to->accepted_ns, other->accepted_ns);
    to->opened |= other->opened;
    to->mid_stream &= other->mid_stream;
    to->refused |= other->refused;
    to->unreachable |= other->unreachable;
    if (!to->reset_by)
        to->reset_by = by(other->reset_by, server->turned);
    if (!to->closed_by)
        to->closed_by = by(other->closed_by, server->turned);
}

/* It began with something that was made on the way, or is shown by it: the capture of whom it speaks of cannot know. */
static bool rests_on_made(const tcps_joined *j, const tcps_finding *f)
{
    for (unsigned i = 0; i < j->n_lone; i++) {
        const tcps_lone_segment *lone = &j->lone[i];
        if (lone->point == f->ends[0].point && (lone->frame == f->began_frame || lone->frame == f->found_frame) &&
            !tcps_lone_is_lost(j, lone))
            return true;
    }
    return false;
}

/* Findings of an end are taken from where it is at home. */
static void take_findings(tcps_model *m, GHashTable *kept, const tcps_joined *j, unsigned role, const side *s)
{
    const GArray *all = g_hash_table_lookup(m->findings, GUINT_TO_POINTER(s->row->index));
    for (unsigned i = 0; all && i < all->len; i++) {
        tcps_finding f = g_array_index(all, tcps_finding, i);
        GArray *list = g_hash_table_lookup(kept, GUINT_TO_POINTER(j->index));
        if ((f.end ^ s->turned) != role && !rests_on_made(j, &f))
            continue;
        if (!list) {
            list = g_array_new(FALSE, FALSE, sizeof(tcps_finding));
            g_hash_table_insert(kept, GUINT_TO_POINTER(j->index), list);
        }
        f.connection = j->index;
        g_array_append_val(list, f);
    }
}

/* Both are there, if all that the points were shown was fed. */
static bool join_sides(tcps_model *m, const tcps_joined *j, side sides[2])
{
    sides[TCPS_CLIENT] = side_of(m, j, TCPS_CLIENT);
    sides[TCPS_SERVER] = side_of(m, j, TCPS_SERVER);
    return sides[TCPS_CLIENT].row && sides[TCPS_SERVER].row;
}

static tcps_row *join(tcps_model *m, GHashTable *kept, const tcps_joined *j, const side sides[2])
{
    const tcps_row *first = sides[TCPS_CLIENT].row;
    tcps_row *row = g_new(tcps_row, 1);
    *row = *first;
    row->spent = (tcps_spent){0};
    row->changes = first->changes ? g_array_new(FALSE, FALSE, sizeof(tcps_change)) : NULL;
    row->rungs = NULL;
    row->closed_by = by(first->closed_by, sides[TCPS_CLIENT].turned);
    row->reset_by = by(first->reset_by, sides[TCPS_CLIENT].turned);
    for (unsigned role = 0; role < 2; role++) {
        const side *s = &sides[role];
        take_end(row, role, s->row, role ^ s->turned);
        if (row->changes)
            take_changes(row->changes, role, s->row, role ^ s->turned);
        take_findings(m, kept, j, role, s);
    }
    if (row->changes)
        g_array_sort(row->changes, by_time);
    take_course(row, &sides[TCPS_SERVER]);
    row->index = j->index;
    row->replaces = -1;
    return row;
}

static void free_joined(gpointer data)
{
    tcps_row *row = data;
    tcps_spent_clear(&row->spent);
    if (row->changes)
        g_array_unref(row->changes);
    g_free(row);
}

void tcps_model_join(tcps_model *m)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_joined);
    GHashTable *kept = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    side sides[2];
    for (unsigned i = 0; i < tcps_points_n_joined(m->points); i++)
        if (join_sides(m, tcps_points_joined(m->points, i), sides))
            g_ptr_array_add(rows, join(m, kept, tcps_points_joined(m->points, i), sides));
    g_ptr_array_unref(m->rows);
    g_hash_table_destroy(m->findings);
    m->rows = rows;
    m->findings = kept;
    m->joined = true;
}

/* model_state.h: what a model has in it. For model.c, which keeps it, and feed.c, which fills it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_MODEL_STATE_H
#define TCPS_MODEL_STATE_H

#include "base/table.h"
#include "model/losses.h"
#include "model/report_counts.h"
#include "model/row_store.h"
#include "model/totals.h"
#include "points/points.h"

/* When a row is looked at next. */
typedef struct {
    int64_t due_ns;
    uint32_t connection;
} fold_place;

typedef struct {
    GArray *places;
    guint head; /* those before it have been taken off */
} fold_line;

struct tcps_model {
    tcps_row_store store; /* of those of which a segment was fed */
    GPtrArray *rows;      /* the same without holes; none where rows are folded */
    GHashTable *findings; /* connection -> GArray of tcps_finding; it may have no row (yet) */
    bool keep;
    int64_t keep_connection;
    bool keep_changes, keep_zeek;
    tcps_totals *folded; /* NULL unless rows are folded */
    fold_line
        fresh; /* of numbers, of rows that have not been looked at yet: when they are follows from when they began */
    int64_t fresh_due_ns; /* when the first of them is; INT64_MIN: not known */
    fold_line again;      /* of fold_place, by due_ns; rows that may be folded then */
    tcps_census *census;  /* NULL unless endpoints are kept */
    tcps_table *by_ends;  /* of numbers: the latest incarnation of each pair of ends */
    tcps_config config;
    tcps_losses losses;        /* but for the number of connections */
    GArray *homes;             /* of tcps_home */
    const tcps_points *points; /* NULL: there is one */
    bool joined;               /* rows are of what all points saw */
    bool begun;
    int64_t start_ns, end_ns;
};

static inline tcps_row *row_at(struct tcps_model *m, int64_t connection)
{
    return tcps_row_store_get(&m->store, connection);
}

static inline void pass_time(struct tcps_model *m, int64_t time_ns)
{
    if (!m->begun)
        m->start_ns = m->end_ns = time_ns;
    m->begun = true;
    m->end_ns = MAX(m->end_ns, time_ns);
}

#endif

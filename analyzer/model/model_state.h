/* model_state.h: what a model has in it. For model.c, which keeps it, and feed.c, which fills it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_MODEL_STATE_H
#define TCPS_MODEL_STATE_H

#include "base/table.h"
#include "model/report_counts.h"
#include "model/row_store.h"
#include "model/totals.h"

/* When a row is looked at next. */
typedef struct {
    int64_t due_ns;
    uint32_t connection;
} fold_place;

struct tcps_model {
    tcps_row_store store; /* of those of which a segment was fed */
    GPtrArray *rows;      /* the same without holes; none where rows are folded */
    GHashTable *findings;    /* connection -> GArray of tcps_finding; it may have no row (yet) */
    bool keep;
    int64_t keep_connection;
    bool keep_changes, keep_zeek;
    tcps_totals *folded; /* NULL unless rows are folded */
    GArray *fold_queue;  /* of fold_place, by due_ns; rows that may be folded then */
    guint fold_head;     /* those before it have been taken off */
    tcps_census *census; /* NULL unless endpoints are kept */
    tcps_table *by_ends; /* of numbers: the latest incarnation of each pair of ends */
    tcps_config config;
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

/* model.c: a model: what it keeps, and what can be read from it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/model.h"

#include "base/address.h"
#include "model/model_state.h"

static void allocate(tcps_model *m)
{
    tcps_row_store_init(&m->store);
    m->rows = g_ptr_array_new();
    m->by_ends = tcps_table_new();
    m->findings = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
}

static void begin_folding(tcps_model *m)
{
    tcps_row_store_pack(&m->store, true);
    m->folded = tcps_totals_new();
    m->fresh = (fold_line){.places = g_array_new(FALSE, FALSE, sizeof(uint32_t))};
    m->fresh_due_ns = INT64_MIN;
    m->again = (fold_line){.places = g_array_new(FALSE, FALSE, sizeof(fold_place))};
}

static void end_folding(tcps_model *m)
{
    if (!m->folded)
        return;
    tcps_totals_free(m->folded);
    g_array_free(m->fresh.places, TRUE);
    g_array_free(m->again.places, TRUE);
    m->folded = NULL;
    tcps_row_store_pack(&m->store, false);
}

static void release(tcps_model *m)
{
    tcps_table_free(m->by_ends);
    g_ptr_array_free(m->rows, TRUE);
    m->joined = false;
    tcps_row_store_clear(&m->store);
    g_hash_table_destroy(m->findings);
}

tcps_model *tcps_model_new(void)
{
    tcps_model *m = g_new0(tcps_model, 1);
    m->config = tcps_config_default();
    m->homes = g_array_new(FALSE, FALSE, sizeof(tcps_home));
    allocate(m);
    return m;
}

void tcps_model_free(tcps_model *m)
{
    if (!m)
        return;
    release(m);
    end_folding(m);
    tcps_census_free(m->census);
    g_array_free(m->homes, TRUE);
    g_free(m);
}

void tcps_model_reset(tcps_model *m)
{
    release(m);
    allocate(m);
    if (m->census) {
        const bool piles_only = tcps_census_is_of_piles(m->census);
        tcps_census_free(m->census);
        m->census = tcps_census_new(&m->store, piles_only);
    }
    if (m->folded) {
        end_folding(m);
        begin_folding(m);
    }
    m->begun = false;
    g_array_set_size(m->homes, 0);
    m->losses = (tcps_losses){0};
    m->start_ns = m->end_ns = 0;
}

void tcps_model_path(tcps_model *m, const tcps_points *points)
{
    m->points = points;
    if (m->census && points)
        tcps_census_homes(m->census, tcps_points_home(points, TCPS_CLIENT), tcps_points_home(points, TCPS_SERVER));
}

const tcps_points *tcps_model_points(const tcps_model *m)
{
    return m->points;
}

void tcps_model_keep_segments(tcps_model *m, int64_t connection)
{
    m->keep = true;
    m->keep_connection = connection;
}

void tcps_model_keep_changes(tcps_model *m)
{
    m->keep_changes = true;
}

void tcps_model_keep_zeek(tcps_model *m)
{
    m->keep_zeek = true;
}

void tcps_model_keep_endpoints(tcps_model *m)
{
    if (!m->census)
        m->census = tcps_census_new(&m->store, false);
}

void tcps_model_keep_piles(tcps_model *m)
{
    if (!m->census)
        m->census = tcps_census_new(&m->store, true);
}

void tcps_model_fold(tcps_model *m, bool fold)
{
    if (fold && !m->folded)
        begin_folding(m);
    if (!fold)
        end_folding(m);
}

void tcps_model_configure(tcps_model *m, const tcps_config *config)
{
    m->config = *config;
}

const tcps_config *tcps_model_config(const tcps_model *m)
{
    return &m->config;
}

const tcps_tallies *tcps_model_endpoints(const tcps_model *m)
{
    return m->census ? tcps_census_tallies(m->census) : NULL;
}

void tcps_model_begin(tcps_model *m, int64_t start_ns)
{
    pass_time(m, start_ns);
}

void tcps_model_end(tcps_model *m, int64_t end_ns, uint32_t last_frame)
{
    pass_time(m, end_ns);
    if (m->census)
        tcps_census_advance(m->census, m->config.two_msl_ns, m->end_ns, last_frame);
}

const GArray *tcps_model_findings(const tcps_model *m, const tcps_row *row)
{
    return g_hash_table_lookup(m->findings, GUINT_TO_POINTER(row->index));
}

unsigned tcps_model_n_connections(const tcps_model *m)
{
    if (m->joined)
        return m->rows->len;
    return (m->folded ? m->folded->connections : 0) + m->store.n;
}

typedef struct {
    const tcps_model *model;
    tcps_totals *totals;
} totals_of;

static void add_to_totals(const tcps_row *row, void *data)
{
    const totals_of *to = data;
    tcps_totals_add(to->totals, row, tcps_model_findings(to->model, row), to->model->end_ns,
                    to->model->config.linger_ns);
}

tcps_totals *tcps_model_totals(const tcps_model *m)
{
    tcps_totals *t = m->folded ? tcps_totals_copy(m->folded) : tcps_totals_new();
    totals_of sum = {m, t};

    tcps_model_each_row(m, add_to_totals, &sum);
    t->losses = tcps_model_losses(m);
    if (tcps_losses_matter(&t->losses))
        tcps_totals_doubt(t);
    return t;
}

void tcps_model_lost(tcps_model *m, const tcps_losses *losses)
{
    const tcps_losses shown = m->losses;
    m->losses = *losses;
    m->losses.lossy = shown.lossy;
    m->losses.options_cut = shown.options_cut;
}

void tcps_model_captured_at(tcps_model *m, const tcps_homes *homes)
{
    const tcps_home *home;
    g_array_set_size(m->homes, 0);
    for (unsigned i = 0; homes && (home = tcps_homes_at(homes, i)); i++)
        g_array_append_val(m->homes, *home);
}

const tcps_home *tcps_model_home(const tcps_model *m, unsigned n)
{
    return n < m->homes->len ? &g_array_index(m->homes, tcps_home, n) : NULL;
}

tcps_losses tcps_model_losses(const tcps_model *m)
{
    tcps_losses l = m->losses;
    l.connections = tcps_model_n_connections(m);
    return l;
}

unsigned tcps_model_n_rows(const tcps_model *m)
{
    return m->rows->len;
}

const tcps_row *tcps_model_row(const tcps_model *m, unsigned n)
{
    return n < m->rows->len ? g_ptr_array_index(m->rows, n) : NULL;
}

const tcps_row *tcps_model_connection(const tcps_model *m, int64_t connection)
{
    if (m->joined)
        return connection >= 0 && connection < m->rows->len ? g_ptr_array_index(m->rows, connection) : NULL;
    return tcps_row_store_look(&m->store, connection);
}

void tcps_model_each_row(const tcps_model *m, void (*visit)(const tcps_row *row, void *data), void *data)
{
    for (unsigned i = 0; m->joined && i < m->rows->len; i++)
        visit(g_ptr_array_index(m->rows, i), data);
    if (!m->joined)
        tcps_row_store_each(&m->store, visit, data);
}

int64_t tcps_model_start_ns(const tcps_model *m)
{
    return m->start_ns;
}

int64_t tcps_model_end_ns(const tcps_model *m)
{
    return m->end_ns;
}

int64_t tcps_model_time_in(const tcps_model *m, const tcps_row *row, tcps_role end, tcps_state state)
{
    return tcps_row_time_in(row, end, state, m->end_ns);
}

tcps_finding tcps_model_weighed(const tcps_model *m, const tcps_finding *finding)
{
    tcps_finding f = *finding;
    const tcps_losses losses = tcps_model_losses(m);
    if (tcps_losses_matter(&losses))
        tcps_losses_doubt(&losses, &f);
    return f;
}

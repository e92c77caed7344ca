/* model.c: a model: what it keeps, and what can be read from it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/model.h"

#include "base/address.h"
#include "model/model_state.h"

static guint hash_ends(gconstpointer data)
{
    const tcps_row *row = data;
    uint64_t words[2][2];

    for (unsigned i = 0; i < 2; i++) {
        memcpy(words[i], row->ends[i].bytes, sizeof words[i]);
        words[i][0] = (words[i][0] ^ words[i][1] * 31 ^ (uint64_t)row->ends[i].port << 40) * 0x9E3779B97F4A7C15u;
    }
    return (guint)((words[0][0] + words[1][0]) >> 32);
}

/* Whichever the client is. */
static gboolean same_ends(gconstpointer a, gconstpointer b)
{
    const tcps_address *x = ((const tcps_row *)a)->ends, *y = ((const tcps_row *)b)->ends;

    return (tcps_address_same(&x[0], &y[0]) && tcps_address_same(&x[1], &y[1])) ||
           (tcps_address_same(&x[0], &y[1]) && tcps_address_same(&x[1], &y[0]));
}

static void clear_each(tcps_row *row, void *data)
{
    (void)data;
    tcps_row_clear(row);
}

static void allocate(tcps_model *m)
{
    m->row_memory.size = sizeof(tcps_row);
    m->rows = g_ptr_array_new();
    m->by_ends = g_hash_table_new(hash_ends, same_ends);
    m->findings = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
}

static void begin_folding(tcps_model *m)
{
    m->folded = g_new0(tcps_totals, 1);
    m->fold_queue = g_array_new(FALSE, FALSE, sizeof(fold_place));
    m->fold_head = 0;
}

static void end_folding(tcps_model *m)
{
    if (!m->folded)
        return;
    g_free(m->folded);
    g_array_free(m->fold_queue, TRUE);
    m->folded = NULL;
}

static void release(tcps_model *m)
{
    g_hash_table_destroy(m->by_ends);
    g_ptr_array_free(m->rows, TRUE);
    tcps_row_pages_each(&m->by_index, clear_each, NULL);
    tcps_row_pages_clear(&m->by_index);
    tcps_slab_clear(&m->row_memory);
    g_hash_table_destroy(m->findings);
}

tcps_model *tcps_model_new(void)
{
    tcps_model *m = g_new0(tcps_model, 1);
    m->config = tcps_config_default();
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
    g_free(m);
}

void tcps_model_reset(tcps_model *m)
{
    release(m);
    allocate(m);
    if (m->census) {
        tcps_census_free(m->census);
        m->census = tcps_census_new();
    }
    if (m->folded) {
        end_folding(m);
        begin_folding(m);
    }
    m->begun = false;
    m->start_ns = m->end_ns = 0;
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
        m->census = tcps_census_new();
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

static void list_each(tcps_row *row, void *data)
{
    g_ptr_array_add(data, row);
}

/* Anew, once some have been folded. */
static void list_rows(tcps_model *m)
{
    if (!m->folded)
        return;
    g_ptr_array_set_size(m->rows, 0);
    tcps_row_pages_each(&m->by_index, list_each, m->rows);
}

void tcps_model_end(tcps_model *m, int64_t end_ns, uint32_t last_frame)
{
    list_rows(m);
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
    return (m->folded ? m->folded->connections : 0) + m->rows->len;
}

tcps_totals *tcps_model_totals(const tcps_model *m)
{
    tcps_totals *t = g_new0(tcps_totals, 1);

    if (m->folded)
        *t = *m->folded;
    for (guint i = 0; i < m->rows->len; i++) {
        const tcps_row *row = g_ptr_array_index(m->rows, i);
        tcps_totals_add(t, row, tcps_model_findings(m, row), m->end_ns);
    }
    return t;
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
    return row_at(m, connection);
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

tcps_finding tcps_model_complete(const tcps_model *m, const tcps_finding *finding)
{
    const tcps_row *row = row_at(m, finding->connection);
    return row ? tcps_row_complete(row, finding, m->end_ns) : *finding;
}

/* connections.c: prints the table from the model: what each column holds stands in one list.
 *
 * Lines are as long as they need to be: the table is for less -S, grep and awk -F'  +'.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include <string.h>

#include "base/span.h"
#include "rules/rule.h"

typedef void (*cell_writer)(GString *to, const tcps_model *model, const tcps_row *row);

typedef struct {
    const char *name;
    cell_writer write;
    bool right; /* aligned to the right: numbers */
} column;

static void write_index(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    g_string_append_printf(to, "%u", row->index);
}

static void write_stream(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    if (row->stream != TCPS_NO_STREAM)
        g_string_append_printf(to, "%u", row->stream);
}

static void append_seconds(GString *to, int64_t ns)
{
    g_string_append_printf(to, "%.6f", (double)ns / 1e9);
}

static void write_start(GString *to, const tcps_model *m, const tcps_row *row)
{
    append_seconds(to, span_between(tcps_model_start_ns(m), row->start_ns));
}

static void write_duration(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    append_seconds(to, span_between(row->start_ns, row->last_ns));
}

static void write_client(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    tcps_address_append(to, &row->ends[TCPS_CLIENT]);
}

static void write_server(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    tcps_address_append(to, &row->ends[TCPS_SERVER]);
}

static void append_state(GString *to, const tcps_row *row, unsigned end)
{
    g_string_append(to, tcps_state_name(row->state[end]));
    if (row->certainty[end] != TCPS_PROVEN)
        g_string_append_printf(to, " (%s)", tcps_certainty_name(row->certainty[end]));
}

static void write_client_state(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    append_state(to, row, TCPS_CLIENT);
}

static void write_server_state(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    append_state(to, row, TCPS_SERVER);
}

static void write_closed_by(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    g_string_append(to, tcps_closed_by_name(row->closed_by));
}

static void write_outcome(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    tcps_outcome_append(to, tcps_row_outcome(row), tcps_row_outcome_by(row));
}

static void write_zeek_state(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    g_string_append(to, tcps_zeek_state(row->zeek));
}

static void write_history(GString *to, const tcps_model *m, const tcps_row *row)
{
    (void)m;
    g_string_append(to, tcps_zeek_history(row->zeek));
}

/* "SYN_SENT 20 ms, ESTABLISHED 1.3 s": the states that a socket is in for a while. */
static void append_times(GString *to, const tcps_model *m, const tcps_row *row, tcps_role end)
{
    const size_t start = to->len;

    for (unsigned state = TCPS_SYN_SENT; state < TCPS_N_STATES; state++) {
        const int64_t ns = tcps_model_time_in(m, row, end, state);
        if (!ns)
            continue;
        g_string_append_printf(to, "%s%s ", to->len > start ? ", " : "", tcps_state_name(state));
        tcps_duration_append(to, ns);
    }
}

static void write_client_times(GString *to, const tcps_model *m, const tcps_row *row)
{
    append_times(to, m, row, TCPS_CLIENT);
}

static void write_server_times(GString *to, const tcps_model *m, const tcps_row *row)
{
    append_times(to, m, row, TCPS_SERVER);
}

static void write_findings(GString *to, const tcps_model *m, const tcps_row *row)
{
    const GArray *findings = tcps_model_findings(m, row);

    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_rule *rule = tcps_rule_get(g_array_index(findings, tcps_finding, i).rule);
        if (rule)
            g_string_append_printf(to, "%s%s", i ? ", " : "", rule->id);
    }
}

static const column columns[] = {
    {"#", write_index, true},
    {"stream", write_stream, true},
    {"start", write_start, true},
    {"duration", write_duration, true},
    {"client", write_client, false},
    {"server", write_server, false},
    {"client_state", write_client_state, false},
    {"server_state", write_server_state, false},
    {"closed_by", write_closed_by, false},
    {"outcome", write_outcome, false},
    {"zeek_state", write_zeek_state, false},
    {"history", write_history, false},
    {"client_times", write_client_times, false},
    {"server_times", write_server_times, false},
    {"findings", write_findings, false},
};

enum { N_COLUMNS = G_N_ELEMENTS(columns) };

static void write_cell(GString *cell, unsigned i, const tcps_model *m, const tcps_row *row)
{
    g_string_truncate(cell, 0);
    if (row)
        columns[i].write(cell, m, row);
    else
        g_string_append(cell, columns[i].name);
    if (!cell->len)
        g_string_append_c(cell, '-');
}

static void measure(int width[N_COLUMNS], GString *cell, const tcps_model *m, const tcps_row *row)
{
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        write_cell(cell, i, m, row);
        width[i] = MAX(width[i], (int)cell->len);
    }
}

/* Without a row: the names. */
static void append_line(GString *to, const int width[N_COLUMNS], GString *cell, const tcps_model *m,
                        const tcps_row *row)
{
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        const bool last = i + 1 == N_COLUMNS;
        write_cell(cell, i, m, row);
        if (columns[i].right)
            g_string_append_printf(to, "%*s", width[i], cell->str);
        else
            g_string_append_printf(to, "%-*s", last ? 0 : width[i], cell->str);
        g_string_append(to, last ? "\n" : "  ");
    }
}

GString *tcps_connections_text(const tcps_model *m, G_GNUC_UNUSED int64_t none)
{
    GString *to = g_string_new(NULL), *cell = g_string_new(NULL);
    int width[N_COLUMNS] = {0};

    measure(width, cell, m, NULL);
    for (unsigned i = 0; i < tcps_model_n_rows(m); i++)
        measure(width, cell, m, tcps_model_row(m, i));
    append_line(to, width, cell, m, NULL);
    for (unsigned i = 0; i < tcps_model_n_rows(m); i++)
        append_line(to, width, cell, m, tcps_model_row(m, i));
    g_string_free(cell, TRUE);
    return to;
}

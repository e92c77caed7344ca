/* dialog_connections.c: Statistics > TCP State > Connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "base/span.h"
#include "dialog_table.h"
#include "rules/rule.h"

/* clang-format off */
enum { NUMBER, CLIENT, SERVER, START, LASTS, CLIENT_STATE, SERVER_STATE, CLOSED_BY, OUTCOME, CLOSE_WAIT, TIME_WAIT, SEGMENTS,
       REPEATS, FINDINGS };

static stat_tap_table_item columns[] = {
    [NUMBER] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Connection", "%10u"},
    [CLIENT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client", "%-21s"},
    [SERVER] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server", "%-21s"},
    [START] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Start (s)", "%12.6f"},
    [LASTS] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Duration (s)", "%12.6f"},
    [CLIENT_STATE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client state", "%-11s"},
    [SERVER_STATE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server state", "%-11s"},
    [CLOSED_BY] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Closed by", "%-6s"},
    [OUTCOME] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Outcome", "%-22s"},
    [CLOSE_WAIT] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "CLOSE_WAIT (s)", "%12.6f"},
    [TIME_WAIT] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "TIME_WAIT (s)", "%12.6f"},
    [SEGMENTS] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Segments", "%8u"},
    [REPEATS] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Repeats", "%7u"},
    [FINDINGS] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Findings", "%s"},
};
/* clang-format on */

static char *outcome_of(const tcps_row *row)
{
    GString *text = g_string_new(NULL);
    tcps_outcome_append(text, tcps_row_outcome(row), tcps_row_outcome_by(row));
    return g_string_free(text, FALSE);
}

static char *findings_of(const tcps_model *model, const tcps_row *row)
{
    GString *text = g_string_new(NULL);
    const GArray *findings = tcps_model_findings(model, row);
    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_rule *rule = tcps_rule_get(g_array_index(findings, tcps_finding, i).rule);
        g_string_append_printf(text, "%s%s", i ? ", " : "", rule ? rule->id : "?");
    }
    return g_string_free(text, FALSE);
}

static int64_t time_in(const tcps_model *model, const tcps_row *row, tcps_state state)
{
    return span_after(tcps_model_time_in(model, row, TCPS_CLIENT, state),
                      tcps_model_time_in(model, row, TCPS_SERVER, state));
}

static void show_row(const tcps_row *row, void *data)
{
    dialog_table *table = data;
    const tcps_model *model = table->feed.model;
    stat_tap_table_item_type *cells = dialog_table_row(table);
    dialog_cell_number(&cells[NUMBER], row->index);
    dialog_cell_text(&cells[CLIENT], dialog_address(&row->ends[TCPS_CLIENT]));
    dialog_cell_text(&cells[SERVER], dialog_address(&row->ends[TCPS_SERVER]));
    dialog_cell_seconds(&cells[START], span_between(tcps_model_start_ns(model), row->start_ns));
    dialog_cell_seconds(&cells[LASTS], span_between(row->start_ns, row->last_ns));
    dialog_cell_text(&cells[CLIENT_STATE], g_strdup(tcps_state_name(row->state[TCPS_CLIENT])));
    dialog_cell_text(&cells[SERVER_STATE], g_strdup(tcps_state_name(row->state[TCPS_SERVER])));
    dialog_cell_text(&cells[CLOSED_BY], g_strdup(tcps_closed_by_name(row->closed_by)));
    dialog_cell_text(&cells[OUTCOME], outcome_of(row));
    dialog_cell_seconds(&cells[CLOSE_WAIT], time_in(model, row, TCPS_CLOSE_WAIT));
    dialog_cell_seconds(&cells[TIME_WAIT], time_in(model, row, TCPS_TIME_WAIT));
    dialog_cell_number(&cells[SEGMENTS], (uint64_t)row->segments[TCPS_CLIENT] + row->segments[TCPS_SERVER]);
    dialog_cell_number(&cells[REPEATS], row->repeats);
    dialog_cell_text(&cells[FINDINGS], findings_of(model, row));
}

static void fill(dialog_table *table)
{
    tcps_model_each_row(table->feed.model, show_row, table);
}

void dialog_connections_register(void)
{
    static dialog_table table = {.ui = {.title = "TCP State: Connections",
                                        .cli_string = "tcpstate-table,connections",
                                        .nfields = array_length(columns),
                                        .fields = columns},
                                 .fill = fill};
    dialog_table_register(&table);
}

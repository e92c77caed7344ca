/* dialog_findings.c: Statistics > TCP State > Findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "dialog_table.h"
#include "rules/rule.h"

/* clang-format off */
enum { BEGAN, FOUND, SEVERITY, FINDING, CONNECTION, TEXT };

static stat_tap_table_item columns[] = {
    [BEGAN] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Began in frame", "%10u"},
    [FOUND] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Found in frame", "%10u"},
    [SEVERITY] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Severity", "%-5s"},
    [FINDING] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Finding", "%-24s"},
    [CONNECTION] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Connection", "%10u"},
    [TEXT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "What happened", "%s"},
};
/* clang-format on */

static char *text_of(const tcps_finding *finding)
{
    GString *text = g_string_new(NULL);
    tcps_rule_describe(text, finding);
    return g_string_free(text, FALSE);
}

static void show_finding(dialog_table *table, const tcps_finding *f)
{
    const tcps_rule *rule = tcps_rule_get(f->rule);
    if (!rule)
        return;
    stat_tap_table_item_type *cells = dialog_table_row(table);
    dialog_cell_number(&cells[BEGAN], f->began_frame);
    dialog_cell_number(&cells[FOUND], f->found_frame);
    dialog_cell_text(&cells[SEVERITY], g_strdup(tcps_severity_name(f->severity)));
    dialog_cell_text(&cells[FINDING], g_strdup(rule->id));
    dialog_cell_number(&cells[CONNECTION], f->connection);
    dialog_cell_text(&cells[TEXT], text_of(f));
}

static void show_row(const tcps_row *row, void *table)
{
    const GArray *findings = tcps_model_findings(((dialog_table *)table)->feed.model, row);
    for (unsigned i = 0; findings && i < findings->len; i++)
        show_finding(table, &g_array_index(findings, tcps_finding, i));
}

static void fill(dialog_table *table)
{
    tcps_model_each_row(table->feed.model, show_row, table);
}

void dialog_findings_register(void)
{
    static dialog_table table = {.ui = {.title = "TCP State: Findings",
                                        .cli_string = "tcpstate-table,findings",
                                        .nfields = array_length(columns),
                                        .fields = columns},
                                 .fill = fill};
    dialog_table_register(&table);
}

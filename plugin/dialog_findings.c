/* dialog_findings.c: Statistics > TCP State > Findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "dialog_table.h"
#include "rules/rule.h"
#include "session.h"

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

static void *key_of(const tcps_finding *f)
{
    return GSIZE_TO_POINTER((gsize)f->connection * TCPS_MAX_RULES + f->rule + 1);
}

/* A row that is there cannot go: of a finding that is withdrawn it says so. */
static void add_row(dialog_table *table, const tcps_finding *f)
{
    const tcps_rule *rule = tcps_rule_get(f->rule);
    const bool withdrawn = f->status == TCPS_WITHDRAWN;
    if (!rule || (withdrawn && !g_hash_table_contains(table->rows, key_of(f))))
        return;
    stat_tap_table_item_type *cells = dialog_table_row(table, key_of(f));
    dialog_cell_number(&cells[BEGAN], f->began_frame);
    dialog_cell_number(&cells[FOUND], f->found_frame);
    dialog_cell_text(&cells[SEVERITY], g_strdup(withdrawn ? "" : tcps_severity_name(f->severity)));
    dialog_cell_text(&cells[FINDING], g_strdup(rule->id));
    dialog_cell_number(&cells[CONNECTION], f->connection);
    dialog_cell_text(&cells[TEXT], withdrawn ? g_strdup("withdrawn: what follows shows otherwise") : text_of(f));
}

/* Those that were known before the first segment of their connection came through the filter. */
static void add_earlier(dialog_table *table, const tcps_row *row)
{
    const GArray *findings = tcps_model_findings(table->feed.model, row);
    for (unsigned i = 0; findings && i < findings->len; i++)
        add_row(table, &g_array_index(findings, tcps_finding, i));
}

static void show(dialog_table *table, const tap_entry *entry)
{
    const tcps_model *model = table->feed.model;
    const tcps_row *row = tcps_model_connection(model, entry->observation.connection);
    if (row && entry->is_segment && row->segments[TCPS_CLIENT] + row->segments[TCPS_SERVER] == 1)
        add_earlier(table, row);
    unsigned n = table->feed.findings;
    for (feed_take_findings(&table->feed); n < table->feed.findings; n++) {
        const tcps_finding *f = tcps_history_finding(session_history(), n);
        if (tcps_model_connection(model, f->connection))
            add_row(table, f);
    }
}

void dialog_findings_register(void)
{
    static dialog_table table = {.ui = {.title = "TCP State: Findings",
                                        .cli_string = "tcpstate-table,findings",
                                        .nfields = array_length(columns),
                                        .fields = columns},
                                 .show = show};
    dialog_table_register(&table);
}

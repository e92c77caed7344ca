/* dialog_summary.c: Statistics > TCP State > Summary, and -z tcpstate_summary,tree: how many connections went how, and what was
 * found.
 *
 * A table, and no tree of Wireshark's: that has columns of rates, which mean nothing here, and keeps what has been counted and
 * is no more, such as a connection that was open once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "dialog_table.h"
#include "rules/rule.h"

/* clang-format off */
enum { ABOUT, WHAT, COUNT, PERCENT };

static stat_tap_table_item columns[] = {
    [ABOUT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "About", "%-22s"},
    [WHAT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "What", "%-34s"},
    [COUNT] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Count", "%8u"},
    [PERCENT] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Percent", "%7u"},
};
/* clang-format on */

typedef struct {
    dialog_table table; /* first, as Wireshark hands it back */
    unsigned changes[2][TCPS_N_STATES][TCPS_N_STATES];
} summary;

/* Something that was counted: its words, and how often. */
typedef struct {
    char *what;
    unsigned n;
} tally;

static void tally_clear(gpointer data)
{
    g_free(((tally *)data)->what);
}

static GArray *tallies_new(void)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(tally));
    g_array_set_clear_func(all, tally_clear);
    return all;
}

/* Takes the words. */
static void count(GArray *all, char *what, unsigned n)
{
    for (unsigned i = 0; i < all->len; i++) {
        tally *t = &g_array_index(all, tally, i);
        if (strcmp(t->what, what) == 0) {
            t->n += n;
            g_free(what);
            return;
        }
    }
    const tally t = {what, n};
    g_array_append_val(all, t);
}

static gint by_count(gconstpointer a, gconstpointer b)
{
    const tally *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return strcmp(x->what, y->what);
}

/* The rows of one kind, and before them all of it. */
static void show(dialog_table *table, const char *about, GArray *all)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < all->len; i++)
        sum += g_array_index(all, tally, i).n;
    g_array_sort(all, by_count);
    for (unsigned i = 0; sum && i <= all->len; i++) {
        const tally *t = i ? &g_array_index(all, tally, i - 1) : &(tally){"all", sum};
        stat_tap_table_item_type *cells = dialog_table_row(table);
        dialog_cell_text(&cells[ABOUT], g_strdup(about));
        dialog_cell_text(&cells[WHAT], g_strdup(t->what));
        dialog_cell_number(&cells[COUNT], t->n);
        dialog_cell_number(&cells[PERCENT], (100 * (uint64_t)t->n + sum / 2) / sum);
    }
    g_array_free(all, TRUE);
}

/* --- what is counted --- */

typedef struct {
    const tcps_model *model;
    GArray *outcomes, *closed, *findings;
} counts;

static void count_row(const tcps_row *row, void *data)
{
    const counts *c = data;
    const GArray *findings = tcps_model_findings(c->model, row);
    GString *outcome = g_string_new(NULL);
    tcps_outcome_append(outcome, tcps_row_outcome(row), tcps_row_outcome_by(row));
    count(c->outcomes, g_string_free(outcome, FALSE), 1);
    if (row->closed_by != TCPS_BY_NOBODY)
        count(c->closed, g_strdup(tcps_closed_by_name(row->closed_by)), 1);
    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_rule *rule = tcps_rule_get(g_array_index(findings, tcps_finding, i).rule);
        if (rule)
            count(c->findings, g_strdup(rule->id), 1);
    }
}

static void taken(const tap_entry *entry, void *data)
{
    summary *s = data;
    for (unsigned role = 0; role < 2; role++) {
        const tcps_view *end = &entry->observation.end[role];
        s->changes[role][end->before][end->state] += end->before != end->state;
    }
}

static GArray *take_changes(summary *s)
{
    GArray *all = tallies_new();
    for (unsigned role = 0; role < 2; role++)
        for (unsigned before = 0; before < TCPS_N_STATES; before++)
            for (unsigned state = 0; state < TCPS_N_STATES; state++)
                if (s->changes[role][before][state])
                    count(all,
                          g_strdup_printf("%s: %s to %s", tcps_role_name(role), tcps_state_name(before),
                                          tcps_state_name(state)),
                          s->changes[role][before][state]);
    memset(s->changes, 0, sizeof s->changes);
    return all;
}

static void fill(dialog_table *table)
{
    counts c = {table->feed.model, tallies_new(), tallies_new(), tallies_new()};
    tcps_model_each_row(c.model, count_row, &c);
    show(table, "Changes of state", take_changes((summary *)table));
    show(table, "Closed first", c.closed);
    show(table, "Connections by outcome", c.outcomes);
    show(table, "Findings", c.findings);
}

void dialog_summary_register(void)
{
    static summary s = {.table = {.ui = {.title = "TCP State: Summary",
                                         .cli_string = "tcpstate_summary,tree",
                                         .nfields = array_length(columns),
                                         .fields = columns},
                                  .fill = fill,
                                  .taken = taken}};
    dialog_table_register(&s.table);
}

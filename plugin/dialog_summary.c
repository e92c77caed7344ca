/* dialog_summary.c: -z tcpstate_summary,tree: how many connections went how, and what was found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "feed.h"
#include "rules/rule.h"
#include "session.h"

#include <epan/stats_tree.h>

static const char connections_name[] = "Connections by outcome", closed_name[] = "Closed first",
                  findings_name[] = "Findings", changes_name[] = "Changes of state";

/* One window, or -z option. */
typedef struct {
    feed feed;
    int connections, closed, findings, changes; /* Wireshark's numbers of the branches */
    GHashTable *counted;                        /* the findings that are counted, as connection and rule */
} summary;

static GHashTable *summaries; /* stats_tree -> summary: Wireshark hands back the tree alone */

static void summary_free(gpointer data)
{
    summary *s = data;
    tcps_model_free(s->feed.model);
    g_hash_table_destroy(s->counted);
    g_free(s);
}

static void begin(stats_tree *tree)
{
    summary *s = g_new0(summary, 1);
    s->feed.model = tcps_model_new();
    s->counted = g_hash_table_new(NULL, NULL);
    feed_reset(&s->feed);
    s->connections = stats_tree_create_node(tree, connections_name, 0, STAT_DT_INT, TRUE);
    s->closed = stats_tree_create_node(tree, closed_name, 0, STAT_DT_INT, TRUE);
    s->findings = stats_tree_create_node(tree, findings_name, 0, STAT_DT_INT, TRUE);
    s->changes = stats_tree_create_node(tree, changes_name, 0, STAT_DT_INT, TRUE);
    g_hash_table_insert(summaries, tree, s);
}

static void end(stats_tree *tree)
{
    g_hash_table_remove(summaries, tree);
}

/* One more, or one fewer, under the branch. */
static void count(stats_tree *tree, const char *branch_name, int branch, const char *name, int by)
{
    increase_stat_node(tree, branch_name, 0, TRUE, by);
    increase_stat_node(tree, name, branch, FALSE, by);
}

/* What a connection is counted as. */
typedef struct {
    bool counted;
    unsigned outcome, by, closed_by;
} standing;

static standing standing_of(const summary *s, uint32_t connection)
{
    const tcps_row *row = tcps_model_connection(s->feed.model, connection);
    if (!row)
        return (standing){.counted = false};
    return (standing){true, tcps_row_outcome(row), tcps_row_outcome_by(row), row->closed_by};
}

static void count_standing(stats_tree *tree, const summary *s, const standing *at, int by)
{
    if (!at->counted)
        return;
    GString *outcome = g_string_new(NULL);
    tcps_outcome_append(outcome, at->outcome, at->by);
    count(tree, connections_name, s->connections, outcome->str, by);
    g_string_free(outcome, TRUE);
    if (at->closed_by != TCPS_BY_NOBODY)
        count(tree, closed_name, s->closed, tcps_closed_by_name(at->closed_by), by);
}

static bool same_standing(const standing *a, const standing *b)
{
    return a->counted == b->counted && a->outcome == b->outcome && a->by == b->by && a->closed_by == b->closed_by;
}

static void count_changes(stats_tree *tree, const summary *s, const tcps_observation *o)
{
    for (unsigned role = 0; role < 2; role++) {
        const tcps_view *view = &o->end[role];
        if (view->before == view->state)
            continue;
        char *change = g_strdup_printf("%s: %s to %s", tcps_role_name(role), tcps_state_name(view->before),
                                       tcps_state_name(view->state));
        count(tree, changes_name, s->changes, change, 1);
        g_free(change);
    }
}

/* A finding is counted once, and no more when it is withdrawn. */
static void count_finding(stats_tree *tree, summary *s, const tcps_finding *f)
{
    const tcps_rule *rule = tcps_rule_get(f->rule);
    void *const key = GSIZE_TO_POINTER((gsize)f->connection * TCPS_MAX_RULES + f->rule + 1);
    const bool holds = f->status != TCPS_WITHDRAWN;
    if (!rule || holds == g_hash_table_contains(s->counted, key))
        return;
    count(tree, findings_name, s->findings, rule->id, holds ? 1 : -1);
    if (holds)
        g_hash_table_add(s->counted, key);
    else
        g_hash_table_remove(s->counted, key);
}

/* Those that the history has from number `n` on, up to those that the feed has taken. */
static void count_findings(stats_tree *tree, summary *s, unsigned n)
{
    const tcps_history *history = session_history();
    for (feed_take_findings(&s->feed); n < s->feed.findings; n++)
        count_finding(tree, s, tcps_history_finding(history, n));
}

static tap_packet_status take(stats_tree *tree, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *entry,
                              tap_flags_t flags _U_)
{
    summary *s = g_hash_table_lookup(summaries, tree);
    const tap_entry *t = entry;
    const unsigned n_findings = s->feed.findings;
    const standing before = standing_of(s, t->observation.connection);
    feed_take(&s->feed, t);
    const standing after = standing_of(s, t->observation.connection);
    if (!same_standing(&before, &after)) {
        count_standing(tree, s, &before, -1);
        count_standing(tree, s, &after, 1);
    }
    count_changes(tree, s, &t->observation);
    count_findings(tree, s, n_findings);
    return TAP_PACKET_REDRAW;
}

void dialog_summary_handoff(void)
{
    if (summaries)
        return; /* preferences have changed */
    summaries = g_hash_table_new_full(NULL, NULL, NULL, summary_free);
    /* as no plugin's: it would stand in the menu beside the one that menu.c makes */
    stats_tree_register("tcpstate", "tcpstate_summary", "TCP State: Summary", 0, take, begin, end);
}

/* text.c: prints the report from the model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text.h"

#include <string.h>

#include "../rule.h"
#include "../span.h"
#include "top.h"
#include "wrap.h"

/* More than these are counted, not listed. */
#define MAX_CONNECTIONS 20
#define MAX_EXAMPLES 5

/* What a finding's place in the report depends on. */
typedef struct {
    const tcps_row *row;
    tcps_finding finding; /* complete */
} entry;

/* All findings of one rule. */
typedef struct {
    unsigned rule;
    unsigned severity; /* the worst */
    GArray *entries;   /* of entry */
} group;

typedef struct {
    const tcps_row *row;
    int severity; /* the worst of its findings; -1: none */
    unsigned findings;
} ranked;

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Totals */

static void append_count(GString *to, uint64_t n, const char *what)
{
    g_string_append_printf(to, "%" G_GUINT64_FORMAT " %s%s", n, what, n == 1 ? "" : "s");
}

static void append_totals(GString *to, const tcps_model *m)
{
    uint64_t segments = 0, bytes = 0;

    for (unsigned i = 0; i < tcps_model_n_rows(m); i++) {
        const tcps_row *row = tcps_model_row(m, i);
        segments += row->segments[0] + row->segments[1];
        bytes += row->bytes[0] + row->bytes[1];
    }
    append_count(to, tcps_model_n_rows(m), "connection");
    g_string_append(to, ", ");
    append_count(to, segments, "segment");
    g_string_append(to, ", ");
    append_count(to, bytes, "byte");
    g_string_append(to, " of payload in ");
    tcps_duration_append(to, span_between(tcps_model_start_ns(m), tcps_model_end_ns(m)));
    g_string_append_c(to, '\n');
}

/* Connections by outcome */

#define N_BY 4 /* tcps_closed_by */

static bool ended_so(const tcps_model *m, unsigned i, unsigned outcome, unsigned by)
{
    const tcps_row *row = tcps_model_row(m, i);
    return row && tcps_row_outcome(row) == outcome && tcps_row_outcome_by(row) == by;
}

/* The last row, from that one on, of those with numbers in a row that ended so. */
static unsigned run_end(const tcps_model *m, unsigned i, unsigned outcome, unsigned by)
{
    while (ended_so(m, i + 1, outcome, by) && tcps_model_row(m, i + 1)->index == tcps_model_row(m, i)->index + 1)
        i++;
    return i;
}

/* "tcpstate.connection in {0, 3, 7..12}", with as many as fit the line. */
static void append_filter(GString *to, const tcps_model *m, unsigned outcome, unsigned by, size_t line)
{
    static const char more[] = "} and more";
    GString *piece = g_string_new(NULL);
    bool left_out = false;

    g_string_append(to, "tcpstate.connection in {");
    const size_t start = to->len;
    for (unsigned i = 0; i < tcps_model_n_rows(m); i++) {
        if (!ended_so(m, i, outcome, by))
            continue;
        const unsigned last = run_end(m, i, outcome, by);
        g_string_printf(piece, "%s%u", to->len > start ? ", " : "", tcps_model_row(m, i)->index);
        if (last > i)
            g_string_append_printf(piece, "..%u", tcps_model_row(m, last)->index);
        if (to->len - line + piece->len + strlen(more) > TCPS_COLUMNS) {
            left_out = true;
            break;
        }
        g_string_append(to, piece->str);
        i = last;
    }
    g_string_append_printf(to, "%s\n", left_out ? more : "}");
    g_string_free(piece, TRUE);
}

static void append_outcome(GString *to, const tcps_model *m, unsigned outcome, unsigned by, unsigned n)
{
    const size_t line = to->len;

    if (!n)
        return;
    g_string_append_printf(to, "%8u  ", n);
    const size_t start = to->len;
    tcps_outcome_append(to, outcome, by);
    g_string_append_printf(to, "%*s  ", MAX(0, 24 - (int)(to->len - start)), "");
    append_filter(to, m, outcome, by, line);
}

static void append_outcomes(GString *to, const tcps_model *m)
{
    unsigned n[TCPS_N_OUTCOMES][N_BY] = {{0}};

    for (unsigned i = 0; i < tcps_model_n_rows(m); i++) {
        const tcps_row *row = tcps_model_row(m, i);
        n[tcps_row_outcome(row)][tcps_row_outcome_by(row) % N_BY]++;
    }
    g_string_append(to, "\nConnections by outcome\n");
    for (unsigned outcome = 0; outcome < TCPS_N_OUTCOMES; outcome++)
        for (unsigned by = 0; by < N_BY; by++)
            append_outcome(to, m, outcome, by, n[outcome][by]);
}

/* Findings by rule */

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const entry *left = a, *right = b;
    const int order = compare(right->finding.severity, left->finding.severity);
    const int value = compare(right->finding.value, left->finding.value);

    return order ? order : value ? value : compare(left->row->index, right->row->index);
}

static gint by_severity(gconstpointer a, gconstpointer b)
{
    const group *left = a, *right = b;
    const int order = compare(right->severity, left->severity);

    return order ? order : compare(left->rule, right->rule);
}

static void collect(const tcps_model *m, group groups[TCPS_N_RULES])
{
    for (unsigned i = 0; i < tcps_model_n_rows(m); i++) {
        const tcps_row *row = tcps_model_row(m, i);
        const GArray *findings = tcps_model_findings(m, row);
        for (unsigned j = 0; findings && j < findings->len; j++) {
            const entry e = {row, tcps_model_complete(m, &g_array_index(findings, tcps_finding, j))};
            if (e.finding.rule >= TCPS_N_RULES)
                continue;
            group *g = &groups[e.finding.rule];
            g->severity = MAX(g->severity, e.finding.severity);
            g_array_append_val(g->entries, e);
        }
    }
}

/* Where it began, and where it was found. */
static void append_frames(GString *to, const tcps_finding *f)
{
    if (f->began_frame)
        g_string_append_printf(to, "frame %u", f->began_frame);
    if (f->at_end)
        g_string_append(to, f->began_frame ? ", found at the end of the capture" : "at the end of the capture");
    else if (f->found_frame != f->began_frame)
        g_string_append_printf(to, "%sfound at frame %u", f->began_frame ? ", " : "", f->found_frame);
}

static void append_example(GString *to, const entry *e)
{
    GString *text = g_string_new(NULL);

    tcps_rule_describe(text, &e->finding);
    g_string_append_printf(text, " (tcpstate.connection == %u, ", e->row->index);
    append_frames(text, &e->finding);
    g_string_append_c(text, ')');
    tcps_wrap(to, 6, "- ", text->str);
    g_string_free(text, TRUE);
}

static void append_advice(GString *to, const entry *e)
{
    GString *text = g_string_new(NULL);

    tcps_rule_advise(text, e->finding.rule, &e->finding);
    tcps_wrap(to, 7, "-> ", text->str);
    g_string_free(text, TRUE);
}

static void append_group(GString *to, group *g)
{
    const tcps_rule *rule = tcps_rule_get(g->rule);
    const unsigned n = g->entries->len;

    g_array_sort(g->entries, by_weight);
    g_string_append_printf(to, "  %s [%s], %u: %s\n      tcpstate.finding == \"%s\"\n", rule->id,
                           tcps_severity_name(g->severity), n, rule->title, rule->id);
    for (unsigned i = 0; i < MIN(n, MAX_EXAMPLES); i++)
        append_example(to, &g_array_index(g->entries, entry, i));
    if (n > MAX_EXAMPLES)
        g_string_append_printf(to, "      ... and %u more\n", n - MAX_EXAMPLES);
    append_advice(to, &g_array_index(g->entries, entry, 0));
}

static void append_findings(GString *to, const tcps_model *m)
{
    group groups[TCPS_N_RULES];
    bool any = false;

    for (unsigned i = 0; i < TCPS_N_RULES; i++)
        groups[i] = (group){.rule = i, .entries = g_array_new(FALSE, FALSE, sizeof(entry))};
    collect(m, groups);
    qsort(groups, TCPS_N_RULES, sizeof *groups, by_severity);
    g_string_append(to, "\nFindings\n");
    for (unsigned i = 0; i < TCPS_N_RULES; i++) {
        if (groups[i].entries->len) {
            append_group(to, &groups[i]);
            any = true;
        }
        g_array_free(groups[i].entries, TRUE);
    }
    if (!any)
        g_string_append(to, "  none\n");
}

/* The connections themselves */

static gint by_rank(gconstpointer a, gconstpointer b)
{
    const ranked *left = a, *right = b;
    const int severity = compare(right->severity, left->severity), number = compare(right->findings, left->findings);

    return severity ? severity : number ? number : compare(left->row->index, right->row->index);
}

static ranked rank(const tcps_model *m, const tcps_row *row)
{
    const GArray *findings = tcps_model_findings(m, row);
    ranked r = {.row = row, .severity = -1, .findings = findings ? findings->len : 0};

    for (unsigned i = 0; i < r.findings; i++)
        r.severity = MAX(r.severity, g_array_index(findings, tcps_finding, i).severity);
    return r;
}

static int address_width(const tcps_address *address)
{
    GString *text = g_string_new(NULL);

    tcps_address_append(text, address);
    const int width = (int)text->len;
    g_string_free(text, TRUE);
    return width;
}

static void append_padded(GString *to, const tcps_address *address, int width)
{
    const size_t start = to->len;

    tcps_address_append(to, address);
    g_string_append_printf(to, "%*s", MAX(0, width - (int)(to->len - start)) + 1, "");
}

static void append_connection(GString *to, const tcps_model *m, const ranked *r, const int width[2])
{
    const tcps_row *row = r->row;
    GString *lasts = g_string_new(NULL);

    g_string_append_printf(to, "%6u %-5s ", row->index,
                           r->severity < 0 ? "" : tcps_severity_name((unsigned)r->severity));
    append_padded(to, &row->ends[TCPS_CLIENT], width[TCPS_CLIENT]);
    append_padded(to, &row->ends[TCPS_SERVER], width[TCPS_SERVER]);
    tcps_duration_append(lasts, span_between(row->start_ns, row->last_ns));
    g_string_append_printf(to, "%9.3f %8s  ", (double)span_between(tcps_model_start_ns(m), row->start_ns) / 1e9,
                           lasts->str);
    tcps_outcome_append(to, tcps_row_outcome(row), tcps_row_outcome_by(row));
    g_string_append_c(to, '\n');
    g_string_free(lasts, TRUE);
}

static void append_connections(GString *to, const tcps_model *m)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(ranked));
    int width[2] = {6, 6};

    for (unsigned i = 0; i < tcps_model_n_rows(m); i++) {
        const ranked r = rank(m, tcps_model_row(m, i));
        g_array_append_val(all, r);
    }
    g_array_sort(all, by_rank);
    const unsigned n = MIN(all->len, MAX_CONNECTIONS);
    for (unsigned i = 0; i < n; i++)
        for (unsigned end = 0; end < 2; end++)
            width[end] = MAX(width[end], address_width(&g_array_index(all, ranked, i).row->ends[end]));
    g_string_append_printf(to,
                           "\nConnections, those with findings first (to see number 0: tcpstate.connection == 0)\n"
                           "%6s %-5s %-*s %-*s %9s %8s  outcome\n",
                           "#", "worst", width[0], "client", width[1], "server", "start", "lasts");
    for (unsigned i = 0; i < n; i++)
        append_connection(to, m, &g_array_index(all, ranked, i), width);
    if (all->len > n)
        g_string_append_printf(to, "       ... and %u more\n", all->len - n);
    g_array_free(all, TRUE);
}

GString *tcps_report_text(const tcps_model *model)
{
    GString *to = g_string_new(NULL);

    append_totals(to, model);
    if (!tcps_model_n_rows(model))
        return to;
    tcps_append_quality(to, model);
    append_outcomes(to, model);
    tcps_append_closed_first(to, model);
    append_findings(to, model);
    tcps_append_top_endpoints(to, model);
    append_connections(to, model);
    return to;
}

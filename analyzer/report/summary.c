/* summary.c: the report for people: what is in the capture, how the connections ended, what was wrong. No line is longer than
 * 100 columns as long as addresses are IPv4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include <string.h>

#include "base/span.h"
#include "report/captured_at.h"
#include "report/headlines.h"
#include "report/lost.h"
#include "report/path_words.h"
#include "report/top.h"
#include "report/when.h"
#include "report/wrap.h"
#include "rules/rule.h"

/* So many lines, and then details. */
enum { FIRST_SCREEN = 24 };

/* Totals */

static void append_count(GString *to, uint64_t n, const char *what)
{
    g_string_append_printf(to, "%" G_GUINT64_FORMAT " %s%s", n, what, n == 1 ? "" : "s");
}

static void append_totals(GString *to, const tcps_model *m, const tcps_totals *t)
{
    if (t->connections) {
        tcps_when_append_whole(to, m);
        g_string_append(to, " (");
        tcps_duration_append(to, span_between(tcps_model_start_ns(m), tcps_model_end_ns(m)));
        g_string_append(to, ")\n");
    }
    append_count(to, t->connections, "connection");
    g_string_append(to, ", ");
    append_count(to, t->segments, "segment");
    g_string_append(to, ", ");
    append_count(to, t->bytes, "byte");
    g_string_append(to, " of payload\n");
}

/* Connections by outcome */

/* "tcpstate.connection in {0, 3, 7..12}", with as many as fit the line. */
static void append_filter(GString *to, const tcps_ended *e, size_t line)
{
    static const char more[] = "} and more";
    GString *piece = g_string_new(NULL);
    bool left_out = e->more;

    g_string_append(to, "tcpstate.connection in {");
    for (unsigned i = 0; i < e->n_ranges; i++) {
        g_string_printf(piece, "%s%u", i > 0 ? ", " : "", e->ranges[i].first);
        if (e->ranges[i].last > e->ranges[i].first)
            g_string_append_printf(piece, "..%u", e->ranges[i].last);
        if (to->len - line + piece->len + strlen(more) > TCPS_COLUMNS) {
            left_out = true;
            break;
        }
        g_string_append(to, piece->str);
    }
    g_string_append_printf(to, "%s\n", left_out ? more : "}");
    g_string_free(piece, TRUE);
}

static void append_outcome(GString *to, const tcps_ended *e, unsigned outcome, unsigned by)
{
    const size_t line = to->len;

    if (!e->n)
        return;
    g_string_append_printf(to, "%8u  ", e->n);
    const size_t start = to->len;
    tcps_outcome_append(to, outcome, by);
    g_string_append_printf(to, "%*s  ", MAX(0, 24 - (int)(to->len - start)), "");
    append_filter(to, e, line);
}

static void append_outcomes(GString *to, const tcps_totals *t)
{
    g_string_append(to, "\nConnections by outcome\n");
    for (unsigned outcome = 0; outcome < TCPS_N_OUTCOMES; outcome++)
        for (unsigned by = 0; by < TCPS_N_BY; by++)
            append_outcome(to, &t->ended[outcome][by], outcome, by);
}

/* Findings by rule */

/* When and where it began, and where it was found. */
static void append_frames(GString *to, const tcps_finding *f, const tcps_model *m)
{
    tcps_when_append(to, m, f->began_ns);
    g_string_append_printf(to, " (%.3f s), ", (double)span_between(tcps_model_start_ns(m), f->began_ns) / 1e9);
    if (f->began_frame) {
        tcps_path_append_capture(to, m, f);
        g_string_append_printf(to, "frame %u", f->began_frame);
    }
    if (f->at_end)
        g_string_append(to, f->began_frame ? ", found at the end of the capture" : "at the end of the capture");
    else if (f->found_frame != f->began_frame)
        g_string_append_printf(to, "%sfound at frame %u", f->began_frame ? ", " : "", f->found_frame);
}

static void append_example(GString *to, const tcps_finding *f, const tcps_model *m)
{
    GString *text = g_string_new(NULL);

    tcps_rule_describe(text, f);
    g_string_append_printf(text, " (tcpstate.connection == %u, ", f->connection);
    append_frames(text, f, m);
    g_string_append_c(text, ')');
    tcps_wrap(to, 6, "- ", text->str);
    g_string_truncate(text, 0);
    tcps_path_append_about(text, m, f);
    if (text->len)
        tcps_wrap(to, 8, "| ", text->str);
    g_string_free(text, TRUE);
}

static void append_advice(GString *to, const tcps_finding *f)
{
    GString *text = g_string_new(NULL);

    tcps_rule_advise(text, f->rule, f);
    tcps_wrap(to, 7, "-> ", text->str);
    g_string_free(text, TRUE);
}

/* One for each cause that the examples have. */
static void append_advices(GString *to, const tcps_finding *examples, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        bool given = false;
        for (unsigned j = 0; j < i; j++)
            given = given || tcps_rule_advises_alike(&examples[j], &examples[i]);
        if (!given)
            append_advice(to, &examples[i]);
    }
}

/* Of several that took the same time a timer is the cause. */
static void append_alike(GString *to, const tcps_found *f)
{
    for (unsigned i = 0; i < TCPS_MAX_ALIKE; i++) {
        const tcps_alike *alike = &f->timed.alike[i];
        if (alike->n < 2)
            continue;
        if (alike->n == f->n)
            g_string_append_printf(to, "      %u connections, all after ", f->n);
        else
            g_string_append_printf(to, "      %u of these connections, after ", alike->n);
        tcps_duration_append(to, alike->ns);
        g_string_append(to, ": the same timer\n");
    }
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const tcps_finding *x = a, *y = b;
    const int began = (x->began_ns > y->began_ns) - (x->began_ns < y->began_ns);
    return began ? began : (x->connection > y->connection) - (x->connection < y->connection);
}

/* Where nothing is wrong, one will do. */
static unsigned n_examples(const tcps_found *f)
{
    return MIN(f->n, f->severity < TCPS_NOTE ? 1 : TCPS_MAX_EXAMPLES);
}

/* The worst ones, in the order in which they began. */
static void append_examples(GString *to, const tcps_found *f, const tcps_model *m)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(tcps_finding));

    g_array_append_vals(list, f->examples, n_examples(f));
    g_array_sort(list, by_time);
    for (unsigned i = 0; i < list->len; i++)
        append_example(to, &g_array_index(list, tcps_finding, i), m);
    g_array_free(list, TRUE);
}

static void append_group(GString *to, unsigned id, const tcps_found *f, const tcps_model *m)
{
    const tcps_rule *rule = tcps_rule_get(id);

    g_string_append_printf(to, "  %s [%s], %u: %s", rule->id, tcps_severity_name(f->severity), f->n,
                           tcps_finding_title(&f->examples[0]));
    if (f->n_over > 0 && f->n_over < f->n)
        g_string_append_printf(to, "; %u of them over", f->n_over);
    g_string_append_printf(to, "\n      tcpstate.finding == \"%s\"\n", rule->id);
    append_examples(to, f, m);
    if (f->n > n_examples(f))
        g_string_append_printf(to, "      ... and %u more\n", f->n - n_examples(f));
    append_alike(to, f);
    append_advices(to, f->examples, n_examples(f));
}

static void append_findings(GString *to, const tcps_totals *t, const tcps_model *m)
{
    bool any = false;

    g_string_append(to, "\nFindings\n");
    for (int severity = TCPS_ERROR; severity >= TCPS_CHAT; severity--) {
        for (unsigned i = 0; i < tcps_n_rules(); i++) {
            if (!t->found[i].n || t->found[i].severity != severity)
                continue;
            append_group(to, i, &t->found[i], m);
            any = true;
        }
    }
    if (!any)
        g_string_append(to, "  none\n");
}

/* The connections themselves */

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

static void append_connection(GString *to, const tcps_model *m, const tcps_ranked *r, const int width[2])
{
    GString *lasts = g_string_new(NULL);

    g_string_append_printf(to, "%6u %-5s ", r->index, r->severity < 0 ? "" : tcps_severity_name((unsigned)r->severity));
    append_padded(to, &r->ends[TCPS_CLIENT], width[TCPS_CLIENT]);
    append_padded(to, &r->ends[TCPS_SERVER], width[TCPS_SERVER]);
    tcps_duration_append(lasts, span_between(r->start_ns, r->last_ns));
    g_string_append_printf(to, "%9.3f %8s  ", (double)span_between(tcps_model_start_ns(m), r->start_ns) / 1e9,
                           lasts->str);
    tcps_outcome_append(to, r->outcome, r->by);
    g_string_append_c(to, '\n');
    g_string_free(lasts, TRUE);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const tcps_ranked *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

/* In the order of their numbers, which is that of their first segments. Of many, those with findings that are worth knowing. */
static GArray *connections_listed(const tcps_totals *t)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(tcps_ranked));

    for (unsigned i = 0; i < t->n_worst; i++)
        if (t->connections == t->n_worst || t->worst[i].severity >= TCPS_NOTE)
            g_array_append_val(list, t->worst[i]);
    g_array_sort(list, by_number);
    return list;
}

static void append_connections(GString *to, const tcps_model *m, const tcps_totals *t)
{
    int width[2] = {6, 6};
    GArray *list = connections_listed(t);

    for (unsigned i = 0; i < list->len; i++)
        for (unsigned end = 0; end < 2; end++)
            width[end] = MAX(width[end], address_width(&g_array_index(list, tcps_ranked, i).ends[end]));
    g_string_append_printf(to, "\nConnections%s (to see number 0: tcpstate.connection == 0)\n",
                           list->len < t->connections ? ", the worst ones" : "");
    if (list->len)
        g_string_append_printf(to, "%6s %-5s %-*s %-*s %9s %8s  outcome\n", "#", "worst", width[0], "client", width[1],
                               "server", "start", "lasts");
    for (unsigned i = 0; i < list->len; i++)
        append_connection(to, m, &g_array_index(list, tcps_ranked, i), width);
    if (t->connections > list->len)
        g_string_append_printf(to, "       %s%u%s: tcpstate,connections\n", list->len ? "... and " : "all ",
                               t->connections - list->len, list->len ? " more" : "");
    g_array_free(list, TRUE);
}

static unsigned lines_of(const char *text)
{
    unsigned n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

GString *tcps_summary_text(const tcps_model *model, G_GNUC_UNUSED int64_t none)
{
    GString *to = g_string_new(NULL);
    tcps_totals *t = tcps_model_totals(model);

    append_totals(to, model, t);
    if (t->connections)
        tcps_captured_at_append(to, model);
    tcps_path_append_short(to, model);
    tcps_append_lost(to, &t->losses);
    if (t->connections) {
        tcps_append_quality(to, t);
        tcps_append_headlines(to, model, t, FIRST_SCREEN - lines_of(to->str));
        append_outcomes(to, t);
        tcps_append_closed_first(to, t);
        tcps_append_top_endpoints(to, model, t);
        append_findings(to, t, model);
        append_connections(to, model, t);
    }
    tcps_totals_free(t);
    return to;
}

/* path.c: prints what became of segments between capture points: the clocks, how many got lost or were made on the way, how long they
 * took; then the connections of which something is to be said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include "base/span.h"
#include "report/path_words.h"
#include "report/wrap.h"

enum { MOST_LISTED = 20, LONE_LISTED = 4 };

static void append_clock(GString *to, const tcps_points *p, unsigned point)
{
    const tcps_alignment *c = tcps_points_clock_of(p, point);
    GString *text = g_string_new(NULL);
    if (!c->shared)
        g_string_append_printf(text, "nothing is known of the clock of %s", tcps_points_name_of(p, point));
    else
        g_string_append_printf(text, "the clock of %s is %.6f s %s that of %s", tcps_points_name_of(p, point),
                               (double)ABS(c->offset_ns) / 1e9, c->offset_ns < 0 ? "behind" : "ahead of",
                               tcps_points_name_of(p, 0));
    if (c->shared && c->bound_ns >= 0)
        g_string_append_printf(text, ", give or take %.3f ms (half the least round trip)", (double)c->bound_ns / 1e6);
    else if (c->shared)
        g_string_append(text, "; what it may be wrong by cannot be told");
    if (c->shared && c->drift != 0)
        g_string_append_printf(text, ", and runs %.1f ppm %s (give or take %.1f)", ABS(c->drift) * 1e6,
                               c->drift < 0 ? "slow" : "fast", c->drift_error * 1e6);
    else if (c->shared && c->drift_error < 1e-4)
        g_string_append_printf(text, "; no drift of more than %.1f ppm", c->drift_error * 1e6);
    tcps_wrap(to, 2, "", text->str);
    g_string_free(text, TRUE);
}

static void append_share(GString *to, uint32_t n, uint32_t of)
{
    GString *cell = g_string_new(NULL);
    g_string_append_printf(cell, "%u", n);
    if (n && of)
        g_string_append_printf(cell, " (%.1f %%)", 100.0 * n / of);
    g_string_append_printf(to, " %14s", cell->str);
    g_string_free(cell, TRUE);
}

static void append_direction(GString *to, const tcps_points *p, const tcps_path_totals *t, unsigned way, unsigned side)
{
    const tcps_fate *f = &t->fate[side];
    char *name =
        g_strdup_printf("%s -> %s", tcps_points_name_of(p, way + side), tcps_points_name_of(p, way + 1 - side));
    g_string_append_printf(to, "  %-18s %7u %7u", name, f->sent, f->arrived);
    append_share(to, f->lost, f->sent);
    g_string_append_printf(to, " %5u %9u %7u", f->made, f->reordered, f->duplicated);
    if (f->took.n)
        g_string_append_printf(to, "  %.1f / %.1f / %.1f", (double)f->took.least_ns / 1e6,
                               (double)t->median_ns[side] / 1e6, (double)f->took.most_ns / 1e6);
    g_string_append_c(to, '\n');
    g_free(name);
}

static void append_changes(GString *to, const tcps_path_totals *t)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < TCPS_N_CHANGES; i++)
        if (t->changed[i])
            g_string_append_printf(text, "%s%s (%u)", text->len ? ", " : "changed on the way: ", tcps_change_text(i),
                                   t->changed[i]);
    if (t->recut)
        g_string_append_printf(text, "%s%u segments cut or put together (offload)",
                               text->len ? "; " : "changed on the way: ", t->recut);
    if (text->len)
        tcps_wrap(to, 2, "", text->str);
    g_string_free(text, TRUE);
}

static void append_alone(GString *to, const tcps_points *p, const tcps_path_totals *t, unsigned way)
{
    g_string_append_printf(to, "  %u connection%s at both", t->shared, t->shared == 1 ? "" : "s");
    for (unsigned side = 0; side < 2; side++)
        if (t->alone[side])
            g_string_append_printf(to, "; %u at %s alone (%" G_GUINT64_FORMAT " segments, counted nowhere below)",
                                   t->alone[side], tcps_points_name_of(p, way + side), t->alone_segments[side]);
    g_string_append_c(to, '\n');
}

static void append_beyond(GString *to, const tcps_path_totals *t)
{
    const uint32_t n = t->fate[0].beyond + t->fate[1].beyond;
    if (!n)
        return;
    char *text =
        g_strdup_printf("%u segment%s seen at one point before the other's first packet or after its last: lost, "
                        "or not captured",
                        n, n == 1 ? " was" : "s were");
    tcps_wrap(to, 2, "", text);
    g_free(text);
}

static void append_totals(GString *to, const tcps_points *p, unsigned way)
{
    const tcps_path_totals t = tcps_points_totals(p, way);
    const int64_t common_ns = tcps_points_common_ns(p, way);
    if (common_ns >= 0)
        g_string_append_printf(to, "  both captures cover %.3f s\n", (double)common_ns / 1e9);
    else
        g_string_append_printf(to, "  the captures do not overlap: %.3f s lie between them\n",
                               -(double)common_ns / 1e9);
    append_alone(to, p, &t, way);
    if (!t.shared)
        return;
    g_string_append_printf(to, "\n  %-18s %7s %7s %14s %5s %9s %7s  ms: min / median / max\n", "", "sent", "arrived",
                           "lost", "made", "reordered", "doubled");
    append_direction(to, p, &t, way, 0);
    append_direction(to, p, &t, way, 1);
    append_changes(to, &t);
    append_beyond(to, &t);
}

static void append_lone(GString *to, const tcps_model *m, const tcps_joined *j, unsigned way)
{
    unsigned listed = 0;
    for (unsigned i = 0; i < j->n_lone && listed < LONE_LISTED; i++) {
        GString *text = g_string_new(NULL);
        if (j->lone[i].way == way) {
            tcps_lone_append(text, m, j, &j->lone[i]);
            tcps_wrap(to, 9, "- ", text->str);
            listed++;
        }
        g_string_free(text, TRUE);
    }
}

static void append_changed(GString *to, const tcps_joined *j, unsigned way)
{
    for (unsigned i = 0; i < TCPS_N_CHANGES; i++)
        if (j->ways[way].changed[i] && i != TCPS_CHANGE_WINDOW)
            g_string_append_printf(to, "       - %s\n", tcps_change_text(i));
}

static void append_connection(GString *to, const tcps_model *m, const tcps_path_row *r, unsigned way)
{
    const tcps_joined *j = r->joined;
    g_string_append_printf(to, "%6u  %5u %5u %9u %7u  ", j->index, r->lost, r->made, r->reordered, r->duplicated);
    tcps_address_append(to, &j->ends[TCPS_CLIENT]);
    g_string_append(to, " - ");
    tcps_address_append(to, &j->ends[TCPS_SERVER]);
    g_string_append_c(to, '\n');
    append_lone(to, m, j, way);
    append_changed(to, j, way);
}

static void append_connections(GString *to, const tcps_model *m, unsigned way)
{
    GArray *rows = tcps_path_rows(tcps_model_points(m), way);
    if (rows->len)
        g_string_append_printf(
            to,
            "\nConnections to which something happened on the way, the worst first\n%6s  %5s %5s %9s %7s"
            "  client - server\n",
            "#", "lost", "made", "reordered", "doubled");
    for (unsigned i = 0; i < MIN(rows->len, MOST_LISTED); i++)
        append_connection(to, m, &g_array_index(rows, tcps_path_row, i), way);
    if (rows->len > MOST_LISTED)
        g_string_append_printf(to, "       ... and %u more; --json has all\n", rows->len - MOST_LISTED);
    g_array_unref(rows);
}

static void append_remarks(GString *to, const tcps_points *p)
{
    char *remark;
    for (unsigned i = 0; (remark = tcps_points_remark(p, i)); i++) {
        tcps_wrap(to, 2, "! ", remark);
        g_free(remark);
    }
}

GString *tcps_path_text(const tcps_model *m, G_GNUC_UNUSED int64_t none)
{
    GString *to = g_string_new(NULL);
    const tcps_points *p = tcps_model_points(m);
    if (!p) {
        g_string_append(
            to, "There is one capture point: nothing can be told of the way to another one. Captures of both ends "
                "tell:\ntcpstate --report path --client FILE --server FILE\n");
        return to;
    }
    append_remarks(to, p);
    for (unsigned way = 0; way + 1 < tcps_points_n(p); way++) {
        g_string_append_printf(to, "%s# between %s and %s\n", way ? "\n" : "", tcps_points_name_of(p, way),
                               tcps_points_name_of(p, way + 1));
        append_clock(to, p, way + 1);
        append_totals(to, p, way);
        append_connections(to, m, way);
    }
    return to;
}

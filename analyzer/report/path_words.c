/* path_words.c: see path_words.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/path_words.h"

#include "base/span.h"
#include "report/wrap.h"
#include "rules/rule.h"

static tcps_path_row row_of(const tcps_joined *j, unsigned way)
{
    tcps_path_row row = {.joined = j};
    for (unsigned role = 0; role < 2; role++) {
        tcps_fate f = tcps_joined_fate(j, way, role);
        row.lost += f.lost;
        row.made += f.made;
        row.rst_made += f.rst_made;
        row.reordered += f.reordered;
        row.duplicated += f.duplicated;
        tcps_fate_clear(&f);
    }
    return row;
}

/* A RST that nobody sent ends a connection; what got lost is sent again. */
static uint64_t weight(const tcps_path_row *r)
{
    return (uint64_t)r->rst_made * 1000 + (uint64_t)r->made * 10 + (uint64_t)r->lost * 10 + r->reordered +
           r->duplicated;
}

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const tcps_path_row *x = a, *y = b;
    const uint64_t left = weight(x), right = weight(y);
    if (left != right)
        return left < right ? 1 : -1;
    return (x->joined->index > y->joined->index) - (x->joined->index < y->joined->index);
}

GArray *tcps_path_rows(const tcps_points *p, unsigned way)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(tcps_path_row));
    for (unsigned i = 0; i < tcps_points_n_joined(p); i++) {
        const tcps_joined *j = tcps_points_joined(p, i);
        const tcps_path_row row = row_of(j, way);
        if (j->shared && (weight(&row) || j->ways[way].changed[TCPS_CHANGE_ENDS]))
            g_array_append_val(rows, row);
    }
    g_array_sort(rows, by_weight);
    return rows;
}

static const char *kind_of(unsigned flags)
{
    if (flags & TCPS_RST)
        return "RST";
    if (flags & TCPS_SYN)
        return flags & TCPS_ACK ? "SYN,ACK" : "SYN";
    return flags & TCPS_FIN ? "FIN" : "segment";
}

void tcps_host_append(GString *to, const tcps_address *end)
{
    tcps_address host = *end;
    host.port = 0;
    const size_t start = to->len;
    tcps_address_append(to, &host);
    if (g_str_has_suffix(to->str + start, ":0"))
        g_string_truncate(to, to->len - 2);
}

void tcps_lone_append(GString *to, const tcps_model *m, const tcps_joined *j, const tcps_lone_segment *lone)
{
    const tcps_points *p = tcps_model_points(m);
    const unsigned other = lone->point == lone->way ? lone->way + 1u : lone->way;
    const tcps_address *sender = &j->ends[lone->sender];
    g_string_append_printf(to, "%s of the %s (%s's frame %u, %.3f s)", kind_of(lone->flags),
                           tcps_role_name(lone->sender), tcps_points_name_of(p, lone->point), lone->frame,
                           (double)span_between(tcps_model_start_ns(m), lone->time_ns) / 1e9);
    if (tcps_lone_is_lost(j, lone)) {
        g_string_append_printf(to, " got lost on its way to %s", tcps_points_name_of(p, other));
        return;
    }
    g_string_append_printf(to, " is not in %s's capture: ", tcps_points_name_of(p, other));
    tcps_host_append(to, sender);
    g_string_append(to,
                    tcps_model_losses(m).dropped ? " did not send it, or that capture lost it" : " did not send it");
}

/* It rests on the segment with which it began, and on the one that shows it. */
static bool is_about(const tcps_finding *f, const tcps_lone_segment *lone)
{
    return f->ends[0].point == lone->point &&
           (f->began_frame == lone->frame || (!f->at_end && f->found_frame == lone->frame));
}

void tcps_path_append_about(GString *to, const tcps_model *m, const tcps_finding *f)
{
    const tcps_points *p = tcps_model_points(m);
    if (!p || f->connection >= tcps_points_n_joined(p))
        return;
    const tcps_joined *j = tcps_points_joined(p, f->connection);
    for (unsigned i = 0; i < j->n_lone; i++)
        if (is_about(f, &j->lone[i])) {
            tcps_lone_append(to, m, j, &j->lone[i]);
            return;
        }
}

void tcps_path_append_capture(GString *to, const tcps_model *m, const tcps_finding *f)
{
    const tcps_points *p = tcps_model_points(m);
    if (p)
        g_string_append_printf(to, "%s's ", tcps_points_name_of(p, f->ends[0].point));
}

static void append_side(GString *to, const tcps_points *p, const tcps_fate *f, unsigned from, unsigned towards)
{
    g_string_append_printf(to, "%s -> %s: %u of %u lost", tcps_points_name_of(p, from), tcps_points_name_of(p, towards),
                           f->lost, f->sent);
    if (f->made)
        g_string_append_printf(to, ", %u not sent there", f->made);
}

void tcps_path_append_short(GString *to, const tcps_model *m)
{
    const tcps_points *p = tcps_model_points(m);
    for (unsigned way = 0; p && way + 1 < tcps_points_n(p); way++) {
        const tcps_path_totals t = tcps_points_totals(p, way);
        GString *text = g_string_new(NULL);
        append_side(text, p, &t.fate[0], way, way + 1);
        g_string_append(text, "; ");
        append_side(text, p, &t.fate[1], way + 1, way);
        g_string_append(text, " (--report path)");
        tcps_wrap(to, 0, "", text->str);
        g_string_free(text, TRUE);
    }
}

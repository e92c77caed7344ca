/* json_path.c: the lines of type "path", one for each way between two capture points, and "passage", one for each connection to which
 * something happened on it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include "report/json_line.h"
#include "report/path_words.h"

static void took(json_lines *l, const tcps_delays *d, int64_t median_ns)
{
    if (!d->n) {
        json_null(l, "delay");
        return;
    }
    json_object(l, "delay");
    json_span(l, "least", d->least_ns);
    json_span(l, "median", median_ns);
    json_span(l, "most", d->most_ns);
    json_close_object(l);
}

static void fate(json_lines *l, const char *name, const tcps_fate *f, int64_t median_ns)
{
    json_object(l, name);
    json_integer(l, "sent", f->sent);
    json_integer(l, "arrived", f->arrived);
    json_integer(l, "lost", f->lost);
    json_integer(l, "made", f->made);
    json_integer(l, "rst_lost", f->rst_lost);
    json_integer(l, "rst_made", f->rst_made);
    json_integer(l, "not_covered", f->beyond);
    json_integer(l, "reordered", f->reordered);
    json_integer(l, "doubled", f->duplicated);
    took(l, &f->took, median_ns);
    json_close_object(l);
}

static void changes(json_lines *l, const uint32_t changed[TCPS_N_CHANGES])
{
    json_object(l, "changed");
    for (unsigned i = 0; i < TCPS_N_CHANGES; i++)
        if (changed[i])
            json_integer(l, tcps_change_id(i), changed[i]);
    json_close_object(l);
}

static void points_of(json_lines *l, const tcps_points *p, unsigned way)
{
    json_text(l, "near", tcps_points_name_of(p, way));
    json_text(l, "far", tcps_points_name_of(p, way + 1));
}

/* Of the far point, against the first one. */
static void add_clock(json_lines *l, const tcps_alignment *c)
{
    json_integer(l, "clock_samples", c->shared);
    if (!c->shared) {
        json_null(l, "clock_offset");
        json_null(l, "clock_bound");
        json_null(l, "clock_drift_ppm");
        json_null(l, "clock_drift_bound_ppm");
        return;
    }
    json_span(l, "clock_offset", c->offset_ns);
    if (c->bound_ns < 0)
        json_null(l, "clock_bound");
    else
        json_span(l, "clock_bound", c->bound_ns);
    json_number(l, "clock_drift_ppm", c->drift * 1e6);
    json_number(l, "clock_drift_bound_ppm", c->drift_error * 1e6);
}

static void remarks(json_lines *l, const tcps_points *p)
{
    char *remark;
    json_array(l, "remarks");
    for (unsigned i = 0; (remark = tcps_points_remark(p, i)); i++) {
        json_text(l, NULL, remark);
        g_free(remark);
    }
    json_close_array(l);
}

static void add_path(json_lines *l, const tcps_points *p, unsigned way)
{
    const tcps_path_totals t = tcps_points_totals(p, way);
    json_line_begin(l, "path");
    points_of(l, p, way);
    add_clock(l, tcps_points_clock_of(p, way + 1));
    json_span(l, "common", tcps_points_common_ns(p, way));
    json_integer(l, "connections", t.shared);
    json_integer(l, "near_alone", t.alone[0]);
    json_integer(l, "far_alone", t.alone[1]);
    fate(l, "outward", &t.fate[0], t.median_ns[0]);
    fate(l, "homeward", &t.fate[1], t.median_ns[1]);
    json_integer(l, "recut", t.recut);
    changes(l, t.changed);
    remarks(l, p);
    json_line_end(l);
}

static void add_lone(json_lines *l, const tcps_model *m, const tcps_joined *j, const tcps_lone_segment *lone)
{
    GString *text = g_string_new(NULL);
    tcps_lone_append(text, m, j, lone);
    json_object(l, NULL);
    json_text(l, "fate", tcps_lone_is_lost(j, lone) ? "lost" : "made");
    json_text(l, "sender", tcps_role_name(lone->sender));
    json_text(l, "seen_at", tcps_points_name_of(tcps_model_points(m), lone->point));
    json_integer(l, "frame", lone->frame);
    json_time(l, "time", lone->time_ns);
    json_text(l, "text", text->str);
    json_close_object(l);
    g_string_free(text, TRUE);
}

static void add_passage(json_lines *l, const tcps_model *m, const tcps_path_row *r, unsigned way)
{
    const tcps_joined *j = r->joined;
    json_line_begin(l, "passage");
    points_of(l, tcps_model_points(m), way);
    json_integer(l, "pair", j->index);
    json_end(l, "client", &j->ends[TCPS_CLIENT]);
    json_end(l, "server", &j->ends[TCPS_SERVER]);
    for (unsigned role = 0; role < 2; role++) {
        tcps_fate f = tcps_joined_fate(j, way, role);
        fate(l, role == TCPS_CLIENT ? "from_client" : "from_server", &f, tcps_delays_median(&f.took));
        tcps_fate_clear(&f);
    }
    changes(l, j->ways[way].changed);
    json_array(l, "segments");
    for (unsigned i = 0; i < j->n_lone; i++)
        if (j->lone[i].way == way)
            add_lone(l, m, j, &j->lone[i]);
    json_close_array(l);
    json_line_end(l);
}

void tcps_json_path(const tcps_model *m, G_GNUC_UNUSED int64_t none, const tcps_json_sink *sink)
{
    const tcps_points *p = tcps_model_points(m);
    json_lines l = json_lines_new(sink);
    for (unsigned way = 0; p && way + 1 < tcps_points_n(p); way++) {
        GArray *rows = tcps_path_rows(p, way);
        add_path(&l, p, way);
        for (unsigned i = 0; i < rows->len; i++)
            add_passage(&l, m, &g_array_index(rows, tcps_path_row, i), way);
        g_array_unref(rows);
    }
    json_lines_free(&l);
}

/* several.c: see several.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "several.h"

#include "files.h"
#include "output.h"
#include "run.h"
#include "signals.h"
#include "source.h"
#include "survey.h"

/* The captures of all points, while they are read in the order of their times. */
typedef struct {
    run *run;
    source *sources;
    tcps_points *points;
    unsigned point; /* of the source at hand */
    bool any;
    bool begins[TCPS_MAX_POINTS];       /* a file */
    int64_t latest_ns[TCPS_MAX_POINTS]; /* of what was read */
} reading;

static void opened(const source *s, void *data)
{
    reading *r = data;
    r->any = true;
    r->begins[r->point] = true;
    analysis_point(r->run->analysis, r->point);
    analysis_begin_file(r->run->analysis, s->name);
}

static void failed(const source *s, char *error, void *data)
{
    reading *r = data;
    if (s->point == 0)
        run_fault(r->run, s->name, error);
    else
        g_free(error);
}

static void ended(const source *s, capture_result result, char *error, void *data)
{
    reading *r = data;
    analysis_point(r->run->analysis, r->point);
    if (s->point == 0) /* the file is read once for each of its points: what is to be said of it is said once */
        run_file_ends(r->run, s->name, s->open, result, error);
    else
        g_free(error);
}

/* Its time is that of the first point's clock, from here on. False: that point has no more. */
static bool fetch(reading *r, unsigned point)
{
    const source_watcher watcher = {opened, failed, ended, r};
    source *s = &r->sources[point];
    r->point = point;
    if (r->run->refused || !source_next(s, &watcher))
        return false;
    if (r->begins[point] && !run_file_follows(r->run, s->name, &s->record, r->latest_ns[point]))
        return false;
    r->begins[point] = false;
    if (s->record.has_time)
        r->latest_ns[point] = MAX(r->latest_ns[point], s->record.time_ns);
    if (s->record.has_time)
        s->record.time_ns = tcps_alignment_time(tcps_points_clock_of(r->points, point), s->record.time_ns);
    return true;
}

/* What has no time comes at once. */
static int64_t due(const source *s)
{
    return s->record.has_time ? s->record.time_ns : INT64_MIN;
}

static void read_all(reading *r, unsigned n)
{
    bool waits[TCPS_MAX_POINTS];
    for (unsigned i = 0; i < n; i++)
        waits[i] = fetch(r, i);
    while (!signals_received() && !r->run->refused) {
        unsigned first = n;
        for (unsigned i = 0; i < n; i++)
            if (waits[i] && (first == n || due(&r->sources[i]) < due(&r->sources[first])))
                first = i;
        if (first == n)
            return;
        analysis_point(r->run->analysis, first);
        analysis_number(r->run->analysis, r->sources[first].frame);
        run_frame(r->run, r->sources[first].open, &r->sources[first].record);
        waits[first] = fetch(r, first);
    }
}

/* Whose end is at home at which point, exchanged or not; what the user has set of it stays. */
static tcps_config config_of(const options *o, const tcps_points *points)
{
    tcps_config config = o->config;
    const unsigned client = tcps_points_home(points, TCPS_CLIENT), server = tcps_points_home(points, TCPS_SERVER);
    for (unsigned i = 0; i < o->points.n; i++) {
        const char *name = o->points.named[i].name;
        const bool of_an_end = strcmp(name, "client") == 0 || strcmp(name, "server") == 0;
        if (config.home[i] == TCPS_HOME_AUTO && of_an_end && (i == client || i == server))
            config.home[i] = i == client ? TCPS_HOME_CLIENT : TCPS_HOME_SERVER;
    }
    return config;
}

static char *name_of_all(const options *o)
{
    GString *name = g_string_new(NULL);
    for (unsigned i = 0; i < o->points.n; i++)
        for (unsigned k = 0; k < o->points.named[i].files->len; k++)
            g_string_append_printf(name, "%s%s", name->len ? "," : "",
                                   (char *)g_ptr_array_index(o->points.named[i].files, k));
    return g_string_free(name, FALSE);
}

/* Where nothing is shared, what was asked of the way between cannot be told. */
static void say_what_is_odd(run *r, const tcps_points *points)
{
    char *remark;
    for (unsigned i = 0; (remark = tcps_points_remark(points, i)); i++) {
        complain("%s", remark);
        g_free(remark);
    }
    for (unsigned i = 1; i < tcps_points_n(points); i++)
        if (!tcps_points_clock_of(points, i)->shared && r->status == 0)
            r->status = STATUS_UNTOLD;
}

/* Takes the points. */
static int analyse(const options *o, source *sources, tcps_points *points, const char *name)
{
    const unsigned n = tcps_points_n(points);
    survey(sources, n, points);
    const tcps_config config = config_of(o, points);
    run r = run_begin(o, &config);
    reading all = {.run = &r, .sources = sources, .points = points};
    for (unsigned i = 0; i < n; i++)
        all.latest_ns[i] = INT64_MIN;
    analysis_at_points(r.analysis, points);
    read_all(&all, n);
    if (!r.refused)
        say_what_is_odd(&r, points);
    const int status = run_end(&r, name, all.any);
    for (unsigned i = 0; i < n; i++)
        source_rewind(&sources[i]);
    tcps_points_free(points);
    return status;
}

int several_analyse(const options *o)
{
    source sources[TCPS_MAX_POINTS] = {0};
    tcps_points *points = tcps_points_new(o->points.n);
    for (unsigned i = 0; i < o->points.n; i++) {
        const GPtrArray *files = o->points.named[i].files;
        sources[i].files = files_by_time((char *const *)files->pdata, files->len);
        tcps_points_name(points, i, o->points.named[i].name);
    }
    char *name = name_of_all(o);
    const int status = analyse(o, sources, points, name);
    for (unsigned i = 0; i < o->points.n; i++)
        g_free(sources[i].files);
    g_free(name);
    return status;
}

int several_interfaces_analyse(const options *o, char **files, const interfaces *found, const char *name)
{
    source sources[TCPS_MAX_POINTS] = {0};
    const unsigned n = tcps_point_map_n(found->map);
    tcps_points *points = tcps_points_new(n);
    for (unsigned i = 0; i < n; i++) {
        sources[i] = (source){.files = files, .map = found->map, .point = i};
        tcps_points_name(points, i, found->names[i]->str);
    }
    return analyse(o, sources, points, name);
}

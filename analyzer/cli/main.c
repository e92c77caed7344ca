/* main.c: tcpstate: reports of captures, without Wireshark's dissection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "files.h"
#include "junit.h"
#include "output.h"
#include "run.h"
#include "several.h"
#include "signals.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

/* latest_ns: of the files before it. */
static bool read_file(run *r, const char *name, int64_t *latest_ns)
{
    char *error = NULL;
    capture_record record;
    capture_result result = CAPTURE_END;
    capture *c = capture_open(name, &error);
    if (!c) {
        if (signals_received())
            g_free(error);
        else
            run_fault(r, name, error);
        return false;
    }
    analysis_begin_file(r->analysis, name);
    const int64_t before_ns = *latest_ns;
    bool follows = false;
    while (!signals_received() && (result = capture_next(c, &record, &error)) == CAPTURE_FRAME) {
        if (!follows && !(follows = run_file_follows(r, name, &record, before_ns)))
            break;
        if (record.has_time)
            *latest_ns = MAX(*latest_ns, record.time_ns);
        run_frame(r, c, &record);
    }
    run_file_ends(r, name, c, result, error);
    capture_close(c);
    return true;
}

/* Files, the last of them NULL, to a report; its exit status. */
static int analyse(const options *o, char **files, const char *name)
{
    interfaces found;
    const bool drawn =
        o->asked.format == TCPS_FORMAT_SVG || o->asked.format == TCPS_FORMAT_DOT; /* what one point saw */
    if (!drawn && interfaces_find(files, &found)) {
        const int status = several_interfaces_analyse(o, files, &found, name);
        interfaces_free(&found);
        return status;
    }
    run r = run_begin(o, &o->config);
    bool any = false;
    int64_t latest_ns = INT64_MIN;
    for (unsigned i = 0; files[i] && !r.refused && !signals_received(); i++)
        any |= read_file(&r, files[i], &latest_ns);
    return run_end(&r, name, any);
}

/* Between the reports of several files. */
static void write_heading(const char *name)
{
    char *line = g_strdup_printf("== %s\n\n", name);
    output_take(line, NULL);
    g_free(line);
}

static int analyse_each(const options *o)
{
    const bool headings = o->n_files > 1 && !o->fails && o->asked.format == TCPS_FORMAT_TEXT;
    int status = 0;
    for (unsigned i = 0; i < o->n_files && status < STATUS_SIGNAL; i++) {
        if (headings)
            write_heading(o->files[i]);
        char *one[] = {o->files[i], NULL};
        status = verdict_worse(status, analyse(o, one, o->files[i]));
        if (headings)
            output_take("\n", NULL);
    }
    return status;
}

static int analyse_joined(const options *o)
{
    char **files = files_by_time(o->files, o->n_files), *name = g_strjoinv(",", files);
    const int status = analyse(o, files, name);
    g_free(files);
    g_free(name);
    return status;
}

static int analyse_all(const options *o)
{
    const tcps_sink sink = {.take = output_take};
    if (o->junit)
        junit_begin(&sink);
    const int status = o->points.n ? several_analyse(o) : o->join ? analyse_joined(o) : analyse_each(o);
    if (o->junit)
        junit_end(&sink);
    return status;
}

int main(int argc, char **argv)
{
    options o;
    int status = 0;
    signals_init();
    char *wrong = options_parse(argc, argv, &o);
    if (wrong) {
        complain("%s", g_str_has_prefix(wrong, "tcpstate: ") ? wrong + strlen("tcpstate: ") : wrong);
        status = STATUS_ERROR;
    } else if (o.help) {
        char *help = options_help();
        output_take(help, NULL);
        g_free(help);
    } else if (o.version) {
        printf("tcpstate %s, with libwiretap of Wireshark %s\n", TCPSTATE_VERSION, capture_library_version());
    } else {
        capture_init();
        status = analyse_all(&o);
    }
    g_free(wrong);
    options_free(&o);
    output_close();
    return status;
}

/* main.c: tcpstate: reports of captures, without Wireshark's dissection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"
#include "capture.h"
#include "junit.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

enum { FRAMES_BETWEEN_LOOKS = 1024 }; /* at the clock */

/* One run over a capture: one file, or several that are joined. */
typedef struct {
    const options *options;
    analysis *analysis;
    GHashTable *unknown; /* link types that are not known, and of how many frames */
    progress progress;
    int status;
    char *fault; /* the first; NULL: there was none */
} run;

/* Not all was read. */
static void note_fault(run *r, const char *name, char *what)
{
    complain("%s: %s", name, what);
    r->status = STATUS_ERROR;
    if (r->fault)
        g_free(what);
    else
        r->fault = what;
}

static void count_unknown(run *r, int encapsulation)
{
    gpointer key = GINT_TO_POINTER(encapsulation);
    const unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(r->unknown, key));
    g_hash_table_insert(r->unknown, key, GUINT_TO_POINTER(n + 1));
}

static void read_frames(run *r, const char *name, capture *c)
{
    capture_record record;
    char *error = NULL;
    capture_result result = CAPTURE_END;
    while (!output_signal() && (result = capture_next(c, &record, &error)) == CAPTURE_FRAME) {
        analysis_frame(r->analysis, &record);
        if (record.frame.link == TCPS_LINK_UNKNOWN && record.encapsulation >= 0)
            count_unknown(r, record.encapsulation);
        const uint32_t n = analysis_n_frames(r->analysis);
        if (n % FRAMES_BETWEEN_LOOKS == 0)
            progress_show(&r->progress, c, n);
    }
    progress_end(&r->progress);
    if (result == CAPTURE_BROKEN && !output_signal())
        note_fault(r, name,
                   g_strdup_printf("%s, after frame %u; what comes before is reported", error,
                                   analysis_n_frames(r->analysis)));
    g_free(error);
}

static bool read_file(run *r, const char *name)
{
    char *error = NULL;
    capture *c = capture_open(name, &error);
    if (c) {
        analysis_begin_file(r->analysis, name);
        read_frames(r, name, c);
        analysis_end_file(r->analysis, c);
        capture_close(c);
        return true;
    }
    if (output_signal())
        g_free(error);
    else
        note_fault(r, name, error);
    return false;
}

static void tell_unknown(run *r, const char *name)
{
    GHashTableIter i;
    gpointer encapsulation, n;
    g_hash_table_iter_init(&i, r->unknown);
    while (g_hash_table_iter_next(&i, &encapsulation, &n)) {
        const unsigned frames = GPOINTER_TO_UINT(n);
        note_fault(r, name,
                   g_strdup_printf("%u %s of a link type that is not known here (%s) and not looked into; with the "
                                   "plugin, tshark does that: tshark -q -r %s -z %s",
                                   frames, frames == 1 ? "frame is" : "frames are",
                                   capture_link_name(GPOINTER_TO_INT(encapsulation)), name,
                                   r->options->fails ? "tcpstate" : r->options->argument));
    }
}

/* A CI server is to see what could not be read as well. */
static void report_unread(const run *r, const char *name)
{
    const options *o = r->options;
    const tcps_sink sink = {.take = output_take};
    const tcps_capture about = {.name = o->name ? o->name : name, .host = o->host};
    if (o->junit)
        verdict_write(o, NULL, &about, r->fault, &sink);
}

static void report(run *r, const char *name)
{
    const options *o = r->options;
    const tcps_sink sink = {.take = output_take};
    tcps_capture about = analysis_capture(r->analysis);
    about.name = o->name ? o->name : name;
    about.host = o->host;
    char *wrong = tcps_statistic_wrong(&o->asked, &about);
    if (wrong) {
        fprintf(stderr, "%s\n", wrong);
        r->status = verdict_worse(r->status, tcps_statistic_has_time(&o->asked, &about) ? STATUS_ERROR : STATUS_UNTOLD);
        g_free(wrong);
    } else if (o->fails) {
        r->status = verdict_worse(r->status, verdict_write(o, r->analysis, &about, r->fault, &sink));
    } else {
        tcps_statistic_write(&o->asked, analysis_model(r->analysis), &about, &sink);
    }
}

/* Where a signal ended the reading, the report is of what was read. */
static void heed_signal(run *r, const char *name)
{
    const int number = output_signal();
    if (!number)
        return;
    output_clear_signal();
    complain("%s: interrupted after frame %u; what comes before is reported", name, analysis_n_frames(r->analysis));
    r->status = STATUS_SIGNAL + number;
}

/* Files to a report; its exit status. */
static int analyse(const options *o, char **files, unsigned n, const char *name)
{
    run r = {.options = o,
             .analysis = analysis_new(&o->asked, o->fails, &o->config),
             .unknown = g_hash_table_new(NULL, NULL),
             .progress = progress_begin()};
    bool any = false;
    for (unsigned i = 0; i < n && !output_signal(); i++)
        any |= read_file(&r, files[i]);
    heed_signal(&r, name);
    if (any) {
        analysis_finish(r.analysis);
        tell_unknown(&r, name);
        report(&r, name);
    } else {
        report_unread(&r, name);
    }
    g_free(r.fault);
    analysis_free(r.analysis);
    g_hash_table_destroy(r.unknown);
    return r.status;
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
        status = verdict_worse(status, analyse(o, &o->files[i], 1, o->files[i]));
        if (headings)
            output_take("\n", NULL);
    }
    return status;
}

static int analyse_joined(const options *o)
{
    char *name = g_strjoinv(",", o->files);
    const int status = analyse(o, o->files, o->n_files, name);
    g_free(name);
    return status;
}

static int analyse_all(const options *o)
{
    const tcps_sink sink = {.take = output_take};
    if (o->junit)
        junit_begin(&sink);
    const int status = o->join ? analyse_joined(o) : analyse_each(o);
    if (o->junit)
        junit_end(&sink);
    return status;
}

int main(int argc, char **argv)
{
    options o;
    int status = 0;
    output_init();
    char *wrong = options_parse(argc, argv, &o);
    if (wrong) {
        complain("%s", g_str_has_prefix(wrong, "tcpstate: ") ? wrong + strlen("tcpstate: ") : wrong);
        status = STATUS_ERROR;
    } else if (o.help) {
        options_print_help();
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

/* run.c: see run.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "run.h"

#include "joints.h"
#include "junit.h"
#include "output.h"
#include "signals.h"
#include "verdict.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { FRAMES_BETWEEN_LOOKS = 1024 }; /* at the clock */

void run_fault(run *r, const char *name, char *what)
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

bool run_file_follows(run *r, const char *name, const capture_record *record, int64_t latest_ns)
{
    const int64_t overlap_ns = record->has_time ? joints_overlap_ns(latest_ns, record->time_ns) : 0;
    if (!overlap_ns)
        return true;
    run_fault(
        r, name,
        g_strdup_printf("it begins %.3f s before the files before it end: they were captured side by side, not one "
                        "after the other; captures of several points are given by --client, --server and --point",
                        (double)overlap_ns / 1e9));
    r->refused = true;
    return false;
}

void run_frame(run *r, capture *c, const capture_record *record)
{
    analysis_frame(r->analysis, record);
    if (record->frame.link == TCPS_LINK_UNKNOWN && record->encapsulation >= 0)
        count_unknown(r, record->encapsulation);
    const uint32_t n = analysis_n_frames(r->analysis);
    if (n % FRAMES_BETWEEN_LOOKS == 0)
        progress_show(&r->progress, c, n);
}

void run_file_ends(run *r, const char *name, capture *c, capture_result result, char *error)
{
    progress_end(&r->progress);
    if (result == CAPTURE_BROKEN && !signals_received())
        run_fault(r, name,
                  g_strdup_printf("%s, after frame %u; what comes before is reported", error,
                                  analysis_n_frames(r->analysis)));
    g_free(error);
    analysis_end_file(r->analysis, c);
}

static void tell_unknown(run *r, const char *name)
{
    GHashTableIter i;
    gpointer encapsulation, n;
    g_hash_table_iter_init(&i, r->unknown);
    while (g_hash_table_iter_next(&i, &encapsulation, &n)) {
        const unsigned frames = GPOINTER_TO_UINT(n);
        run_fault(r, name,
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
    about.config = &o->config;
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

/* Where a signal ended the reading, the report is of what was read. True: in a copy of the process, which is there for a report meanwhile. */
static bool heed_signal(run *r, const char *name, bool any)
{
    const int number = signals_received();
    if (!number)
        return false;
    signals_heeded();
    const unsigned n = analysis_n_frames(r->analysis);
    if (number != SIGUSR1) {
        complain("%s: interrupted after frame %u; what comes before is reported", name, n);
        r->status = STATUS_SIGNAL + number;
        return false;
    }
    if (any)
        complain("%s: this is the report after frame %u; reading goes on", name, n);
    else
        complain("%s: there is nothing to report yet; reading goes on", name);
    return true;
}

run run_begin(const options *o, const tcps_config *config)
{
    output_flush(); /* else a copy would write it again */
    signals_hold_reports(false);
    return (run){.options = o,
                 .analysis = analysis_new(&o->asked, o->fails, config),
                 .unknown = g_hash_table_new(NULL, NULL),
                 .progress = progress_begin()};
}

/* Of the reports that follow one another, texts have a line between them. */
static void end_copy(const options *o, bool any)
{
    if (any && !o->fails && o->asked.format == TCPS_FORMAT_TEXT)
        output_take("\n", NULL);
    output_close();
    exit(0);
}

int run_end(run *r, const char *name, bool any)
{
    signals_hold_reports(true);
    const bool meanwhile = heed_signal(r, name, any);
    if (any && !r->refused) {
        analysis_finish(r->analysis);
        tell_unknown(r, name);
        report(r, name);
    } else if (!meanwhile) {
        report_unread(r, name);
    }
    g_free(r->fault);
    analysis_free(r->analysis);
    g_hash_table_destroy(r->unknown);
    if (meanwhile)
        end_copy(r->options, any);
    return r->status;
}

/* taps.c: see taps.h.
 *
 * The tap brings the segments that a display filter lets through; findings are taken from the session's history when the
 * statistic is printed, for it may be a later frame, or the end of the capture, that shows what is wrong with them. So one
 * pass and two passes print the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps.h"

#include "model.h"
#include "preferences.h"
#include "report/connections.h"
#include "report/endpoints.h"
#include "report/json.h"
#include "report/ladder.h"
#include "report/ss.h"
#include "report/text.h"
#include "request.h"
#include "session.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <stdio.h>
#include <stdlib.h>
#include <wsutil/report_message.h>

/* One -z option. */
typedef struct {
    tcps_model *model;
    request asked;
    unsigned findings; /* how many of the history's the model has */
} statistic;

static bool failed;  /* shutdown routines take no argument */
static bool printed; /* another statistic, of several -z options */

const tap_entry *tap_entry_new(packet_info *pinfo, const tcps_observation *observation, const tcps_segment *segment,
                               const tcps_address *src, const tcps_address *dst, bool is_segment)
{
    tap_entry *t = wmem_new0(pinfo->pool, tap_entry);
    bool from_client = observation->sender == TCPS_CLIENT;
    t->observation = *observation;
    t->client = from_client ? *src : *dst;
    t->server = from_client ? *dst : *src;
    t->is_segment = is_segment;
    t->segment = *segment;
    t->segment.frame = pinfo->num;
    t->segment.time_ns = pinfo->fd->has_ts ? frame_time_ns(pinfo) : session_now_ns();
    return t;
}

/* Preferences may have changed since. */
static void configure(const statistic *z)
{
    const tcps_config config = preferences_config();
    tcps_model_configure(z->model, &config);
}

static void statistic_reset(void *data)
{
    statistic *z = data;
    configure(z);
    tcps_model_reset(z->model);
    z->findings = 0;
}

static tap_packet_status statistic_take(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *entry,
                                        tap_flags_t flags _U_)
{
    statistic *z = data;
    const tap_entry *t = entry;
    /* Times are the capture's, not those of what a filter lets through. */
    tcps_model_begin(z->model, session_first_ns());
    if (t->is_segment)
        tcps_model_segment(z->model, &t->segment, &t->observation, &t->client, &t->server);
    else
        tcps_model_icmp_error(z->model, &t->segment, &t->observation);
    return TAP_PACKET_REDRAW;
}

static void take_findings(statistic *z)
{
    const tcps_history *history = session_history();
    for (; history && z->findings < tcps_history_n_findings(history); z->findings++)
        tcps_model_finding(z->model, tcps_history_finding(history, z->findings));
}

/* The time that the report is for. */
static int64_t time_asked(const statistic *z)
{
    switch (z->asked.time) {
    case TIME_FROM_START:
        return session_first_ns() + z->asked.time_ns;
    case TIME_ABSOLUTE:
        return z->asked.time_ns;
    default:
        return session_now_ns();
    }
}

static void print_line(const char *line, void *data _U_)
{
    puts(line);
}

static void print_json(const statistic *z)
{
    const tcps_json_sink sink = {
        .capture = preferences_capture(), .host = preferences_host(), .take = print_line, .data = NULL};
    switch (z->asked.kind) {
    case REPORT_LADDER:
        tcps_json_ladder(z->model, z->asked.connection, &sink);
        break;
    case REPORT_CONNECTIONS:
        tcps_json_connections(z->model, &sink);
        break;
    case REPORT_SS:
        tcps_json_sockets(z->model, time_asked(z), &sink);
        break;
    case REPORT_ENDPOINTS:
        tcps_json_endpoints(z->model, &sink);
        break;
    default:
        tcps_json_summary(z->model, &sink);
    }
}

static GString *statistic_text(const statistic *z)
{
    switch (z->asked.kind) {
    case REPORT_LADDER:
        return tcps_ladder_text(z->model, z->asked.connection);
    case REPORT_CONNECTIONS:
        return tcps_connections_text(z->model);
    case REPORT_SS:
        return tcps_ss_text(z->model, time_asked(z));
    case REPORT_ENDPOINTS:
        return tcps_endpoints_text(z->model);
    default:
        return tcps_report_text(z->model);
    }
}

/* A number that is no connection's can be told only now; the exit status is to say so once tshark is through. */
static bool has_connection(const statistic *z)
{
    const tcps_history *history = session_history();
    if (z->asked.connection == ALL_CONNECTIONS ||
        (history && z->asked.connection < tcps_history_n_connections(history)))
        return true;
    report_failure("tcpstate: there is no connection %" G_GINT64_FORMAT ".", z->asked.connection);
    failed = true;
    return false;
}

static bool has_time(const statistic *z)
{
    int64_t time_ns = time_asked(z), length_ns = session_now_ns() - session_first_ns();
    /* the clock of a capture may go back: its end is told in any case */
    if (z->asked.time == TIME_END || (time_ns >= session_first_ns() && time_ns <= session_now_ns()))
        return true;
    report_failure("tcpstate: the capture is from 0 to %.6f seconds; it does not tell the sockets at %.6f.",
                   (double)length_ns / 1e9, (double)(time_ns - session_first_ns()) / 1e9);
    failed = true;
    return false;
}

static bool has_segments(const statistic *z)
{
    return z->asked.connection == ALL_CONNECTIONS ? tcps_model_n_rows(z->model) > 0
                                                  : tcps_model_connection(z->model, z->asked.connection) != NULL;
}

static void statistic_print(void *data)
{
    statistic *z = data;
    session_finish();
    tcps_model_begin(z->model, session_first_ns());
    take_findings(z);
    tcps_model_end(z->model, session_now_ns(), session_last_frame());
    if (!has_connection(z) || !has_time(z))
        return;
    if (z->asked.json) { /* lines alone, whatever else is printed */
        print_json(z);
        return;
    }
    if (printed)
        putchar('\n');
    printed = true;
    if (!has_segments(z)) {
        puts("No TCP segments.");
        return;
    }
    GString *text = statistic_text(z);
    fputs(text->str, stdout);
    g_string_free(text, TRUE);
}

static void statistic_free(void *data)
{
    statistic *z = data;
    tcps_model_free(z->model);
    g_free(z);
}

static statistic *statistic_new(const request *asked)
{
    statistic *z = g_new0(statistic, 1);
    z->model = tcps_model_new();
    z->asked = *asked;
    if (asked->kind == REPORT_LADDER)
        tcps_model_keep_segments(z->model, asked->connection);
    if (asked->kind == REPORT_SS)
        tcps_model_keep_changes(z->model);
    if (asked->kind == REPORT_ENDPOINTS || asked->kind == REPORT_SUMMARY)
        tcps_model_keep_endpoints(z->model);
    configure(z);
    return z;
}

/* Begins the statistic that the argument of -z asks for. */
static COMPAT_STAT_RESULT statistic_begin(const char *argument, void *data _U_)
{
    request asked;
    char *wrong = request_parse(argument, &asked);
    if (wrong) {
        report_failure("%s", wrong);
        g_free(wrong);
        COMPAT_STAT_RETURN(false);
    }
    statistic *z = statistic_new(&asked);
    GString *error = register_tap_listener("tcpstate", z, asked.filter, TL_REQUIRES_NOTHING, statistic_reset,
                                           statistic_take, statistic_print, statistic_free);
    if (error) {
        report_failure("Couldn't register tcpstate tap: %s", error->str);
        g_string_free(error, TRUE);
        statistic_free(z);
    }
    COMPAT_STAT_RETURN(error == NULL);
}

void taps_register(void)
{
    static tap_param parameters[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    static stat_tap_ui report = {.group = REGISTER_STAT_GROUP_GENERIC,
                                 .title = "TCP connections and findings",
                                 .cli_string = "tcpstate",
                                 .tap_init_cb = statistic_begin,
                                 .nparams = array_length(parameters),
                                 .params = parameters};
    register_stat_tap_ui(&report, NULL);
}

static void exit_where_failed(void)
{
    if (failed)
        exit(1);
}

void taps_register_exit(void)
{
    register_shutdown_routine(exit_where_failed);
}

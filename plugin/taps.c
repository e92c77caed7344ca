/* taps.c: see taps.h.
 *
 * The tap brings the segments that a display filter lets through; findings are taken from the session's history when the
 * statistic is printed, for it may be a later frame, or the end of the capture, that shows what is wrong with them. So one
 * pass and two passes print the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps.h"

#include "preferences.h"
#include "report/statistic.h"
#include "session.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <stdio.h>
#include <stdlib.h>
#include <wsutil/report_message.h>

/* One -z option. */
typedef struct {
    tcps_model *model;
    tcps_request asked;
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

static void statistic_reset(void *data)
{
    statistic *z = data;
    const tcps_config config = preferences_config(); /* they may have changed since */
    tcps_model_configure(z->model, &config);
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

static tcps_capture this_capture(void)
{
    const tcps_history *history = session_history();
    return (tcps_capture){.first_ns = session_first_ns(),
                          .last_ns = session_now_ns(),
                          .n_connections = history ? tcps_history_n_connections(history) : 0,
                          .name = preferences_capture(),
                          .host = preferences_host()};
}

/* A number that is no connection's, or a time that is not the capture's, can be told only now; the exit status is to say so
 * once tshark is through. */
static bool can_tell(const statistic *z, const tcps_capture *capture)
{
    char *wrong = tcps_statistic_wrong(&z->asked, capture);
    if (!wrong)
        return true;
    report_failure("%s", wrong);
    g_free(wrong);
    failed = true;
    return false;
}

/* Between texts is an empty line; JSON and pictures are written as they are, whatever else is printed. */
static void separate(const statistic *z)
{
    if (z->asked.format != TCPS_FORMAT_TEXT)
        return;
    if (printed)
        putchar('\n');
    printed = true;
}

static void print(const char *text, void *data _U_)
{
    fputs(text, stdout);
}

static void statistic_print(void *data)
{
    statistic *z = data;
    session_finish();
    tcps_model_begin(z->model, session_first_ns());
    take_findings(z);
    tcps_model_end(z->model, session_now_ns(), session_last_frame());
    const tcps_capture capture = this_capture();
    if (!can_tell(z, &capture))
        return;
    separate(z);
    const tcps_sink sink = {.take = print};
    tcps_statistic_write(&z->asked, z->model, &capture, &sink);
}

static void statistic_free(void *data)
{
    statistic *z = data;
    tcps_model_free(z->model);
    g_free(z);
}

static statistic *statistic_new(const tcps_request *asked)
{
    const tcps_config config = preferences_config();
    statistic *z = g_new0(statistic, 1);
    z->model = tcps_statistic_model(asked, &config);
    z->asked = *asked;
    return z;
}

static bool is_field(const char *word)
{
    return proto_registrar_get_byname(word) != NULL;
}

/* Begins the statistic that the argument of -z asks for. */
static COMPAT_STAT_RESULT statistic_begin(const char *argument, void *data _U_)
{
    tcps_request asked;
    char *wrong = tcps_request_parse(argument, is_field, &asked);
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

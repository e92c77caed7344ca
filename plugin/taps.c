/* taps.c: see taps.h.
 *
 * Findings are taken when the statistic is printed. So one pass and two passes print the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps.h"

#include "feed.h"
#include "preferences.h"
#include "session.h"
#include "tap_entry.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <wsutil/report_message.h>

/* One -z option. */
typedef struct {
    feed feed; /* first, for its tap listener */
    tcps_request asked;
    char *filter; /* NULL: none */
} statistic;

static bool failed;  /* shutdown routines take no argument */
static bool printed; /* another statistic, of several -z options */

tcps_capture taps_capture(void)
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

/* A full disk, or a reader that has gone: the exit status is to say that the report is not whole. */
static void check_output(void)
{
    const bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (written || failed)
        return;
    report_failure("tcpstate: cannot write the report: %s.", g_strerror(errno));
    failed = true;
}

static void statistic_print(void *data)
{
    statistic *z = data;
    session_finish();
    feed_finish(&z->feed);
    const tcps_capture capture = taps_capture();
    if (!can_tell(z, &capture))
        return;
    separate(z);
    const tcps_sink sink = {.take = print};
    errno = 0;
    tcps_statistic_write(&z->asked, z->feed.model, &capture, &sink);
    check_output();
}

static void statistic_free(void *data)
{
    statistic *z = data;
    feed_clear(&z->feed);
    tcps_model_free(z->feed.model);
    g_free(z->filter);
    g_free(z);
}

static statistic *statistic_new(const tcps_request *asked)
{
    const tcps_config config = preferences_config();
    statistic *z = g_new0(statistic, 1);
    z->feed.model = tcps_statistic_model(asked, &config);
    z->asked = *asked;
    z->filter = g_strdup(asked->filter);
    z->asked.filter = z->filter;
    if (z->filter && !asked->cut)
        feed_wait_for_picks(&z->feed);
    return z;
}

/* Wireshark's words on what is wrong with the filter; NULL: nothing is. */
static GString *listen(statistic *z)
{
    GString *error = NULL;
    if (z->feed.picked)
        error = register_tap_listener("tcpstate", z, z->filter, TL_REQUIRES_NOTHING, NULL, feed_on_pick, NULL, NULL);
    if (error)
        return error;
    return register_tap_listener("tcpstate", z, z->feed.picked ? NULL : z->filter, TL_REQUIRES_NOTHING, feed_on_reset,
                                 feed_on_entry, statistic_print, statistic_free);
}

static bool is_field(const char *word)
{
    return proto_registrar_get_byname(word) != NULL;
}

/* Begins the statistic that the argument of -z asks for. */
static COMPAT_STAT_RESULT statistic_begin(const char *argument, void *data _U_)
{
    tcps_request asked;
    const tcps_config config = preferences_config();
    char *wrong = tcps_request_parse(argument, is_field, config.time_zone, &asked);
    if (wrong) {
        report_failure("%s", wrong);
        g_free(wrong);
        COMPAT_STAT_RETURN(false);
    }
    statistic *z = statistic_new(&asked);
    GString *error = listen(z);
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
    tap_entry_register();
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

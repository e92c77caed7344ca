/* taps.c: see taps.h.
 *
 * Findings are taken when the statistic is printed. So one pass and two passes print the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps.h"

#include "feed.h"
#include "preferences.h"
#include "segment_from_tvb.h"
#include "session.h"

#include <epan/dissectors/packet-tcp.h>
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
} statistic;

enum { MAX_LAYERS = 64 }; /* of a frame, whose streams are told: to ask for each costs time for all before it */

static int tcp_tap;  /* Wireshark's own */
static bool failed;  /* shutdown routines take no argument */
static bool printed; /* another statistic, of several -z options */

static bool is_end(const address *a, uint16_t port, const tcps_address *end)
{
    const tcps_address other = address_from_wireshark(a, port);
    return memcmp(other.bytes, end->bytes, sizeof other.bytes) == 0 && other.port == end->port && other.len == end->len;
}

/* Wireshark's TCP dissector tells its own tap what it made of each segment of the frame: no look-up is as cheap, or as sure
 * to be the same. Nothing where it was disabled, or did not come so far. */
static uint32_t stream_of(const tcps_segment *segment, const tcps_address *src, const tcps_address *dst)
{
    const tcp_info_t *t;
    for (int i = 0; i < MAX_LAYERS && (t = fetch_tapped_data(tcp_tap, i)) != NULL; i++)
        if (t->th_rawseq == segment->seq && is_end(&t->ip_src, t->th_sport, src) &&
            is_end(&t->ip_dst, t->th_dport, dst))
            return t->th_stream;
    return TCPS_NO_STREAM;
}

const tap_entry *tap_entry_new(packet_info *pinfo, const tcps_observation *observation, const tcps_segment *segment,
                               const tcps_address *src, const tcps_address *dst, bool is_segment)
{
    tap_entry *t = wmem_new0(pinfo->pool, tap_entry);
    bool from_client = observation->sender == TCPS_CLIENT;
    t->observation = *observation;
    t->client = from_client ? *src : *dst;
    t->server = from_client ? *dst : *src;
    t->is_segment = is_segment;
    t->stream = is_segment ? stream_of(segment, src, dst) : TCPS_NO_STREAM;
    t->segment = *segment;
    t->segment.frame = pinfo->num;
    t->segment.time_ns = pinfo->fd->has_ts ? frame_time_ns(pinfo) : session_now_ns();
    return t;
}

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
    tcps_model_free(z->feed.model);
    g_free(z);
}

static statistic *statistic_new(const tcps_request *asked)
{
    const tcps_config config = preferences_config();
    statistic *z = g_new0(statistic, 1);
    z->feed.model = tcps_statistic_model(asked, &config);
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
    GString *error = register_tap_listener("tcpstate", z, asked.filter, TL_REQUIRES_NOTHING, feed_on_reset,
                                           feed_on_entry, statistic_print, statistic_free);
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
    tcp_tap = find_tap_id("tcp");
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

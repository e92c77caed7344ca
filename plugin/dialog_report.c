/* dialog_report.c: Statistics > TCP State: Report and TCP State: Sockets: the text of -z tcpstate and -z tcpstate,ss, in windows
 * that follow a live capture. (Wireshark's own statistics dialogs for plugins are filled once.)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "feed.h"
#include "preferences.h"
#include "taps.h"

#include <epan/funnel.h>
#include <epan/tap.h>

typedef struct {
    const char *title;
    const char *name; /* of the report */
} report_kind;

/* One window. */
typedef struct {
    feed feed; /* first, for its tap listener */
    tcps_request asked;
    funnel_text_window_t *window;
} report;

static void append(const char *text, void *to)
{
    g_string_append(to, text);
}

/* The capture may go on: what its end shows is raised when Wireshark says that it has ended. */
static void draw(void *data)
{
    report *r = data;
    GString *text = g_string_new(NULL);
    const tcps_sink sink = {.take = append, .data = text};
    const tcps_capture capture = taps_capture();
    feed_finish(&r->feed);
    tcps_statistic_write(&r->asked, r->feed.model, &capture, &sink);
    funnel_get_funnel_ops()->set_text(r->window, text->str);
    g_string_free(text, TRUE);
}

static void report_free(report *r)
{
    tcps_model_free(r->feed.model);
    g_free(r);
}

static void closed(void *data)
{
    remove_tap_listener(data);
    report_free(data);
}

static report *report_new(const report_kind *kind)
{
    const tcps_config config = preferences_config();
    report *r = g_new0(report, 1);
    r->asked.report = tcps_report_named(kind->name, strlen(kind->name));
    r->asked.connection = TCPS_ALL_CONNECTIONS;
    r->feed.model = tcps_statistic_model(&r->asked, &config);
    return r;
}

static void open_report(void *data)
{
    const report_kind *kind = data;
    const funnel_ops_t *gui = funnel_get_funnel_ops();
    if (!gui || !gui->new_text_window || !gui->set_close_cb || !gui->retap_packets)
        return; /* tshark has no windows, but -z for every entry of this menu */
    report *r = report_new(kind);
    GString *error =
        register_tap_listener("tcpstate", r, NULL, TL_REQUIRES_NOTHING, feed_on_reset, feed_on_entry, draw, NULL);
    if (error) {
        g_string_free(error, TRUE);
        report_free(r);
        return;
    }
    r->window = gui->new_text_window(gui->ops_id, kind->title);
    gui->set_close_cb(r->window, closed, r);
    gui->retap_packets(gui->ops_id);
}

static void add(report_kind *kind)
{
    funnel_register_menu(kind->title, REGISTER_PACKET_STAT_GROUP_UNSORTED, open_report, kind, NULL, FALSE);
}

void dialog_report_register(void)
{
    static report_kind kinds[] = {{"TCP State: Report", "summary"}, {"TCP State: Sockets", "ss"}};
    for (unsigned i = 0; i < array_length(kinds); i++)
        add(&kinds[i]);
}

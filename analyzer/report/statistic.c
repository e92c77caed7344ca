/* statistic.c: see statistic.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/statistic.h"

#include "base/span.h"
#include "report/clock.h"

static bool is_folded(const tcps_request *asked)
{
    const unsigned keeps = asked->report->keeps;
    return keeps & TCPS_KEEPS_SUMS || (keeps & TCPS_KEEPS_SUMS_AS_TEXT && asked->format == TCPS_FORMAT_TEXT);
}

tcps_model *tcps_statistic_model(const tcps_request *asked, const tcps_config *config)
{
    const unsigned keeps = asked->report->keeps;
    tcps_model *model = tcps_model_new();
    if (keeps & TCPS_KEEPS_SEGMENTS)
        tcps_model_keep_segments(model, asked->connection);
    if (keeps & TCPS_KEEPS_CHANGES)
        tcps_model_keep_changes(model);
    if (keeps & TCPS_KEEPS_ZEEK)
        tcps_model_keep_zeek(model);
    if (keeps & TCPS_KEEPS_ENDPOINTS)
        tcps_model_keep_endpoints(model);
    if (keeps & TCPS_KEEPS_PILES)
        tcps_model_keep_piles(model);
    if (is_folded(asked))
        tcps_model_fold(model, true);
    tcps_model_configure(model, config);
    return model;
}

/* The time that the report is for. */
static int64_t time_asked(const tcps_request *asked, const tcps_capture *capture)
{
    switch (asked->time) {
    case TCPS_TIME_FROM_START:
        return capture->first_ns + asked->time_ns;
    case TCPS_TIME_ABSOLUTE:
        return asked->time_ns;
    default:
        return capture->last_ns;
    }
}

/* The clock of a capture may go back: its end is told in any case. */
bool tcps_statistic_has_time(const tcps_request *asked, const tcps_capture *capture)
{
    const int64_t time_ns = time_asked(asked, capture);
    return asked->time == TCPS_TIME_END || (time_ns >= capture->first_ns && time_ns <= capture->last_ns);
}

/* Both by the clock and from the start: either may have been asked for. */
static void append_time(GString *to, const tcps_capture *capture, int64_t time_ns)
{
    const tcps_config usual = tcps_config_default();
    tcps_clock_append(to, time_ns, capture->config ? capture->config : &usual);
    g_string_append_printf(to, " (%.6f s)", (double)span_between(capture->first_ns, time_ns) / 1e9);
}

static char *out_of_range(const tcps_request *asked, const tcps_capture *capture)
{
    const tcps_config usual = tcps_config_default();
    GString *text = g_string_new("tcpstate: ");
    g_string_append(text, capture->name && *capture->name ? capture->name : "the capture");
    g_string_append(text, " is from ");
    append_time(text, capture, capture->first_ns);
    g_string_append(text, " to ");
    append_time(text, capture, capture->last_ns);
    g_string_append_c(text, ' ');
    tcps_clock_append_zone(text, capture->first_ns, capture->config ? capture->config : &usual);
    g_string_append(text, "; it does not tell the sockets at ");
    append_time(text, capture, time_asked(asked, capture));
    g_string_append_c(text, '.');
    return g_string_free(text, FALSE);
}

char *tcps_statistic_wrong(const tcps_request *asked, const tcps_capture *capture)
{
    if (asked->connection != TCPS_ALL_CONNECTIONS && asked->connection >= capture->n_connections)
        return g_strdup_printf("tcpstate: there is no connection %" G_GINT64_FORMAT ".", asked->connection);
    return tcps_statistic_has_time(asked, capture) ? NULL : out_of_range(asked, capture);
}

static void end_line(const char *line, void *data)
{
    const tcps_sink *sink = data;
    char *ended = g_strconcat(line, "\n", NULL);
    sink->take(ended, sink->data);
    g_free(ended);
}

/* What the report's functions are given. */
static int64_t argument_of(const tcps_request *asked, const tcps_capture *capture)
{
    switch (asked->report->argument) {
    case TCPS_ARGUMENT_TIME:
        return time_asked(asked, capture);
    case TCPS_ARGUMENT_CONNECTION:
        return asked->connection;
    default:
        return 0;
    }
}

static bool has_segments(const tcps_request *asked, const tcps_model *model)
{
    return asked->connection == TCPS_ALL_CONNECTIONS ? tcps_model_n_connections(model) > 0
                                                     : tcps_model_connection(model, asked->connection) != NULL;
}

static void say_that_it_is_cut(const tcps_request *asked, const tcps_sink *sink)
{
    char *line = g_strdup_printf("Of each connection only what this display filter lets through, as if that were all:\n"
                                 "  %s\n\n",
                                 asked->filter);
    sink->take(line, sink->data);
    g_free(line);
}

void tcps_statistic_write(const tcps_request *asked, const tcps_model *model, const tcps_capture *capture,
                          const tcps_sink *sink)
{
    const int64_t argument = argument_of(asked, capture);
    tcps_sink lines = *sink;
    const tcps_json_sink to = {.capture = capture->name, .host = capture->host, .take = end_line, .data = &lines};

    if (asked->cut)
        say_that_it_is_cut(asked, sink);
    if (asked->format == TCPS_FORMAT_JSON) {
        asked->report->json(model, argument, &to);
    } else if (asked->format == TCPS_FORMAT_TEXT && !has_segments(asked, model)) {
        sink->take("No TCP segments.\n", sink->data);
    } else {
        GString *text = asked->report->texts[asked->format](model, argument);
        sink->take(text->str, sink->data);
        g_string_free(text, TRUE);
    }
}

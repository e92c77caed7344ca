/* statistic.c: see statistic.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/statistic.h"

#include "report/connections.h"
#include "report/endpoints.h"
#include "report/json.h"
#include "report/ladder.h"
#include "report/ladder_dot.h"
#include "report/ladder_svg.h"
#include "report/ss.h"
#include "report/text.h"

tcps_model *tcps_statistic_model(const tcps_request *asked, const tcps_config *config)
{
    tcps_model *model = tcps_model_new();
    if (asked->kind == TCPS_REPORT_LADDER || asked->kind == TCPS_REPORT_WHY)
        tcps_model_keep_segments(model, asked->connection);
    if (asked->kind == TCPS_REPORT_SS)
        tcps_model_keep_changes(model);
    if (asked->kind == TCPS_REPORT_CONNECTIONS)
        tcps_model_keep_zeek(model);
    if (asked->kind == TCPS_REPORT_ENDPOINTS || asked->kind == TCPS_REPORT_SUMMARY)
        tcps_model_keep_endpoints(model);
    if (asked->kind == TCPS_REPORT_ENDPOINTS ||
        (asked->kind == TCPS_REPORT_SUMMARY && asked->format == TCPS_FORMAT_TEXT)) /* JSON lists each finding */
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
static bool has_time(const tcps_request *asked, const tcps_capture *capture)
{
    const int64_t time_ns = time_asked(asked, capture);
    return asked->time == TCPS_TIME_END || (time_ns >= capture->first_ns && time_ns <= capture->last_ns);
}

char *tcps_statistic_wrong(const tcps_request *asked, const tcps_capture *capture)
{
    if (asked->connection != TCPS_ALL_CONNECTIONS && asked->connection >= capture->n_connections)
        return g_strdup_printf("tcpstate: there is no connection %" G_GINT64_FORMAT ".", asked->connection);
    if (!has_time(asked, capture))
        return g_strdup_printf("tcpstate: the capture is from 0 to %.6f seconds; it does not tell the sockets at %.6f.",
                               (double)(capture->last_ns - capture->first_ns) / 1e9,
                               (double)(time_asked(asked, capture) - capture->first_ns) / 1e9);
    return NULL;
}

static void end_line(const char *line, void *data)
{
    const tcps_sink *sink = data;
    char *ended = g_strconcat(line, "\n", NULL);
    sink->take(ended, sink->data);
    g_free(ended);
}

static void write_json(const tcps_request *asked, const tcps_model *model, const tcps_capture *capture,
                       const tcps_sink *sink)
{
    tcps_sink lines = *sink;
    const tcps_json_sink to = {.capture = capture->name, .host = capture->host, .take = end_line, .data = &lines};
    switch (asked->kind) {
    case TCPS_REPORT_LADDER:
    case TCPS_REPORT_WHY:
        tcps_json_ladder(model, asked->connection, &to);
        break;
    case TCPS_REPORT_CONNECTIONS:
        tcps_json_connections(model, &to);
        break;
    case TCPS_REPORT_SS:
        tcps_json_sockets(model, time_asked(asked, capture), &to);
        break;
    case TCPS_REPORT_ENDPOINTS:
        tcps_json_endpoints(model, &to);
        break;
    default:
        tcps_json_summary(model, &to);
    }
}

static GString *text_of(const tcps_request *asked, const tcps_model *model, const tcps_capture *capture)
{
    switch (asked->kind) {
    case TCPS_REPORT_LADDER:
        return tcps_ladder_text(model, asked->connection);
    case TCPS_REPORT_WHY:
        return tcps_ladder_why_text(model, asked->connection);
    case TCPS_REPORT_CONNECTIONS:
        return tcps_connections_text(model);
    case TCPS_REPORT_SS:
        return tcps_ss_text(model, time_asked(asked, capture));
    case TCPS_REPORT_ENDPOINTS:
        return tcps_endpoints_text(model);
    default:
        return tcps_report_text(model);
    }
}

static bool has_segments(const tcps_request *asked, const tcps_model *model)
{
    return asked->connection == TCPS_ALL_CONNECTIONS ? tcps_model_n_connections(model) > 0
                                                     : tcps_model_connection(model, asked->connection) != NULL;
}

static void write_text(const tcps_request *asked, const tcps_model *model, const tcps_capture *capture,
                       const tcps_sink *sink)
{
    if (!has_segments(asked, model)) {
        sink->take("No TCP segments.\n", sink->data);
        return;
    }
    GString *text = text_of(asked, model, capture);
    sink->take(text->str, sink->data);
    g_string_free(text, TRUE);
}

static void write_picture(const tcps_request *asked, const tcps_model *model, const tcps_sink *sink)
{
    GString *picture = asked->format == TCPS_FORMAT_SVG ? tcps_ladder_svg(model, asked->connection)
                                                        : tcps_ladder_dot(model, asked->connection);
    sink->take(picture->str, sink->data);
    g_string_free(picture, TRUE);
}

void tcps_statistic_write(const tcps_request *asked, const tcps_model *model, const tcps_capture *capture,
                          const tcps_sink *sink)
{
    switch (asked->format) {
    case TCPS_FORMAT_JSON:
        write_json(asked, model, capture, sink);
        break;
    case TCPS_FORMAT_SVG:
    case TCPS_FORMAT_DOT:
        write_picture(asked, model, sink);
        break;
    default:
        write_text(asked, model, capture, sink);
    }
}

/* json_ladder.c: the lines of type "segment": one seen at one capture point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/crossings.h"
#include "report/functions.h"
#include "report/json_line.h"
#include "report/json_why.h"
#include "report/ladder_pair.h"
#include "report/ladder_words.h"

/* point: its capture point's name, where there are several; else NULL. */
static void add_rung(json_lines *l, const tcps_row *row, const tcps_rung *rung, uint32_t connection, const char *point)
{
    json_line_begin(l, "segment");
    json_integer(l, "connection", connection);
    if (point)
        json_text(l, "point", point);
    json_integer(l, "frame", rung->frame);
    json_time(l, "time", rung->time_ns);
    json_ends(l, row->ends);
    json_text(l, "sender", tcps_role_name(rung->sender));
    json_truth(l, "icmp_error", rung->icmp);
    json_flags(l, rung->flags);
    json_integer(l, "seq", rung->seq);
    json_integer(l, "ack", rung->ack);
    json_integer(l, "len", rung->len);
    json_text(l, "event", tcps_event_name(rung->event));
    json_states(l, rung->state, rung->certainty);
    json_why(l, rung, TCPS_CLIENT);
    json_why(l, rung, TCPS_SERVER);
    json_line_end(l);
}

static void add_rungs(json_lines *l, const tcps_row *row, uint32_t connection, const char *point)
{
    for (unsigned i = 0; row->rungs && i < row->rungs->len; i++)
        add_rung(l, row, &g_array_index(row->rungs, tcps_rung, i), connection, point);
}

/* As each point saw them. */
static void add_sightings(json_lines *l, const tcps_model *m, const tcps_joined *j)
{
    const tcps_points *points = tcps_model_points(m);
    for (unsigned point = 0; point < tcps_points_n(points); point++) {
        const uint32_t connection = j->connection[point];
        const tcps_row *row = connection == TCPS_NO_CONNECTION ? NULL : tcps_model_connection(m, connection);
        if (row)
            add_rungs(l, row, j->index, tcps_points_name_of(points, point));
    }
}

static void of_points(const tcps_model *m, int64_t connection, const tcps_json_sink *sink)
{
    tcps_ladder_pair_json(m, connection, sink);
    json_lines l = json_lines_new(sink);
    const tcps_joined *j;
    for (unsigned place = 0; (j = tcps_joined_next(m, connection, &place));)
        add_sightings(&l, m, j);
    json_lines_free(&l);
}

void tcps_json_ladder(const tcps_model *m, int64_t connection, const tcps_json_sink *sink)
{
    if (tcps_model_points(m)) {
        of_points(m, connection, sink);
        return;
    }
    json_lines l = json_lines_new(sink);
    const tcps_row *row;
    for (unsigned place = 0; (row = tcps_row_next(m, connection, &place));)
        add_rungs(&l, row, row->index, NULL);
    json_lines_free(&l);
}

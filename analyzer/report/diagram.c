/* diagram.c: the ways of both endpoints of a connection through the states, as text.
 *
 * client  ESTABLISHED -> FIN_WAIT_1                FIN sent, 8
 *         FIN_WAIT_1 -> FIN_WAIT_2 ~               ACK received, 9
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include "report/crossings.h"
#include "report/diagram_plan.h"
#include "report/ladder_pair.h"
#include "report/ladder_words.h"

enum { ROLE_WIDTH = 8, STEP_WIDTH = 33 };

static void append_stay(GString *to, const tcps_diagram_stay *stay)
{
    tcps_rung_append_state(to, tcps_diagram_place_get((tcps_place)stay->place)->state, stay->certainty);
}

static void append_step(GString *to, const tcps_diagram_stay *from, const tcps_diagram_stay *stay, tcps_role end)
{
    GString *step = g_string_new(NULL);

    append_stay(step, from);
    g_string_append(step, " -> ");
    append_stay(step, stay);
    g_string_append_printf(to, "%-*s", STEP_WIDTH, step->str);
    tcps_diagram_append_cause(to, stay, end);
    g_string_append_printf(to, ", %u\n", stay->rung->frame);
    g_string_free(step, TRUE);
}

/* The end of the row, which is called role. */
static void append_way(GString *to, const tcps_row *row, tcps_role end, tcps_role role)
{
    GArray *stays = tcps_diagram_plan(row, end);

    g_string_append_printf(to, "%-*s", ROLE_WIDTH, tcps_role_name(role));
    for (unsigned i = 1; i < stays->len; i++) {
        if (i > 1)
            g_string_append_printf(to, "%*s", ROLE_WIDTH, "");
        append_step(to, &g_array_index(stays, tcps_diagram_stay, i - 1), &g_array_index(stays, tcps_diagram_stay, i),
                    end);
    }
    if (stays->len == 1) {
        append_stay(to, &g_array_index(stays, tcps_diagram_stay, 0));
        g_string_append_c(to, '\n');
    }
    g_array_unref(stays);
}

/* Of several capture points, each end as its own capture tells. */
static void append_joined(GString *to, const tcps_model *model, const tcps_joined *joined)
{
    const tcps_points *points = tcps_model_points(model);

    tcps_pair_append_ends(to, points, joined);
    for (unsigned role = 0; role < 2; role++) {
        const tcps_row *row = tcps_home_row(model, joined, role);
        const unsigned flipped = joined->flipped >> tcps_joined_home(points, joined, role) & 1;
        if (row && row->rungs)
            append_way(to, row, (tcps_role)(role ^ flipped), (tcps_role)role);
    }
}

static GString *of_points(const tcps_model *model, int64_t connection)
{
    GString *to = g_string_new(NULL);
    const tcps_joined *joined;

    for (unsigned place = 0; (joined = tcps_joined_next(model, connection, &place));) {
        if (to->len)
            g_string_append_c(to, '\n');
        append_joined(to, model, joined);
    }
    return to;
}

GString *tcps_diagram_text(const tcps_model *model, int64_t connection)
{
    if (tcps_model_points(model))
        return of_points(model, connection);
    GString *to = g_string_new(NULL);
    const tcps_row *row;

    for (unsigned place = 0; (row = tcps_row_next(model, connection, &place));) {
        if (to->len)
            g_string_append_c(to, '\n');
        tcps_row_append_ends(to, row);
        for (unsigned end = 0; end < 2; end++)
            append_way(to, row, (tcps_role)end, (tcps_role)end);
    }
    return to;
}

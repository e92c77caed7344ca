/* json_pair.c: the lines of type "crossing": a segment of a connection that several points saw.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "report/crossings.h"
#include "report/json_line.h"
#include "report/ladder_pair.h"

static const char *fate_of(tcps_passage_end end)
{
    static const char *const names[] = {[TCPS_PASSAGE_ARRIVED] = "arrived",
                                        [TCPS_PASSAGE_LOST] = "lost",
                                        [TCPS_PASSAGE_MADE] = "made",
                                        [TCPS_PASSAGE_UNTOLD] = NULL};
    return names[end];
}

static void add_end(json_lines *l, const tcps_crossing *c, unsigned role)
{
    const char *const names[2][3] = {{"client_frame", "client_state", "client_certainty"},
                                     {"server_frame", "server_state", "server_certainty"}};
    const tcps_rung *shows = c->shows[role];
    if (c->frame[role])
        json_integer(l, names[role][0], c->frame[role]);
    else
        json_null(l, names[role][0]);
    json_text(l, names[role][1], tcps_state_name(shows ? shows->state[c->role[role]] : TCPS_UNKNOWN));
    json_text(l, names[role][2], tcps_certainty_name(shows ? shows->certainty[c->role[role]] : TCPS_NO_EVIDENCE));
}

static void add_crossing(json_lines *l, const tcps_joined *j, const tcps_crossing *c)
{
    const bool arrived = c->end == TCPS_PASSAGE_ARRIVED;
    json_line_begin(l, "crossing");
    json_integer(l, "pair", j->index);
    json_end(l, "client", &j->ends[TCPS_CLIENT]);
    json_end(l, "server", &j->ends[TCPS_SERVER]);
    json_time(l, "time", c->left_ns);
    json_text(l, "sender", tcps_role_name(c->segment.sender));
    json_truth(l, "icmp_error", c->segment.icmp);
    json_flags(l, c->segment.flags);
    json_integer(l, "seq", c->segment.seq);
    json_integer(l, "ack", c->segment.ack);
    json_integer(l, "len", c->segment.len);
    json_text(l, "fate", fate_of(c->end));
    if (arrived)
        json_span(l, "delay", span_between(c->left_ns, c->arrived_ns));
    else
        json_null(l, "delay");
    add_end(l, c, TCPS_CLIENT);
    add_end(l, c, TCPS_SERVER);
    json_line_end(l);
}

void tcps_ladder_pair_json(const tcps_model *m, int64_t connection, const tcps_json_sink *sink)
{
    json_lines l = json_lines_new(sink);
    const tcps_joined *j;
    for (unsigned place = 0; (j = tcps_joined_next(m, connection, &place));) {
        GArray *all = tcps_crossings(m, j);
        for (unsigned k = 0; k < all->len; k++)
            add_crossing(&l, j, &g_array_index(all, tcps_crossing, k));
        g_array_unref(all);
    }
    json_lines_free(&l);
}

/* flow_graph.c: see flow_graph.h. Each arrow is a segment; the comment beside it says what becomes of both endpoints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "flow_graph.h"

#include "sequence.h"

#ifdef HAVE_SEQUENCE_ANALYSIS

#include "render.h"
#include "report/ladder_words.h"
#include "rules/rule.h"
#include "session.h"
#include "tap_entry.h"

/* "FIN, ACK" */
static void append_flags(GString *to, unsigned flags)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {{TCPS_SYN, "SYN"}, {TCPS_FIN, "FIN"}, {TCPS_RST, "RST"},
                 {TCPS_ACK, "ACK"}, {TCPS_ECE, "ECE"}, {TCPS_CWR, "CWR"}};
    unsigned n = 0;
    if (!(flags & TCPS_SYN))
        flags &= ~(unsigned)(TCPS_ECE | TCPS_CWR); /* negotiated on SYNs alone; the ladder has them there, too */
    for (unsigned i = 0; i < array_length(names); i++)
        if (flags & names[i].bit)
            g_string_append_printf(to, "%s%s", n++ ? ", " : "", names[i].name);
    if (n == 0)
        g_string_append(to, "no flags");
}

static char *label_of(const tap_entry *t)
{
    GString *text = g_string_new(NULL);
    if (!t->is_segment)
        g_string_append(text, "ICMP error");
    else
        append_flags(text, t->segment.flags);
    if (t->segment.len)
        g_string_append_printf(text, " - Len: %u", t->segment.len);
    return g_string_free(text, FALSE);
}

/* Of the connection, as the frame's tree has them; began: where they are shown is another frame. */
static void append_findings(GString *to, tcps_finding_list list, uint32_t connection, uint32_t frame, bool began)
{
    for (unsigned i = 0; i < list.n; i++) {
        const tcps_finding *f = tcps_history_finding(session_history(), list.numbers[i]);
        const bool both = !f->at_end && f->found_frame == f->began_frame;
        const tcps_rule *rule = tcps_rule_get(f->rule);
        if (rule && f->connection == connection && f->status != TCPS_WITHDRAWN &&
            !(began && both && frame == f->found_frame))
            g_string_append_printf(to, "! %s, ", rule->id);
    }
}

/* "FIN_WAIT_1 | CLOSE_WAIT ~: client closes first"; with findings: "...: ! half_close_in_use, client closes first". Short: the graph
 * shows some 35 characters of it, and the rest below. */
static char *comment_of(const tcps_observation *o, uint32_t frame)
{
    const tcps_history *history = session_history();
    GString *text = g_string_new(NULL);
    tcps_rung_append_state(text, o->end[TCPS_CLIENT].state, o->end[TCPS_CLIENT].certainty);
    g_string_append(text, " | ");
    tcps_rung_append_state(text, o->end[TCPS_SERVER].state, o->end[TCPS_SERVER].certainty);
    g_string_append(text, ": ");
    append_findings(text, tcps_history_found_in(history, frame), o->connection, frame, false);
    append_findings(text, tcps_history_began_in(history, frame), o->connection, frame, true);
    g_string_append(text, render_story(o));
    return g_string_free(text, FALSE);
}

static tap_packet_status take(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *entry,
                              tap_flags_t flags _U_)
{
    sequence_info *info = data;
    const tap_entry *t = entry;
    sequence_item *item = sequence_analysis_create_sai_with_addresses(pinfo, info);
    if (!item)
        return TAP_PACKET_DONT_REDRAW;
    bool from_client = t->observation.sender == TCPS_CLIENT;
    item->frame_number = pinfo->num;
    item->port_src = (from_client ? &t->client : &t->server)->port;
    item->port_dst = (from_client ? &t->server : &t->client)->port;
    item->frame_label = label_of(t);
    item->comment = comment_of(&t->observation, pinfo->num);
    item->conv_num = (uint16_t)t->observation.connection;
    item->line_style = 1;
    item->display = TRUE;
    sequence_analysis_use_color_filter(pinfo, item);
    g_queue_push_tail(info->items, item);
    return TAP_PACKET_REDRAW;
}

void flow_graph_register(int protocol)
{
    register_seq_analysis("tcpstate", "TCP State", protocol, "tcpstate", 0, take);
}

#else

void flow_graph_register(int protocol _U_) {}

#endif

/* render.c: which trees and findings a frame gets. See render.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "render.h"

#include "fields.h"
#include "session.h"

/* A frame after a long silence may find something at each of very many connections: beyond so many, the tree leaves them
 * to the report. */
enum { MAX_FINDINGS_SHOWN = 1000 };

typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree; /* NULL: nobody asks for fields */
    render_bytes_of bytes_of;
    const tcps_history *history;
    proto_tree *layer_tree; /* the tree that findings go into now */
    uint32_t connection;    /* of that tree */
    bool any_connection;    /* findings of any connection go there, if no entry of the frame is theirs */
    unsigned shown;
} frame_view;

/* Is one of the frame's first n entries a segment of the connection, or an ICMP error about it? */
static bool has_entry_of(const frame_view *v, uint32_t connection, unsigned n)
{
    tcps_entry e;
    for (unsigned i = 0; i < n && tcps_history_get(v->history, v->pinfo->num, i, &e); i++)
        if (e.observation.connection == connection)
            return true;
    return false;
}

static const tcps_finding *finding_at(const frame_view *v, const tcps_finding_list *list, unsigned i)
{
    return tcps_history_finding(v->history, list->numbers[i]);
}

static bool goes_here(const frame_view *v, const tcps_finding *f)
{
    if (v->any_connection)
        return !has_entry_of(v, f->connection, UINT_MAX);
    return f->connection == v->connection;
}

static void show_list(frame_view *v, tcps_finding_list list, bool only_later)
{
    for (unsigned i = 0; i < list.n && v->shown < MAX_FINDINGS_SHOWN; i++) {
        const tcps_finding *f = finding_at(v, &list, i);
        bool found_here = !f->at_end && f->found_frame == v->pinfo->num;
        if ((only_later && found_here) || f->status == TCPS_WITHDRAWN || !goes_here(v, f))
            continue;
        render_finding(v->tvb, v->pinfo, v->layer_tree, f, v->any_connection);
        v->shown++;
    }
}

/* The findings that the frame shows, and those that began in it and were found later. */
static void show_findings(frame_view *v)
{
    show_list(v, tcps_history_found_in(v->history, v->pinfo->num), false);
    show_list(v, tcps_history_began_in(v->history, v->pinfo->num), true);
}

static bool has_findings(const frame_view *v)
{
    const tcps_finding_list lists[] = {tcps_history_found_in(v->history, v->pinfo->num),
                                       tcps_history_began_in(v->history, v->pinfo->num)};
    for (unsigned k = 0; k < G_N_ELEMENTS(lists); k++)
        for (unsigned i = 0; i < lists[k].n; i++)
            if (finding_at(v, &lists[k], i)->status != TCPS_WITHDRAWN && goes_here(v, finding_at(v, &lists[k], i)))
                return true;
    return false;
}

/* A tree that holds nothing but findings; none where there are none. */
static void show_findings_alone(frame_view *v)
{
    if (!has_findings(v))
        return;
    v->layer_tree = v->tree ? render_tree_of_findings(v->tvb, v->pinfo, v->tree, v->any_connection) : NULL;
    show_findings(v);
}

static void show_layers(frame_view *v)
{
    tcps_entry e;
    unsigned segments = 0;
    for (unsigned i = 0; tcps_history_get(v->history, v->pinfo->num, i, &e); i++) {
        v->connection = e.observation.connection;
        const bool shown = has_entry_of(v, v->connection, i); /* its findings, by an earlier layer */
        if (e.segment) {
            tvbuff_t *bytes = v->bytes_of(segments++);
            v->layer_tree = v->tree ? render_tree(v->tvb, v->pinfo, v->tree, &e, bytes) : NULL;
            if (!shown)
                show_findings(v);
        } else if (!shown) {
            show_findings_alone(v);
        }
    }
}

/* Any frame may show, by its time alone, that something is wrong with a connection that it has nothing to do with. */
static void show_others(frame_view *v)
{
    v->any_connection = true;
    show_findings_alone(v);
}

void render_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, render_bytes_of bytes_of)
{
    frame_view v = {.tvb = tvb, .pinfo = pinfo, .bytes_of = bytes_of, .history = session_history()};
    if (!v.history)
        return;
    if (tree && proto_field_is_referenced(tree, field.protocol))
        v.tree = tree;
    bool findings = tcps_history_found_in(v.history, pinfo->num).n || tcps_history_began_in(v.history, pinfo->num).n;
    if (v.tree || findings)
        show_layers(&v);
    if (findings)
        show_others(&v);
}

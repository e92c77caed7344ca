/* render_tree.c: the tree of one TCP layer. See render.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "render.h"

#include "fields.h"
#include "session.h"

enum { NS_PER_SECOND = 1000000000 };

/* The bytes that show how an endpoint's state changes: those of the flags, as the item tcp.flags has them. */
enum { FLAGS_OFFSET = 12, FLAGS_LENGTH = 2 };

typedef struct {
    tvbuff_t *tvb;
    int start, length; /* the bytes of tvb that are marked when an item is selected */
    packet_info *pinfo;
    proto_tree *tree;
    const tcps_entry *entry;
    bool visible; /* somebody reads it: without, only the fields' values matter */
} layer_view;

/* Most fields are asked for by nobody where a filter or a column has the tree made. */
static bool is_wanted(const layer_view *v, int id)
{
    return v->visible || proto_field_is_referenced(v->tree, id);
}

static proto_item *add_text(const layer_view *v, int id, const char *text)
{
    if (!is_wanted(v, id))
        return NULL;
    proto_item *item = proto_tree_add_string(v->tree, id, v->tvb, v->start, v->length, text);
    proto_item_set_generated(item);
    return item;
}

static proto_item *add_number(const layer_view *v, int id, uint32_t number)
{
    if (!is_wanted(v, id))
        return NULL;
    proto_item *item = proto_tree_add_uint(v->tree, id, v->tvb, v->start, v->length, number);
    proto_item_set_generated(item);
    return item;
}

static void add_duration(const layer_view *v, int id, int64_t ns)
{
    if (!is_wanted(v, id))
        return;
    nstime_t t = {.secs = (time_t)(ns / NS_PER_SECOND), .nsecs = (int)(ns % NS_PER_SECOND)};
    proto_item_set_generated(proto_tree_add_time(v->tree, id, v->tvb, v->start, v->length, &t));
}

/* How long an endpoint has been in its state; not known where the state began before the capture. */
static bool time_in_state(const layer_view *v, const tcps_view *end, int64_t *ns)
{
    *ns = frame_time_ns(v->pinfo) - end->since_ns;
    bool began_in_capture = end->since_frame != 0 || end->certainty == TCPS_ELAPSED;
    return v->pinfo->fd->has_ts && began_in_capture && *ns >= 0;
}

static void add_party_fields(const layer_view *v, const party_fields *ids, const tcps_view *end,
                             const tcps_until *until)
{
    int64_t ns;
    add_text(v, ids->before, tcps_state_name(end->before));
    add_text(v, ids->certainty, tcps_certainty_name(end->certainty));
    if (end->since_frame)
        add_number(v, ids->since, end->since_frame);
    if (time_in_state(v, end, &ns))
        add_duration(v, ids->time_in_state, ns);
    if (until->known && until->frame)
        add_number(v, ids->until, until->frame);
    if (until->known && end->since_frame)
        add_duration(v, ids->lasts, until->lasts_ns);
}

/* The state, and under it what else is known of the endpoint. */
static proto_item *add_party(const layer_view *v, party p, tcps_role role, const char *title)
{
    const tcps_view *end = &v->entry->observation.end[role];
    proto_item *item = add_text(v, field.party[p].state, tcps_state_name(end->state));
    layer_view sub = *v;
    if (v->visible) {
        proto_item_set_text(item, "%s: %s", title, render_change(v->pinfo, end));
        sub.tree = proto_item_add_subtree(item, field.party_tree[p]);
    }
    add_party_fields(&sub, &field.party[p], end, &v->entry->until[role]);
    return item;
}

/* The same under other names, for filters and columns: as sender and receiver, and both states as one field. */
static void add_hidden(const layer_view *v)
{
    tcps_role sender = v->entry->observation.sender, receiver = 1 - sender;
    proto_item_set_hidden(add_party(v, PARTY_SRC, sender, "Sender"));
    proto_item_set_hidden(add_party(v, PARTY_DST, receiver, "Receiver"));
    for (unsigned role = 0; role < 2; role++)
        proto_item_set_hidden(add_text(v, field.state, tcps_state_name(v->entry->observation.end[role].state)));
}

static void add_event(const layer_view *v)
{
    unsigned event = v->entry->observation.event;
    proto_item *item = add_text(v, field.event, tcps_event_name(event));
    if (!v->visible)
        return;
    proto_item_append_text(item, " (%s)", tcps_event_text(event));
    if (tcps_event_clause(event)[0])
        proto_item_append_text(item, ", %s", tcps_event_clause(event));
}

static void add_connection(const layer_view *v)
{
    const tcps_observation *o = &v->entry->observation;
    add_event(v);
    if (o->transition) /* only then: its name alone is a filter */
        proto_item_set_generated(proto_tree_add_boolean(v->tree, field.transition, v->tvb, v->start, v->length, TRUE));
    if (o->closed_by != TCPS_BY_NOBODY)
        add_text(v, field.closed_by, tcps_closed_by_name(o->closed_by));
    add_number(v, field.connection, o->connection);
    add_text(v, field.role_basis, tcps_role_basis_name(o->role_basis));
}

/* Zero is for the I/O graph and for filters, not for the reader. */
static void add_gauge(const layer_view *v, int id, uint32_t sockets)
{
    proto_item *item = add_number(v, id, sockets);
    if (sockets == 0)
        proto_item_set_hidden(item);
}

/* How many sockets of the service, or of the client's host, are in the states that pile up. */
static void add_gauges(const layer_view *v)
{
    const tcps_gauges *gauges = v->entry->observation.gauges;
    add_gauge(v, field.server_time_wait, gauges[TCPS_SERVER].time_wait);
    add_gauge(v, field.server_close_wait, gauges[TCPS_SERVER].close_wait);
    add_gauge(v, field.server_half_open, gauges[TCPS_SERVER].half_open);
    add_gauge(v, field.client_time_wait, gauges[TCPS_CLIENT].time_wait);
}

static void add_parties(const layer_view *v)
{
    tcps_role sender = v->entry->observation.sender;
    add_party(v, PARTY_CLIENT, TCPS_CLIENT, sender == TCPS_CLIENT ? "Client (sender)" : "Client");
    add_party(v, PARTY_SERVER, TCPS_SERVER, sender == TCPS_SERVER ? "Server (sender)" : "Server");
}

static const char *headline(const layer_view *v)
{
    if (!v->entry)
        return "TCP State, findings at other connections";
    if (!v->visible)
        return "TCP State";
    const tcps_observation *o = &v->entry->observation;
    return wmem_strdup_printf(v->pinfo->pool, "TCP State, client %s, server %s: %s",
                              render_change(v->pinfo, &o->end[TCPS_CLIENT]),
                              render_change(v->pinfo, &o->end[TCPS_SERVER]), render_story(v->pinfo, o));
}

/* Selecting an item marks the flags in the layer's own bytes, wherever these lie: a tunnel, a reassembled packet. */
static void mark_flags(layer_view *v, tvbuff_t *bytes)
{
    v->tvb = bytes;
    v->start = FLAGS_OFFSET;
    v->length = FLAGS_LENGTH;
}

proto_tree *render_tree(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_entry *entry, tvbuff_t *bytes)
{
    layer_view v = {.tvb = tvb, .pinfo = pinfo, .tree = tree, .entry = entry, .visible = PTREE_DATA(tree)->visible};
    if (bytes)
        mark_flags(&v, bytes);
    proto_item *item =
        proto_tree_add_protocol_format(tree, field.protocol, v.tvb, v.start, v.length, "%s", headline(&v));
    proto_item_set_generated(item);
    v.tree = proto_item_add_subtree(item, field.tree);
    if (entry) {
        add_parties(&v);
        add_connection(&v);
        add_gauges(&v);
        add_hidden(&v);
    }
    return v.tree;
}

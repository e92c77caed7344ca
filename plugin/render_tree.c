/* render_tree.c: the tree of one TCP layer. See render.h.
 *
 * What a line says in words has no line of its own: it is there as a hidden item, for filters, columns and JSON. The head line
 * alone is marked as generated: the brackets say it of all that is below it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "render.h"

#include "fields.h"
#include "label.h"
#include "layer.h"

/* The bytes that show how an endpoint's state changes: those of the flags, as the item tcp.flags has them. */
enum { FLAGS_OFFSET = 12, FLAGS_LENGTH = 2 };

static void add_hidden_text(const layer_view *v, int id, const char *text)
{
    proto_item_set_hidden(layer_add_text(v, id, text));
}

/* Begins an item's line with its name, where it is shown. */
static bool begin_line(const layer_view *v, proto_item *item, const char *name, label *line)
{
    if (!v->visible)
        return false;
    *line = label_of(item);
    label_add(line, name);
    return true;
}

/* The frame in which the state began: a link, which leads nowhere in that frame itself. */
static void add_since(const layer_view *v, int id, uint32_t frame)
{
    label line;
    proto_item *item = frame ? layer_add_number(v, id, frame) : NULL;
    if (frame == v->pinfo->num)
        proto_item_set_hidden(item);
    else if (frame && begin_line(v, item, "Since: ", &line))
        label_add_number(&line, frame);
}

static void add_until(const layer_view *v, const party_fields *ids, const tcps_view *end, const tcps_until *until)
{
    label line;
    if (!until->known)
        return;
    if (until->frame && begin_line(v, layer_add_number(v, ids->until, until->frame), "Until: ", &line))
        label_add_number(&line, until->frame);
    if (end->since_frame && begin_line(v, layer_add_duration(v, ids->lasts, until->lasts_ns), "Lasts: ", &line))
        label_add_duration(&line, until->lasts_ns);
}

/* The state, and under it what else is known of the endpoint: "Client (sender): ESTABLISHED, for 33 ms". */
static void add_party(layer_view v, party p, tcps_role role, const char *title)
{
    const tcps_view *end = &v.entry->observation.end[role];
    const party_fields *ids = &field.party[p];
    int64_t ns;
    bool timed = layer_time_in_state(&v, end, &ns);
    proto_item *item = layer_add_text(&v, ids->state, tcps_state_name(end->state));
    label line;
    if (begin_line(&v, item, title, &line)) {
        label_add(&line, render_change(end));
        if (timed && ns > 0) {
            label_add(&line, ", for ");
            label_add_duration(&line, ns);
        }
        v.tree = proto_item_add_subtree(item, field.party_tree[p]);
    }
    add_hidden_text(&v, ids->before, tcps_state_name(end->before));
    add_hidden_text(&v, ids->certainty, tcps_certainty_name(end->certainty));
    add_since(&v, ids->since, end->since_frame);
    if (timed)
        proto_item_set_hidden(layer_add_duration(&v, ids->time_in_state, ns));
    add_until(&v, ids, end, &v.entry->until[role]);
    layer_add_why(&v, p, end);
}

static void add_parties(const layer_view *v)
{
    bool from_client = v->entry->observation.sender == TCPS_CLIENT;
    add_party(*v, PARTY_CLIENT, TCPS_CLIENT, from_client ? "Client (sender): " : "Client: ");
    add_party(*v, PARTY_SERVER, TCPS_SERVER, from_client ? "Server: " : "Server (sender): ");
}

/* What happens all the time, and is said by the head line. */
static bool goes_without_saying(const tcps_observation *o)
{
    return !o->transition && (o->event == TCPS_EVENT_DATA || o->event == TCPS_EVENT_ACK);
}

/* "Event: FIN (FIN: closes its direction), RFC 9293 §3.6" */
static void add_event(const layer_view *v)
{
    const tcps_observation *o = &v->entry->observation;
    const char *name = tcps_event_name(o->event), *clause = tcps_event_clause(o->event);
    proto_item *item = layer_add_text(v, field.event, name);
    label line;
    if (goes_without_saying(o)) {
        proto_item_set_hidden(item);
    } else if (begin_line(v, item, "Event: ", &line)) {
        label_add(&line, name);
        label_add(&line, " (");
        label_add(&line, tcps_event_text(o->event));
        label_add(&line, clause[0] ? "), " : ")");
        label_add(&line, clause);
    }
}

static void add_closed_by(const layer_view *v)
{
    const char *who = tcps_closed_by_name(v->entry->observation.closed_by);
    label line;
    if (v->entry->observation.closed_by == TCPS_BY_NOBODY)
        return;
    if (begin_line(v, layer_add_text(v, field.closed_by, who), "Closed by: ", &line))
        label_add(&line, who);
}

/* "Connection: 3 (client told by syn)" */
static void add_connection(const layer_view *v)
{
    const tcps_observation *o = &v->entry->observation;
    const char *basis = tcps_role_basis_name(o->role_basis);
    label line;
    if (begin_line(v, layer_add_number(v, field.connection, o->connection), "Connection: ", &line)) {
        label_add_number(&line, o->connection);
        label_add(&line, " (client told by ");
        label_add(&line, basis);
        label_add(&line, ")");
    }
    add_hidden_text(v, field.role_basis, basis);
}

/* "Captured at: the server's host" */
static void add_capture_point(const layer_view *v)
{
    const unsigned captured_at = v->entry->observation.captured_at;
    label line;
    for (unsigned role = 0; role < 2; role++) {
        if (!(captured_at >> role & 1))
            continue;
        if (begin_line(v, layer_add_text(v, field.capture_point, tcps_role_name(role)), "Captured at: the ", &line)) {
            label_add(&line, tcps_role_name(role));
            label_add(&line, "'s host");
        }
    }
    if (captured_at & TCPS_AT_PATH &&
        begin_line(v, layer_add_text(v, field.capture_point, "path"), "Captured at: ", &line))
        label_add(&line, "the path between the ends");
}

/* Zero is for those who ask, such as the I/O graph; not for the reader. */
static void add_gauge(const layer_view *view, const int *id, const char *name, uint32_t sockets)
{
    layer_view v = *view;
    label line;
    v.only_if_asked = sockets == 0 || !v.visible;
    if (!v.only_if_asked)
        fields_register_gauges();
    proto_item *item = layer_add_number(&v, *id, sockets);
    if (v.only_if_asked)
        proto_item_set_hidden(item);
    else if (begin_line(&v, item, name, &line))
        label_add_number(&line, sockets);
}

/* How many sockets of the service, or of the client's host, are in the states that pile up. */
static void add_gauges(const layer_view *v)
{
    const tcps_gauges *client = &v->entry->observation.gauges[TCPS_CLIENT];
    const tcps_gauges *server = &v->entry->observation.gauges[TCPS_SERVER];
    add_gauge(v, &field.server_time_wait, "Server in TIME_WAIT: ", server->time_wait);
    add_gauge(v, &field.server_close_wait, "Server in CLOSE_WAIT: ", server->close_wait);
    add_gauge(v, &field.server_half_open, "Server half-open: ", server->half_open);
    add_gauge(v, &field.client_time_wait, "Client host in TIME_WAIT: ", client->time_wait);
}

static void add_headline(const layer_view *v, label *line)
{
    const tcps_observation *o = &v->entry->observation;
    label_add(line, "client ");
    label_add(line, render_change(&o->end[TCPS_CLIENT]));
    label_add(line, ", server ");
    label_add(line, render_change(&o->end[TCPS_SERVER]));
    label_add(line, ": ");
    label_add(line, render_story(o));
}

/* Not only because of a field below it. */
static bool head_is_asked_for(void)
{
    const hf_ref_type how = proto_registrar_get_nth((unsigned)field.protocol)->ref_type;
    return how != HF_REF_TYPE_NONE && how != HF_REF_TYPE_INDIRECT;
}

static proto_item *add_head(const layer_view *v, const char *title)
{
    proto_item *item = layer_mark_bytes(v, proto_tree_add_item(v->tree, field.protocol, v->tvb, 0, 0, ENC_NA));
    label line;
    if (begin_line(v, item, title, &line) && v->entry)
        add_headline(v, &line);
    return item;
}

static proto_tree *add_root(const layer_view *v, const char *title)
{
    if (!v->visible && !head_is_asked_for()) /* nobody reads it: what is asked for stands by itself */
        return v->tree;
    proto_item *item = add_head(v, title);
    proto_item_set_generated(item);
    return proto_item_add_subtree(item, field.tree);
}

/* Selecting an item marks the flags in the layer's own bytes, wherever these lie: a tunnel, a reassembled packet. */
static void mark_flags(layer_view *v, tvbuff_t *bytes)
{
    v->tvb = bytes;
    v->start = FLAGS_OFFSET;
    v->length = FLAGS_LENGTH;
}

static void add_plain(const layer_view *v)
{
    add_parties(v);
    add_event(v);
    if (v->entry->observation.transition)
        proto_item_set_hidden(layer_add_mark(v, field.transition));
    add_closed_by(v);
    add_connection(v);
    add_capture_point(v);
}

static void add_items(const layer_view *v)
{
    const fields_wanted wanted = fields_that_are_wanted(v->visible);
    if (wanted.plain)
        add_plain(v);
    if (wanted.gauges)
        add_gauges(v);
    if (wanted.sides)
        layer_add_sides(v);
    if (wanted.either)
        layer_add_either(v);
    if (wanted.twins)
        layer_add_twins(v);
}

proto_tree *render_tree(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_entry *entry, tvbuff_t *bytes)
{
    layer_view v = {.tvb = tvb, .pinfo = pinfo, .tree = tree, .entry = entry, .visible = PTREE_DATA(tree)->visible};
    if (bytes && v.visible)
        mark_flags(&v, bytes);
    v.tree = add_root(&v, "TCP State, ");
    add_items(&v);
    return v.tree;
}

proto_tree *render_tree_of_findings(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool others)
{
    const layer_view v = {.tvb = tvb, .pinfo = pinfo, .tree = tree, .visible = PTREE_DATA(tree)->visible};
    return add_root(&v, others ? "TCP State, findings at other connections"
                               : "TCP State, findings at the connection that is quoted");
}

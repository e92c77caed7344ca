/* render_alias.c: the endpoints under other names. See layer.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fields.h"
#include "layer.h"

static void add_text(const layer_view *v, int id, const char *text)
{
    proto_item_set_hidden(layer_add_text(v, id, text));
}

static void add_frame(const layer_view *v, int id, uint32_t frame)
{
    if (frame)
        proto_item_set_hidden(layer_add_number(v, id, frame));
}

static void add_duration(const layer_view *v, int id, int64_t ns)
{
    proto_item_set_hidden(layer_add_duration(v, id, ns));
}

static void add_party(const layer_view *v, party p, tcps_role role)
{
    const tcps_view *end = &v->entry->observation.end[role];
    const tcps_until *until = &v->entry->until[role];
    const party_fields *ids = &field.party[p];
    int64_t ns;
    add_text(v, ids->state, tcps_state_name(end->state));
    add_text(v, ids->before, tcps_state_name(end->before));
    add_text(v, ids->certainty, tcps_certainty_name(end->certainty));
    add_frame(v, ids->since, end->since_frame);
    if (layer_time_in_state(v, end, &ns))
        add_duration(v, ids->time_in_state, ns);
    add_frame(v, ids->until, until->known ? until->frame : 0);
    if (until->known && end->since_frame)
        add_duration(v, ids->lasts, until->lasts_ns);
    layer_add_why(v, p, end);
}

void layer_add_sides(const layer_view *view)
{
    layer_view v = *view;
    v.only_if_asked = true;
    const tcps_role sender = view->entry->observation.sender;
    add_party(&v, PARTY_SRC, sender);
    add_party(&v, PARTY_DST, 1 - sender);
}

void layer_add_either(const layer_view *view)
{
    layer_view v = *view;
    v.only_if_asked = true;
    for (unsigned role = 0; role < 2; role++)
        add_text(&v, field.state, tcps_state_name(view->entry->observation.end[role].state));
}

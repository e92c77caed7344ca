/* render_alias.c: the endpoints under other names. See layer.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fields.h"
#include "layer.h"
#include "state_number.h"

#include "report/ladder_words.h"

static void add_text(const layer_view *v, int id, const char *text)
{
    proto_item_set_hidden(layer_add_text(v, id, text));
}

static void add_state_number(const layer_view *v, int id, tcps_state state)
{
    proto_item_set_hidden(layer_add_number(v, id, state_number(state)));
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

/* "CLOSE_WAIT ~", as in the ladder */
static void add_marked(const layer_view *v, int id, const tcps_view *end)
{
    if (!layer_wants(v, id))
        return;
    GString *text = g_string_sized_new(32);
    tcps_rung_append_state(text, end->state, end->certainty);
    add_text(v, id, text->str);
    g_string_free(text, TRUE);
}

static void add_twins(const layer_view *v, party p, tcps_role role)
{
    const tcps_view *end = &v->entry->observation.end[role];
    add_state_number(v, field.party[p].state_number, end->state);
    add_state_number(v, field.party[p].before_number, end->before);
    add_marked(v, field.party[p].state_marked, end);
}

void layer_add_twins(const layer_view *view)
{
    layer_view v = *view;
    v.only_if_asked = true;
    const tcps_observation *o = &view->entry->observation;
    add_twins(&v, PARTY_CLIENT, TCPS_CLIENT);
    add_twins(&v, PARTY_SERVER, TCPS_SERVER);
    add_twins(&v, PARTY_SRC, o->sender);
    add_twins(&v, PARTY_DST, 1 - o->sender);
    for (unsigned role = 0; role < 2; role++)
        add_state_number(&v, field.state_number, o->end[role].state);
}

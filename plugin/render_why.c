/* render_why.c: why an endpoint's state is shown, and what else it may be. See layer.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fields.h"
#include "label.h"
#include "layer.h"

#include "rfc/why.h"

/* Nobody wonders about it. */
static bool is_ordinary(const tcps_view *end)
{
    return end->state == TCPS_ESTABLISHED && end->before == TCPS_ESTABLISHED && end->certainty == TCPS_PROVEN &&
           end->before_certainty == TCPS_PROVEN;
}

/* Begins the line of an item that is one; the others are hidden. */
static bool begin_line(const layer_view *v, proto_item *item, const char *name, label *line)
{
    if (v->only_if_asked) {
        proto_item_set_hidden(item);
        return false;
    }
    *line = label_of(item);
    label_add(line, name);
    return true;
}

static void add_sentence(const layer_view *v, int id, const tcps_view *end)
{
    label line;
    if (!layer_wants(v, id))
        return;
    GString *text = g_string_sized_new(128);
    tcps_why_append(text, end, v->pinfo->num);
    if (begin_line(v, layer_add_text(v, id, text->str), "Why: ", &line))
        label_add(&line, text->str);
    g_string_free(text, TRUE);
}

/* The deciding frame, where it is another one: a link. */
static void add_evidence(const layer_view *v, int id, uint32_t frame)
{
    label line;
    if (frame == 0 || frame == v->pinfo->num || !layer_wants(v, id))
        return;
    if (begin_line(v, layer_add_number(v, id, frame), "Evidence: ", &line))
        label_add_number(&line, frame);
}

/* "May be: FIN_WAIT_1 or FIN_WAIT_2; its next ACK would tell". Returns whether there is such a line. */
static bool add_possible(const layer_view *v, int id, const char *states, const char *proof)
{
    label line;
    if (!*states || !begin_line(v, layer_add_text(v, id, states), "May be: ", &line))
        return false;
    label_add(&line, states);
    label_add(&line, *proof ? "; " : "");
    label_add(&line, proof);
    label_add(&line, *proof ? " would tell" : "");
    return true;
}

static void add_proof(const layer_view *v, int id, const char *proof, bool said)
{
    label line;
    proto_item *item = *proof ? layer_add_text(v, id, proof) : NULL;
    if (said)
        proto_item_set_hidden(item);
    else if (*proof && begin_line(v, item, "Would tell: ", &line))
        label_add(&line, proof);
}

static void add_doubt(const layer_view *v, const party_fields *ids, const tcps_view *end)
{
    if (!layer_wants(v, ids->possible) && !layer_wants(v, ids->proof))
        return;
    GString *states = g_string_sized_new(128), *proof = g_string_sized_new(64);
    tcps_possible_append(states, end);
    tcps_proof_append(proof, end);
    const bool said = add_possible(v, ids->possible, states->str, proof->str);
    add_proof(v, ids->proof, proof->str, said);
    g_string_free(states, TRUE);
    g_string_free(proof, TRUE);
}

void layer_add_why(const layer_view *view, party p, const tcps_view *end)
{
    layer_view v = *view;
    const party_fields *ids = &field.party[p];
    if (!tcps_why_is_told(end))
        return;
    v.only_if_asked |= !v.visible || is_ordinary(end);
    if (!v.only_if_asked)
        fields_register_reasons();
    add_sentence(&v, ids->why, end);
    add_evidence(&v, ids->evidence, end->why_frame);
    add_doubt(&v, ids, end);
}

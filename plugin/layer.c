/* layer.c: see layer.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "layer.h"

#include "fields.h"
#include "session.h"

enum { NS_PER_SECOND = 1000000000 };

bool layer_wants(const layer_view *v, int id)
{
    return v->only_if_asked ? fields_is_asked_for(id, v->visible)
                            : v->visible || proto_field_is_referenced(v->tree, id);
}

proto_item *layer_mark_bytes(const layer_view *v, proto_item *item)
{
    if (v->length)
        proto_tree_set_appendix(item, v->tvb, v->start, v->length);
    return item;
}

proto_item *layer_add_text(const layer_view *v, int id, const char *text)
{
    if (!layer_wants(v, id))
        return NULL;
    return layer_mark_bytes(v, proto_tree_add_string(v->tree, id, v->tvb, 0, 0, text));
}

proto_item *layer_add_number(const layer_view *v, int id, uint32_t number)
{
    if (!layer_wants(v, id))
        return NULL;
    return layer_mark_bytes(v, proto_tree_add_uint(v->tree, id, v->tvb, 0, 0, number));
}

proto_item *layer_add_duration(const layer_view *v, int id, int64_t ns)
{
    if (!layer_wants(v, id))
        return NULL;
    nstime_t t = {.secs = (time_t)(ns / NS_PER_SECOND), .nsecs = (int)(ns % NS_PER_SECOND)};
    return layer_mark_bytes(v, proto_tree_add_time(v->tree, id, v->tvb, 0, 0, &t));
}

proto_item *layer_add_mark(const layer_view *v, int id)
{
    if (!layer_wants(v, id))
        return NULL;
    return layer_mark_bytes(v, proto_tree_add_boolean(v->tree, id, v->tvb, 0, 0, TRUE));
}

bool layer_time_in_state(const layer_view *v, const tcps_view *end, int64_t *ns)
{
    *ns = frame_time_ns(v->pinfo) - end->since_ns;
    bool began_in_capture = end->since_frame != 0 || end->certainty == TCPS_ELAPSED;
    return v->pinfo->fd->has_ts && began_in_capture && *ns >= 0;
}

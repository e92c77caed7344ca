/* layer.h: adds items to the tree of one TCP layer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LAYER_H
#define TCPSTATE_LAYER_H

#include "compat.h"

#include "fields.h"
#include "record/history.h"

typedef struct {
    tvbuff_t *tvb;
    int start, length; /* the bytes of tvb that are marked when an item is selected; layer_mark_bytes() */
    packet_info *pinfo;
    proto_tree *tree;
    const tcps_entry *entry;
    bool visible;       /* somebody reads it: without, only the fields' values matter */
    bool only_if_asked; /* items are made for those who ask for them by name, even where the tree is visible */
} layer_view;

/* Does anybody want the field? */
bool layer_wants(const layer_view *v, int id);

/* As the item's appendix: the bytes are not its own. The packet diagram does not draw them a second time, and a click on one of them
 * finds TCP's item. */
proto_item *layer_mark_bytes(const layer_view *v, proto_item *item);

/* NULL where nobody wants the field: most are asked for by nobody where a filter or a column has the tree made. */
proto_item *layer_add_text(const layer_view *v, int id, const char *text);
proto_item *layer_add_number(const layer_view *v, int id, uint32_t number);
proto_item *layer_add_duration(const layer_view *v, int id, int64_t ns);
/* True. Where it is not, it is not added: its name alone is a filter. */
proto_item *layer_add_mark(const layer_view *v, int id);

/* How long an endpoint has been in its state. False where that is not known: it began before the capture. */
bool layer_time_in_state(const layer_view *v, const tcps_view *end, int64_t *ns);

/* Why the endpoint's state is shown, and what else it may be: lines where somebody might wonder, hidden for those who ask elsewhere. */
void layer_add_why(const layer_view *v, party p, const tcps_view *end);

/* The endpoints under other names, hidden, for those who ask: as sender and receiver; the states of both as one field. */
void layer_add_sides(const layer_view *v);
void layer_add_either(const layer_view *v);
/* The same states as numbers, and with their marks. */
void layer_add_twins(const layer_view *v);

#endif

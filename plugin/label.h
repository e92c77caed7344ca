/* label.h: the text of a line in the tree, put together in place.
 *
 * What a dissector words itself, Wireshark formats by vsnprintf. That takes as long as making the item does, and every segment
 * has several lines of ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LABEL_H
#define TCPSTATE_LABEL_H

#include "compat.h"

#include <epan/proto.h>

/* Room for ITEM_LABEL_LENGTH bytes. What does not fit is cut. */
typedef struct {
    char *text;
    size_t length;
} label;

/* The text of an item that is shown and has no text of its own yet. */
label label_of(proto_item *item);

void label_add(label *l, const char *text);
void label_add_number(label *l, uint64_t number);

/* "85 us", "1.2 ms"; from 10 ms on as all reports say it. */
void label_add_duration(label *l, int64_t ns);

#endif

/* picked.h: all that the tap "tcpstate" tells of a capture, kept until it is known which connections are asked for: those of which a
 * display filter lets any frame through. It tells frames, one by one, and the one that picks a connection may be its last.
 *
 * What the history has of a segment is not kept a second time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PICKED_H
#define TCPSTATE_PICKED_H

#include "compat.h"

#include "tap_entry.h"

typedef struct picked picked;

picked *picked_new(void);
/* Takes NULL. */
void picked_free(picked *p);
/* Forgets all. */
void picked_reset(picked *p);

/* Each entry of the capture, in its order. */
void picked_note(picked *p, const tap_entry *entry);
/* The connection is asked for. */
void picked_add(picked *p, uint32_t connection);
bool picked_has(const picked *p, uint32_t connection);

/* The entries of the connections that were asked for, as they were noted. May be called again. */
void picked_each(picked *p, void (*take)(const tap_entry *entry, void *data), void *data);

#endif

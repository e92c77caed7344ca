/* feed.h: a model that listens to the tap "tcpstate".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FEED_H
#define TCPSTATE_FEED_H

#include "compat.h"

#include "model/model.h"
#include "tap_entry.h"

#include <epan/tap.h>

typedef struct {
    tcps_model *model; /* owned by whoever makes it */
    unsigned findings; /* how many of the history's it has */
} feed;

/* Begins anew, with the preferences of today. */
void feed_reset(feed *f);
/* What the tap tells. */
void feed_take(feed *f, const tap_entry *entry);
/* The same for a tap listener, whose data begins with a feed. */
void feed_on_reset(void *data);
tap_packet_status feed_on_entry(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *entry,
                                tap_flags_t flags);
/* The findings that the history has and the model has not. */
void feed_take_findings(feed *f);
/* To the last frame so far. */
void feed_finish(feed *f);

#endif

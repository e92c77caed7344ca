/* feed.h: a model that listens to the tap "tcpstate": to each segment, or to the connections that a display filter picks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FEED_H
#define TCPSTATE_FEED_H

#include "compat.h"

#include "model/model.h"
#include "picked.h"
#include "tap_entry.h"

#include <epan/tap.h>

typedef struct {
    tcps_model *model; /* owned by whoever makes it */
    unsigned findings; /* how many of the history's it has */
    picked *picked;    /* NULL: it takes what the tap tells at once; or it waits until connections have been picked */
    /* Each entry that the model takes; NULL: nobody cares. */
    void (*taken)(const tap_entry *entry, void *data);
    void *data;
} feed;

/* Only the connections that are picked go into the model, whole, when the feed is finished. */
void feed_wait_for_picks(feed *f);
/* Frees what it waits with. */
void feed_clear(feed *f);

/* Begins anew, with the preferences of today. */
void feed_reset(feed *f);
/* For a tap listener, whose data begins with a feed: to be told of all, and (pick) of what a filter lets through. */
void feed_on_reset(void *data);
tap_packet_status feed_on_entry(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *entry,
                                tap_flags_t flags);
tap_packet_status feed_on_pick(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *entry,
                               tap_flags_t flags);
/* To the last frame so far. */
void feed_finish(feed *f);

#endif

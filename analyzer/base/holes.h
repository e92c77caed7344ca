/* holes.h: times of which a capture tells nothing, as its own clock shows: it jumps, by a day or more, and by far more than it ever paused
 * before. Captures that were merged or edited do so, hosts whose clock is set, and those that slept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_HOLES_H
#define TCPS_HOLES_H

#include "base/span.h"

#include <glib.h>
#include <stdint.h>

/* Between two frames. */
typedef struct {
    int64_t from_ns; /* the frame before it */
    uint32_t from_frame;
    uint32_t to_frame; /* the frame after it */
    int64_t length_ns; /* as the capture's clock has it, forwards or back */
} tcps_hole;

typedef struct {
    GArray *all;        /* of tcps_hole, in order */
    int64_t longest_ns; /* pause of the capture that is no hole */
    int64_t last_ns;
    uint32_t last_frame; /* 0: there was no frame yet */
} tcps_holes;

void tcps_holes_init(tcps_holes *holes);
void tcps_holes_clear(tcps_holes *holes);

/* A pause before the frame that comes now, longer than any before. */
void tcps_holes_pause(tcps_holes *holes, int64_t pause_ns, uint32_t frame);

/* The next frame. */
static inline void tcps_holes_frame(tcps_holes *holes, int64_t time_ns, uint32_t frame)
{
    const int64_t pause_ns =
        time_ns >= holes->last_ns ? span_between(holes->last_ns, time_ns) : span_between(time_ns, holes->last_ns);
    if (pause_ns > holes->longest_ns && holes->last_frame)
        tcps_holes_pause(holes, pause_ns, frame);
    holes->last_ns = time_ns;
    holes->last_frame = frame;
}

/* The first hole after that frame; NULL: there is none. */
const tcps_hole *tcps_holes_after(const tcps_holes *holes, uint32_t frame);

/* How long all holes are together between two frames. */
int64_t tcps_holes_between(const tcps_holes *holes, uint32_t from_frame, uint32_t to_frame);

#endif

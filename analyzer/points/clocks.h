/* clocks.h: the line between what one clock and another said of the same segments.
 *
 * A segment that went from the first point to the other was seen there later than at the first by the offset and its time on the way;
 * one that came from there, by the offset less that time. So the line lies below all of the former and above all of the latter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CLOCKS_H
#define TCPS_CLOCKS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

G_BEGIN_DECLS

/* One segment at both points. */
typedef struct {
    double at_ns;    /* by the first point's clock, since some time in the middle */
    double later_ns; /* by how much the other's clock said more */
    bool outward;    /* it went from the first point to the other */
} tcps_clock_pair;

typedef struct {
    double offset_ns; /* in that middle: how much more the other clock says */
    double drift;     /* and how much faster it runs: 1e-6 is 1 ppm */
    double drift_error;
    double bound_ns; /* the offset is wrong by no more than that; negative: nothing bounds it */
    bool steady;     /* a line fits at all: neither clock was set meanwhile */
} tcps_clock_line;

/* n > 0. Without pairs of both ways, the least time on the way is taken for none at all, and bound_ns is negative. */
tcps_clock_line tcps_clock_line_fit(const tcps_clock_pair *pairs, unsigned n);

G_END_DECLS
#endif

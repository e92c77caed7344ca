/* sampler.h: how the clocks of capture points compare, from a sample of the segments that several of them saw.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SAMPLER_H
#define TCPS_SAMPLER_H

#include "points/clocks.h"
#include "points/points.h"

G_BEGIN_DECLS

typedef struct tcps_sampler tcps_sampler;

/* Never NULL; tcps_sampler_free takes NULL. */
tcps_sampler *tcps_sampler_new(void);
void tcps_sampler_free(tcps_sampler *s);

/* Any order will do: of points, and of times. */
void tcps_sampler_segment(tcps_sampler *s, unsigned point, const tcps_address *src, const tcps_address *dst,
                          const tcps_segment *segment);

/* The clock of the point against that of point 0. */
tcps_alignment tcps_sampler_align(tcps_sampler *s, unsigned point);

G_END_DECLS
#endif

/* shapes.h: which fields a packed connection has, said in a number of one or two bytes.
 *
 * Most connections go the same few ways, and what is there to be kept of them is the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SHAPES_H
#define TCPS_SHAPES_H

#include <stdint.h>

/* A bit for each field that is there, and one for each of those whose value is told. */
typedef struct {
    uint64_t used, told;
} tcps_shape;

typedef struct tcps_shapes tcps_shapes;

tcps_shapes *tcps_shapes_new(void);
void tcps_shapes_free(tcps_shapes *shapes);

/* Its number, from 1, for as long as the shapes live; 0 where it has none: there are too many. */
uint32_t tcps_shapes_number(tcps_shapes *shapes, tcps_shape shape);
tcps_shape tcps_shapes_get(const tcps_shapes *shapes, uint32_t number);

#endif

/* point_map.h: which interface of one capture is a capture point of its own.
 *
 * Two interfaces that see the same copy of a segment are two points; those that see different ones may be one: what is sent goes by the
 * one, and what comes by the other. So an interface belongs to point 0 until a second sighting shows otherwise; whoever wants the first
 * segments at their right points, too, gives a capture twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_POINT_MAP_H
#define TCPS_POINT_MAP_H

#include "points/points.h"

G_BEGIN_DECLS

typedef struct tcps_point_map tcps_point_map;

/* Interfaces are told apart by a number: of the file's interface, and within a capture on all of a host's ("any"), of the host's. */
enum { TCPS_INTERFACE_BITS = 16 };
static inline unsigned tcps_interface(unsigned of_file, unsigned of_host)
{
    return of_file << TCPS_INTERFACE_BITS | (of_host & ((1u << TCPS_INTERFACE_BITS) - 1));
}

/* Never NULL; tcps_point_map_free takes NULL. */
tcps_point_map *tcps_point_map_new(void);
void tcps_point_map_free(tcps_point_map *m);

/* The next segment of the capture, and the interface that it was captured at: its point, for all that is known now. */
unsigned tcps_point_map_take(tcps_point_map *m, unsigned interface, const tcps_segment *segment);
/* Was that a second sighting? */
bool tcps_point_map_again(const tcps_point_map *m);
/* Its point, without learning anything. */
unsigned tcps_point_map_point(const tcps_point_map *m, unsigned interface);
/* How many points there are. */
unsigned tcps_point_map_n(const tcps_point_map *m);
/* The interfaces that have been seen, in that order; false: there are no more. */
bool tcps_point_map_interface(const tcps_point_map *m, unsigned n, unsigned *interface);
/* Does the host that captured pass on what comes in there, or goes out? Then going out does not show that it sends. */
bool tcps_point_map_passes_on(const tcps_point_map *m, unsigned interface);

G_END_DECLS
#endif

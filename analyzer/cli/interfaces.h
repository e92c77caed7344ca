/* interfaces.h: whether the interfaces of a capture are several capture points: those that see the same segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_INTERFACES_H
#define CLI_INTERFACES_H

#include "points/point_map.h"

typedef struct {
    tcps_point_map *map;
    GString *names[TCPS_MAX_POINTS]; /* of each point: "eth0", "eth1 eth2" */
} interfaces;

/* Reads the files if any of them has several interfaces. False: there is one point, and nothing to free. files end with NULL; standard input is
 * read once, and one point. */
bool interfaces_find(char **files, interfaces *found);
void interfaces_free(interfaces *found);

#endif

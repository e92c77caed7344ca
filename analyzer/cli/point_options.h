/* point_options.h: --client, --server and --point: which files were captured where.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_POINT_OPTIONS_H
#define CLI_POINT_OPTIONS_H

#include "points/points.h"

/* A capture point, and its files. */
typedef struct {
    char *name;
    GPtrArray *files; /* of names, which point into argv */
} options_point;

/* As they were named; once they are in order, as they lie on the way: the client's first and the server's last. */
typedef struct {
    options_point named[TCPS_MAX_POINTS];
    unsigned n;
} points_named;

/* NULL, or what is wrong: one line, to be freed. */
char *points_add(points_named *p, const char *name, char *file);
/* "firewall=x.pcap" */
char *points_add_named(points_named *p, char *argument);
/* All are named: puts them in order. */
char *points_settle(points_named *p, bool other_files, bool join);
void points_clear(points_named *p);

#endif

/* diagram_route.h: arrows between the places of a state diagram, and room for their words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_DIAGRAM_ROUTE_H
#define TCPS_DIAGRAM_ROUTE_H

#include "report/diagram_plan.h"

/* In pixels, of a diagram whose upper left corner is 0, 0. */
enum { TCPS_BOX_WIDTH = 168, TCPS_BOX_HEIGHT = 44, TCPS_DIAGRAM_WIDTH = 1000, TCPS_DIAGRAM_HEIGHT = 740 };

typedef struct {
    double x, y;
} tcps_point;

/* A quadratic Bézier curve. */
typedef struct {
    tcps_point from, bend, to;
} tcps_curve;

typedef struct {
    int x, y, width, height;
} tcps_box;

tcps_box tcps_diagram_box(tcps_place place);

/* From the edge of the one box to that of the other, round those between. aside: so far to the left of the way: of two arrows with the
 * same way neither lies on the other. */
tcps_curve tcps_diagram_route(tcps_place from, tcps_place to, double aside);

tcps_point tcps_curve_at(const tcps_curve *curve, double t);

/* Somewhere on the curve, where neither places nor what was put there before are covered, if there is such a place. taken: of tcps_box; what
 * is found is added. */
tcps_box tcps_diagram_room(const tcps_curve *curve, int width, int height, GArray *taken);

#endif

/* diagram_plan.h: the way of an endpoint through the state diagram.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_DIAGRAM_PLAN_H
#define TCPS_DIAGRAM_PLAN_H

#include "model/model.h"

/* Rows of diagram.def. */
typedef enum {
#define PLACE(id, state, column, row) TCPS_PLACE_##id,
#define EDGE(from, to)
#include "report/diagram.def"
#undef PLACE
#undef EDGE
    TCPS_N_PLACES
} tcps_place;

typedef struct {
    uint8_t state, column, row;
} tcps_diagram_place;

const tcps_diagram_place *tcps_diagram_place_get(tcps_place place);

/* It was in a state. */
typedef struct {
    uint8_t place;         /* tcps_place */
    uint8_t certainty;     /* tcps_certainty: the most that was ever known of it */
    const tcps_rung *rung; /* with which it began; NULL: before the capture */
} tcps_diagram_stay;

/* Of tcps_diagram_stay, one after the other. What was presumed, and cannot have been, as what came next shows, is left out: then the RFC leads
 * there from an earlier state. To be freed with g_array_unref. The model must have kept the segments. */
GArray *tcps_diagram_plan(const tcps_row *row, tcps_role end);

/* What led to the stay: "FIN sent", "ACK received"; not of one that began before the capture. */
void tcps_diagram_append_cause(GString *to, const tcps_diagram_stay *stay, tcps_role end);

#endif

/* ladder_plan.h: what a picture of a ladder has in it, from top to bottom. What is long and dull is folded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LADDER_PLAN_H
#define TCPS_LADDER_PLAN_H

#include "model/model.h"

typedef enum {
    TCPS_STEP_SEGMENT,
    TCPS_STEP_FOLDED,  /* segments in a row that change nothing */
    TCPS_STEP_PAUSE,   /* a second or more without a segment */
    TCPS_STEP_FINDING, /* below the segment with which it began */
    TCPS_STEP_CUT      /* the segments that follow have no room */
} tcps_step_kind;

typedef struct {
    tcps_step_kind kind;
    const tcps_rung *rung; /* the segment; of those folded or cut the first */
    unsigned segments[2];  /* that are folded or cut, by tcps_role of their sender */
    uint64_t bytes[2];     /* their payload */
    int64_t pause_ns;
    tcps_finding finding; /* complete */
} tcps_ladder_step;

/* Of tcps_ladder_step: max_steps, and what belongs to the last of them. To be freed with g_array_unref. The model must have kept the segments. */
GArray *tcps_ladder_plan(const tcps_model *model, const tcps_row *row, unsigned max_steps);

/* Does the finding stand under that segment of the ladder? One that began in a frame that was not fed stands under the one
 * before; several layers of a frame share. */
bool tcps_ladder_is_under(const tcps_row *row, unsigned rung, const tcps_finding *finding);

/* "12 segments, 3400 bytes from the client; 9 segments from the server" */
void tcps_step_append_counts(GString *to, const tcps_ladder_step *step);

/* The text's lines, broken at spaces. To be freed with g_strfreev. */
char **tcps_step_wrap(const char *text, unsigned width);

#endif

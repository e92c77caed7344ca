/* crossings.h: the segments of a connection that several points saw: when each left, when it arrived, and what both ends were then, each by the
 * capture at its own point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CROSSINGS_H
#define TCPS_CROSSINGS_H

#include "model/model.h"
#include "report/ladder_words.h"

/* Arrays of two are by role. */
typedef struct {
    tcps_rung segment; /* its numbers, with the sender's role in the joined connection */
    tcps_passage_end end;
    int64_t left_ns, arrived_ns; /* that of them that there is, where there is one */
    uint32_t frame[2];           /* in the capture where the end is at home; 0: it is not there */
    const tcps_rung *shows[2];   /* the segment that has the end's state then, at its point; NULL: none was seen yet */
    uint8_t role[2];             /* what the end is called there */
} tcps_crossing;

/* Of tcps_crossing, as they set out. To be freed with g_array_unref. The model and the points must have kept segments. */
GArray *tcps_crossings(const tcps_model *m, const tcps_joined *j);
/* What numbers are told relative to. */
tcps_bases tcps_crossings_bases(const tcps_model *m, const tcps_joined *j);
/* The connection at the point where the end is at home; NULL: that point saw nothing of it. */
const tcps_row *tcps_home_row(const tcps_model *m, const tcps_joined *j, unsigned role);
/* The next joined connection that is asked for (negative: all are); NULL: there is no more. */
const tcps_joined *tcps_joined_next(const tcps_model *m, int64_t asked, unsigned *place);

#endif

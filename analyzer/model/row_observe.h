/* row_observe.h: what a segment, or an ICMP error, changes in the row of its connection. For the model alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ROW_OBSERVE_H
#define TCPS_ROW_OBSERVE_H

#include "model/row.h"

/* The row's first view of that end. */
void tcps_row_begin(tcps_row *row, unsigned end, const tcps_view *view);
/* States, and how it ends. */
void tcps_row_observe(tcps_row *row, const tcps_observation *observation);
/* Segments, bytes and times. */
void tcps_row_count(tcps_row *row, const tcps_segment *segment, const tcps_observation *observation);
/* A rung of the ladder. */
void tcps_row_keep(tcps_row *row, const tcps_segment *segment, const tcps_observation *observation, bool icmp);
/* What comes late, or again, tells what its sender was when it sent that. */
bool tcps_row_tells_present(const tcps_row *row, unsigned end, const tcps_observation *observation);

#endif

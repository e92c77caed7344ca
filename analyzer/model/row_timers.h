/* row_timers.h: until when sockets last of which nothing more is captured: TIME_WAIT, attempts that are given up, FINs whose ACK the
 * capture misses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ROW_TIMERS_H
#define TCPS_ROW_TIMERS_H

#include "model/row.h"

/* After the observation: row->until_ns. two_msl_ns: how long TIME_WAIT lasts. */
void tcps_row_note_timers(tcps_row *row, const tcps_observation *observation, int64_t two_msl_ns, int64_t time_ns);

#endif

/* report_counts.h: how many sockets each service and client host has in which state, for reports.
 *
 * Fed with rows whose states the model has just brought up to date. Unlike the analyzer's own tallies, it counts what a
 * display filter lets through, and knows how often sockets are opened and closed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_REPORT_COUNTS_H
#define TCPS_REPORT_COUNTS_H

#include "model/row_store.h"

typedef struct tcps_census tcps_census;

/* Counts rows of that store. piles_only: of endpoints that were never in TIME_WAIT there is nothing, and of the others those sockets
 * alone are right. */
tcps_census *tcps_census_new(tcps_row_store *rows, bool piles_only);
bool tcps_census_is_of_piles(const tcps_census *census);
/* Of several capture points, an end is counted at one: where such ends are at home. */
void tcps_census_homes(tcps_census *c, unsigned client_point, unsigned server_point);
void tcps_census_free(tcps_census *census);

/* What is known of a row that is queued may have changed. */
void tcps_census_look_again(tcps_census *census);
/* Time passes: TIME_WAIT is over for those that have been in it for so long. */
void tcps_census_advance(tcps_census *census, int64_t two_msl_ns, int64_t time_ns, uint32_t frame);
/* What is no socket is not counted. */
static inline unsigned tcps_census_countable(unsigned state)
{
    return state < TCPS_SYN_SENT ? TCPS_UNKNOWN : state;
}

/* The row is counted as what it is: there is nothing to take. */
static inline bool tcps_census_knows(const tcps_row *row)
{
    return row->counted[0] == tcps_census_countable(row->state[0]) &&
           row->counted[1] == tcps_census_countable(row->state[1]);
}

/* The row's states have been told anew. */
void tcps_census_take(tcps_census *census, tcps_row *row, int64_t time_ns, uint32_t frame);
/* A new incarnation takes the row's place. */
void tcps_census_leave(tcps_census *census, tcps_row *row, int64_t time_ns, uint32_t frame);

const tcps_tallies *tcps_census_tallies(const tcps_census *census);

#endif

/* time_in_state.h: how long the ends of a connection were in the states that are over.
 *
 * Of all states an end comes through a few: those have a place each, and the rest no memory. Who comes through more than usual
 * takes another block.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TIME_IN_STATE_H
#define TCPS_TIME_IN_STATE_H

#include <stdint.h>

enum { TCPS_SPENT_PLACES = 8 }; /* both ends of a connection that opens and closes in order */

/* All zero to begin with. */
typedef struct tcps_spent {
    int64_t ns[TCPS_SPENT_PLACES];
    uint8_t whose[TCPS_SPENT_PLACES]; /* end and state; 0: the place is free, as those behind it */
    struct tcps_spent *more;
} tcps_spent;

/* ns is not negative. */
void tcps_spent_add(tcps_spent *spent, unsigned end, unsigned state, int64_t ns);
/* In all; 0 where it never was in that state. */
int64_t tcps_spent_in(const tcps_spent *spent, unsigned end, unsigned state);
/* Frees what it has taken. */
void tcps_spent_clear(tcps_spent *spent);

#endif

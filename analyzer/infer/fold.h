/* fold.h: the state that follows from what an endpoint has experienced, and those that may follow.
 *
 * A state is the fold of transitions.def over experiences; the set of possible states is the same fold over sets, in which whatever is
 * not sure is taken both ways. "Proven" is a set with one member. Nothing here is written to an endpoint: belief.c does that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_FOLD_H
#define TCPS_FOLD_H

#include "infer/endpoint.h"

/* What the fold gives. */
typedef struct {
    uint16_t states;    /* that are possible, a bit 1 << tcps_state each */
    uint8_t state;      /* the one that is shown */
    uint8_t how_sure;   /* tcps_certainty of that */
    uint8_t decided_by; /* the experience that led to the state last; TCPS_N_EXPERIENCES: none, it is the origin */
    uint8_t open;       /* one that is not sure and makes a difference; TCPS_N_EXPERIENCES: none */
    uint8_t proven_by;  /* the certain one that left a single state possible last; TCPS_N_EXPERIENCES: none */
    uint8_t n_believed; /* how many experiences it is the fold of */
    bool order_open;    /* which FIN came first makes a difference, and is not sure */
} tcps_fold;

/* One state alone. */
static inline bool tcps_is_single(uint16_t states)
{
    return (states & (states - 1)) == 0;
}

/* Over the causes of an endpoint's state (endpoint.h). What is returned holds until the next. */
const tcps_fold *tcps_fold_of(uint64_t causes);

#endif

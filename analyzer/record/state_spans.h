/* state_spans.h: how long each endpoint was in which state: a stay, known by its number, from 1.
 *
 * What several segments share is kept once; when a stay ends becomes known only when the next one begins, and is then there for
 * all of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STATE_SPANS_H
#define TCPS_STATE_SPANS_H

#include "rfc/tcpstate.h"

typedef struct tcps_stays tcps_stays;

/* When the state that a segment left an endpoint in was over. */
typedef struct {
    bool known;       /* it is over */
    uint32_t frame;   /* in which the next state began; 0: not by a frame */
    int64_t lasts_ns; /* how long it lasted */
} tcps_until;

tcps_stays *tcps_stays_new(void);
void tcps_stays_free(tcps_stays *stays);

/* The number of the stay that the view is of: a new one where that is not the one that the endpoint was in, or its reason is another
 * one. A reason for each of two certainties takes no new one. */
uint32_t tcps_stays_of(tcps_stays *stays, uint32_t connection, tcps_role end, const tcps_view *view);
/* state, since_frame and since_ns of the view are those of the stay, and so is the reason, for the certainty that the view has. */
void tcps_stays_get(const tcps_stays *stays, uint32_t number, tcps_view *view, tcps_until *until);

/* One more than the highest number of a connection. */
uint32_t tcps_stays_n_connections(const tcps_stays *stays);

#endif

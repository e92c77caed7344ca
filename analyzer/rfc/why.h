/* why.h: the reason for a state, apart from the view that it belongs to. Its words are in tcpstate.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_WHY_H
#define TCPS_WHY_H

#include "rfc/tcpstate.h"

/* The members of tcps_view that tell why a state is shown. */
typedef struct {
    uint32_t why_frame, about_frame;
    uint16_t possible;
    uint8_t why;
} tcps_why;

static inline tcps_why tcps_why_of(const tcps_view *view)
{
    return (tcps_why){view->why_frame, view->about_frame, view->possible, view->why};
}

static inline void tcps_why_put(tcps_view *view, tcps_why reason)
{
    view->why_frame = reason.why_frame;
    view->about_frame = reason.about_frame;
    view->possible = reason.possible;
    view->why = reason.why;
}

static inline bool tcps_why_same(tcps_why a, tcps_why b)
{
    return a.why_frame == b.why_frame && a.about_frame == b.about_frame && a.possible == b.possible && a.why == b.why;
}

/* No reason has been told: nothing is said of it anywhere. */
static inline bool tcps_why_is_told(const tcps_view *view)
{
    return view->possible != 0;
}

/* The n-th state (from 0) that the view may be, in the order of RFC 9293 §3.3.2, CLOSED and UNKNOWN behind the others; -1 where there
 * are no more, or where there is but one. */
int tcps_possible_state(const tcps_view *view, unsigned n);

/* "; may be FIN_WAIT_1 or FIN_WAIT_2; its next ACK would tell", as far as there is anything to say. */
void tcps_doubt_append(GString *to, const tcps_view *view);

#endif

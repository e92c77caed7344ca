/* belief.h: what an endpoint has experienced, how surely, and the state that follows.
 *
 * The only writer of states, of what is possible and of certainty is here: everything else sets beliefs, each with the row of
 * evidence.def that gives it, and has the endpoint settled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_BELIEF_H
#define TCPS_BELIEF_H

#include "infer/endpoint.h"

/* What opens a connection; and that it sends, of one that was met in its middle. */
#define TCPS_OPENING                                                                                                   \
    (TCPS_BIT(TCPS_DID_SEND_SYN) | TCPS_BIT(TCPS_DID_RECEIVE_SYN) | TCPS_BIT(TCPS_DID_RECEIVE_SYN_ACK) |               \
     TCPS_BIT(TCPS_DID_HAVE_SYN_ACKED) | TCPS_BIT(TCPS_DID_SEND))

/* --- beliefs --- */

static inline tcps_belief tcps_believed(const tcps_endpoint *e, tcps_experience x)
{
    if (e->sure >> x & 1)
        return TCPS_YES;
    if (e->likely >> x & 1)
        return TCPS_LIKELY;
    return e->perhaps >> x & 1 ? TCPS_MAYBE : TCPS_NO;
}
static inline bool tcps_is_sure(const tcps_endpoint *e, tcps_experience x)
{
    return e->sure >> x & 1;
}
/* LIKELY or sure */
static inline bool tcps_is_likely(const tcps_endpoint *e, tcps_experience x)
{
    return (e->sure | e->likely) >> x & 1;
}

/* What is pending of it is so no more. */
void tcps_forget_pending(tcps_endpoint *e, tcps_experience x);

/* Something shows that it experienced x, with that belief. What is believed more surely stays; what was not, happened at that
 * moment. about_frame: the other frame that the evidence speaks of; 0: none. */
void tcps_believe_more(tcps_endpoint *e, tcps_experience x, tcps_belief belief, tcps_evidence why, tcps_moment at,
                       uint32_t about_frame);
static inline void tcps_believe(tcps_endpoint *e, tcps_experience x, tcps_belief belief, tcps_evidence why,
                                tcps_moment at, uint32_t about_frame)
{
    if (belief > tcps_believed(e, x))
        tcps_believe_more(e, x, belief, why, at, about_frame);
    else if (belief == TCPS_YES && e->at_home) /* which was sure and pending, until its own segment shows it */
        tcps_forget_pending(e, x);
}
/* Something shows that it has not experienced x (NO), or makes that less sure than it was (MAYBE, LIKELY). */
void tcps_believe_less(tcps_endpoint *e, tcps_experience x, tcps_belief belief, tcps_evidence why, tcps_moment at,
                       uint32_t about_frame);
static inline void tcps_doubt(tcps_endpoint *e, tcps_experience x, tcps_belief belief, tcps_evidence why,
                              tcps_moment at, uint32_t about_frame)
{
    if (belief < tcps_believed(e, x))
        tcps_believe_less(e, x, belief, why, at, about_frame);
}
/* It begins anew in that state: nothing is known to have been experienced since. sure: it was in that state for certain. */
void tcps_begin_in(tcps_endpoint *e, tcps_state origin, bool sure, tcps_evidence why, tcps_moment at);

/* What else its state follows from. It came from its origin for certain; and not from LISTEN; and from CLOSED, where LISTEN was supposed. */
void tcps_begun_surely(tcps_endpoint *e);
void tcps_did_not_listen(tcps_endpoint *e);
void tcps_begun_closed(tcps_endpoint *e);
/* It had received its peer's FIN when it sent its own; open: or perhaps not, or the other way round. */
void tcps_order_fins(tcps_endpoint *e, bool after_peers, bool open);
/* Its last segment was none that an endpoint in its state sends. */
void tcps_find_odd(tcps_endpoint *e, bool odd);

/* --- what is on its way --- */

/* The pending experience, or NULL. Valid until something is added or forgotten. */
tcps_pending *tcps_pending_of(const tcps_endpoint *e, tcps_experience x);
/* Adds it; one of the same kind stays: its first bringer keeps the bounds, for whatever came after it brought it as well. */
void tcps_pend(tcps_endpoint *e, const tcps_pending *pending);
void tcps_forget_all_pending(tcps_endpoint *e);

/* --- the state --- */

/* How a view differs from what is believed: what was not yet so when a segment was sent. Masks of experiences. */
typedef struct {
    uint16_t no;     /* had not happened then */
    uint16_t maybe;  /* may have happened then, or not: not shown */
    uint16_t likely; /* may not have happened then, but is shown */
} tcps_lens;

/* The state, the states possible, certainty and why, as the experiences have them; through a lens. Fills all of the view but what was
 * before. */
void tcps_endpoint_view(const tcps_endpoint *e, const tcps_lens *lens, tcps_view *view);
/* The same of what began in that state and has experienced those things since, for certain. */
void tcps_view_after(tcps_state origin, uint16_t experiences, tcps_view *view);
/* Of one that is open for certain: nothing is on its way to it or missing, and nothing of its opening is of interest any more. */
bool tcps_endpoint_has_nothing_left(const tcps_endpoint *e);
/* It is that, and open for certain. */
static inline bool tcps_endpoint_is_settled(const tcps_endpoint *e)
{
    return e->shown == TCPS_ESTABLISHED && e->certainty == TCPS_PROVEN && tcps_endpoint_has_nothing_left(e);
}
/* What the reason is while nothing is in doubt stays the reason for what it was before whatever comes, whether it rests or not. */
void tcps_endpoint_keep_reason(tcps_endpoint *e);
/* THE writer: computes shown, known, certainty, possible, since and why. */
void tcps_endpoint_settle_anew(tcps_endpoint *e, tcps_moment at);
/* The same, where anything has changed that they follow from. */
static inline void tcps_endpoint_settle(tcps_endpoint *e, tcps_moment at)
{
    if (!e->settled || !e->known_settled || (e->certainty == TCPS_PROVEN && !e->proven_frame))
        tcps_endpoint_settle_anew(e, at);
    if (e->more->held && tcps_endpoint_is_settled(e))
        tcps_endpoint_keep_reason(e);
}
/* The state without what is pending, as of now, settled or not. */
tcps_state tcps_endpoint_know(tcps_endpoint *e);
static inline tcps_state tcps_endpoint_known(tcps_endpoint *e)
{
    return e->known_settled ? (tcps_state)e->known : tcps_endpoint_know(e);
}
/* The state with all that is likely, as of now, settled or not. */
tcps_state tcps_endpoint_presumed(const tcps_endpoint *e);
/* The state shown through a lens. */
tcps_state tcps_endpoint_state_then(const tcps_endpoint *e, const tcps_lens *lens);
/* The state that it would be in without that experience; for findings, which ask what it was before. */
tcps_state tcps_endpoint_without(const tcps_endpoint *e, tcps_experience x);
/* Of an endpoint that is open for certain and has nothing left only that is kept of its opening. */
void tcps_endpoint_condense(tcps_endpoint *e);

#endif

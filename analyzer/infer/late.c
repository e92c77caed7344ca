/* late.c: what an endpoint was when it sent a segment that was captured late, or twice.
 *
 * Such a segment says nothing of its sender's present, but still something of its past: its ACK number and its place before
 * or after its sender's FIN tell what had happened by then, and the fold over that is the state that it was sent in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/step.h"

static bool was_before_fin(const tcps_endpoint *e, const tcps_segment *s)
{
    if (!e->fin_sent)
        return true;
    if (segment_is(s, TCPS_FIN))
        return false;
    if (e->fin_has_ts && segment_has(s, TCPS_HAS_TIMESTAMPS) && s->tsval != e->more->fin_ts)
        return seq_lt(s->tsval, e->more->fin_ts);
    return seq_le(segment_end(s), e->more->fin_seq);
}

static bool was_before_ack_of_fin(const tcps_endpoint *e, const tcps_segment *s)
{
    return e->ack_of_fin_has_ts && segment_has(s, TCPS_HAS_TIMESTAMPS) && seq_lt(s->tsecr, e->more->ack_of_fin_ts);
}

/* All that ends a connection, and comes after what an endpoint still sends. */
#define LAST_WORDS                                                                                                     \
    (TCPS_BIT(TCPS_DID_RECEIVE_RST) | TCPS_BIT(TCPS_DID_SEND_RST) | TCPS_BIT(TCPS_DID_ABORT) |                         \
     TCPS_BIT(TCPS_DID_GET_UNREACHABLE) | TCPS_BIT(TCPS_DID_WAIT_TWO_MSL))
/* What had not happened when it sent the segment. */
static uint16_t not_by_then(const tcps_step *step)
{
    const tcps_endpoint *e = step->sender, *peer = step->receiver;
    const tcps_segment *s = step->segment;
    uint16_t no = LAST_WORDS;
    const bool fin_sent = !was_before_fin(e, s);
    if (!fin_sent)
        no |= TCPS_BIT(TCPS_DID_SEND_FIN);
    const bool acked = fin_sent && e->fin_acked && !was_before_ack_of_fin(e, s);
    if (!acked || tcps_pending_of(e, TCPS_DID_HAVE_FIN_ACKED)) /* nothing newer shows that it has reached it */
        no |= TCPS_BIT(TCPS_DID_HAVE_FIN_ACKED);
    if (!(peer->fin_sent && seq_gt(s->ack, peer->more->fin_seq)))
        no |= TCPS_BIT(TCPS_DID_RECEIVE_FIN);
    return no;
}

void tcps_step_view_late(const tcps_step *step, tcps_view *view)
{
    const tcps_endpoint *e = step->sender;
    const bool again = step->event == TCPS_EVENT_DUPLICATE && e->fin_sent &&
                       e->more->behind_print == segment_fingerprint(step->segment);
    const uint16_t fin = again ? TCPS_BIT(TCPS_DID_SEND_FIN) : 0; /* as the first copy was shown */
    const tcps_lens then = {.no = (uint16_t)(not_by_then(step) & ~fin), .likely = fin};
    if (segment_is(step->segment, TCPS_RST)) /* whatever it was, its RST leaves it CLOSED */
        return;
    if (segment_is(step->segment, TCPS_SYN | TCPS_ACK))
        tcps_view_after(TCPS_LISTEN, TCPS_BIT(TCPS_DID_RECEIVE_SYN), view);
    else if (segment_is(step->segment, TCPS_SYN))
        tcps_view_after(TCPS_CLOSED, TCPS_BIT(TCPS_DID_SEND_SYN), view);
    else
        tcps_endpoint_view(e, &then, view);
    if (view->certainty == TCPS_PROVEN && view->state != e->shown)
        view->certainty = TCPS_PRESUMED;
    if (step->event == TCPS_EVENT_LATE && view->state != TCPS_UNKNOWN)
        view->certainty = TCPS_PRESUMED;
    view->why = TCPS_EVIDENCE_LATE;
    view->why_frame = step->at.frame;
    view->about_frame = 0;
}

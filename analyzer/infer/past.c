/* past.c: what an endpoint was when it sent a segment that was captured late, or twice.
 *
 * Such a segment says nothing of its sender's present, but still something of its past: its ACK number and its place before
 * or after its sender's FIN tell the state that it was sent in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/step.h"

static bool was_before_fin(const tcps_endpoint *t, const tcps_segment *s)
{
    if (!t->fin_sent)
        return true;
    if (segment_is(s, TCPS_FIN))
        return false;
    if (t->fin_has_ts && segment_has(s, TCPS_HAS_TIMESTAMPS) && s->tsval != t->fin_ts)
        return seq_lt(s->tsval, t->fin_ts);
    return seq_le(segment_end(s), t->fin_seq);
}

static bool was_before_ack_of_fin(const tcps_endpoint *t, const tcps_segment *s)
{
    return t->ack_of_fin_has_ts && segment_has(s, TCPS_HAS_TIMESTAMPS) && seq_lt(s->tsecr, t->ack_of_fin_ts);
}

static tcps_state with(tcps_state state, bool really, tcps_input input)
{
    return really ? tcps_transition_apply(state, input) : state;
}

tcps_state tcps_step_past(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_RST))
        return TCPS_CLOSED;
    if (segment_is(s, TCPS_SYN))
        return segment_is(s, TCPS_ACK) ? TCPS_SYN_RCVD : TCPS_SYN_SENT;
    if (t->shown == TCPS_UNKNOWN || t->shown == TCPS_SYN_RCVD || t->shown == TCPS_SYN_SENT)
        return (tcps_state)t->shown;
    bool fin_received = l->fin_sent && seq_gt(s->ack, l->fin_seq);
    bool fin_sent = !was_before_fin(t, s);
    bool fin_acked = fin_sent && t->fin_acked && !was_before_ack_of_fin(t, s);
    bool received_first = fin_received && t->fin_sent && t->fin_after_peers;
    tcps_state state = with(TCPS_ESTABLISHED, received_first, TCPS_RCV_FIN);
    state = with(state, fin_sent, TCPS_SND_FIN);
    state = with(state, fin_acked, TCPS_RCV_ACK_OF_FIN);
    return with(state, fin_received && !received_first, TCPS_RCV_FIN);
}

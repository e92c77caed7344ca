/* unseen.c: what was sent and never captured, above all FINs.
 *
 * An ACK beyond what was captured shows that its receiver has sent more; a jump in an endpoint's own numbers shows it too.
 * Where that is one number, it may be a FIN or one byte. What follows from that is likely at most, and is taken back where something
 * later shows that it was data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

void tcps_step_miss_segments(tcps_step *step, unsigned end)
{
    tcps_connection *c = step->connection;
    if (!c->unseen)
        step->when |= TCPS_WHEN_LOSS;
    c->unseen = (uint8_t)(end + 1);
}

/* Had it received its peer's FIN when it sent its own, which was not captured? Its first ACK that covers the peer's tells: bare, behind its
 * own FIN and sent at once, it answers the peer's FIN, and its own was sent before. */
static void order_supposed(const tcps_step *step, tcps_endpoint *e)
{
    const tcps_endpoint *r = step->receiver;
    const tcps_segment *s = step->segment;
    const bool captured = e == step->sender && r->fin_sent && !r->fin_unseen;
    const bool before = captured && seq_le(s->ack, r->more->fin_seq);
    const bool answers = captured && segment_end(s) == s->seq && r->more->fins == 1 &&
                         seq_le(step->acked_before, r->more->fin_seq) &&
                         span_between(r->more->fin_ns, step->at.time_ns) <= tcps_endpoint_patience(e);
    tcps_order_fins(e, tcps_is_likely(e, TCPS_DID_RECEIVE_FIN) && !before && !answers, !before);
}

/* e sent a FIN at that number, it seems. */
static void suppose_fin(const tcps_step *step, tcps_endpoint *e, uint32_t fin_seq)
{
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    order_supposed(step, e);
    tcps_believe(e, TCPS_DID_SEND_FIN, TCPS_LIKELY, TCPS_EVIDENCE_UNSEEN_FIN, step->at, 0);
    e->fin_sent = e->fin_unseen = true;
    e->may_be_fin = false;
    m->fin_seq = fin_seq;
    m->fin_frame = m->fins = 0;
    m->fin_ns = m->fin_last_ns = step->at.time_ns;
}

static void suppose_fin_acked(const tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_pending p = {.experience = TCPS_DID_HAVE_FIN_ACKED,
                            .unseen = true,
                            .seq_before = step->segment->ack,
                            .frame = step->at.frame,
                            .time_ns = step->at.time_ns};
    if (tcps_is_likely(e, TCPS_DID_HAVE_FIN_ACKED))
        return;
    tcps_believe(e, TCPS_DID_HAVE_FIN_ACKED, TCPS_LIKELY, TCPS_EVIDENCE_UNSEEN_ACK, step->at, 0);
    tcps_pend(e, &p);
}

/* What is missing at the end of its stream may hold a FIN. */
static void mark_tail(const tcps_step *step, tcps_endpoint *e, tcps_endpoint *peer)
{
    e->unseen_tail = true;
    if (e->fin_sent)
        return;
    tcps_order_fins(e, e->fin_after_peers, true);
    tcps_believe(e, TCPS_DID_SEND_FIN, TCPS_MAYBE, TCPS_EVIDENCE_UNSEEN_TAIL, step->at, 0);
    tcps_believe(peer, TCPS_DID_RECEIVE_FIN, TCPS_MAYBE, TCPS_EVIDENCE_UNSEEN_TAIL, step->at, 0);
}

void tcps_step_receiver_unseen(tcps_step *step, uint32_t beyond)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    /* of an endpoint met by a keepalive probe the number before SND.NXT was captured first: nothing is missing */
    if (beyond == 1 && r->first_frame && !r->syn_sent && !r->data_seen)
        return;
    step->connection->loss = true;
    tcps_step_miss_segments(step, 1 - step->from);
    mark_tail(step, r, e);
    r->may_be_fin = false;
    const tcps_state known = tcps_endpoint_known(r);
    if (known == TCPS_SYN_RCVD) /* it sends beyond its SYN */
        tcps_believe(r, TCPS_DID_HAVE_SYN_ACKED, TCPS_LIKELY, TCPS_EVIDENCE_ANSWERED_UNSEEN, step->at, 0);
    if (e->fin_sent && !e->fin_acked)
        suppose_fin_acked(step);
    if (r->fin_unseen) {
        tcps_step_doubt_fin(step, TCPS_NO);
        return;
    }
    if (known == TCPS_UNKNOWN) /* it sends: it is synchronized */
        tcps_believe(r, TCPS_DID_SEND, TCPS_LIKELY, TCPS_EVIDENCE_ANSWERED_UNSEEN, step->at, 0);
    if (beyond != 1 || r->fin_sent || tcps_endpoint_known(e) == TCPS_SYN_SENT)
        return;
    if (e->fin_sent || r->first_frame) {
        suppose_fin(step, r, step->segment->ack - 1);
    } else { /* one byte in a capture of one direction: what the sender does next will tell more */
        r->may_be_fin = true;
        tcps_endpoint_need(r)->fin_seq = step->segment->ack - 1;
    }
}

/* The sender's own numbers jump: has it sent a FIN that was not captured, or not yet? */
static void look_for_own_fin(tcps_step *step)
{
    tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    if (segment_is(s, TCPS_FIN))
        return;
    if (!seq_gt(s->seq, e->snd_nxt)) {
        const tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
        /* sent again, where segments get lost or overtake each other: there may be a FIN behind it already */
        const bool unsafe = !e->at_home && ((host && host->disorder) || tcps_step_fills_gap(step));
        if (s->len > 0 && seq_lt(s->seq, e->snd_nxt) && unsafe)
            step->as_sent.maybe |= TCPS_BIT(TCPS_DID_SEND_FIN);
        return;
    }
    step->connection->loss = true;
    if (s->len == 0)
        mark_tail(step, e, step->receiver);
    if (s->seq - e->snd_nxt == 1 && s->len == 0)
        suppose_fin(step, e, e->snd_nxt);
}

/* Data from the sender makes it unlikely that the one unseen number was the receiver's FIN; its own FIN makes it likely. */
static void weigh_receivers_fin(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    if (s->len > 0 && (r->may_be_fin || (r->fin_unseen && !e->fin_sent))) {
        r->may_be_fin = false;
        tcps_step_doubt_fin(step, TCPS_MAYBE);
        mark_tail(step, r, e);
    } else if (r->may_be_fin && segment_is(s, TCPS_FIN) && !e->fin_sent) {
        suppose_fin(step, r, r->more->fin_seq);
        tcps_believe(e, TCPS_DID_RECEIVE_FIN, TCPS_LIKELY, TCPS_EVIDENCE_UNSEEN_FIN, step->at, 0);
    }
}

void tcps_step_sender_unseen(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    weigh_receivers_fin(step);
    if (!e->seq_known || tcps_endpoint_known(e) == TCPS_UNKNOWN)
        return;
    if (!e->fin_sent) {
        look_for_own_fin(step);
        return;
    }
    if (e->fin_unseen && seq_gt(segment_end(s), e->more->fin_seq + 1))
        tcps_step_doubt_fin(step, TCPS_NO);
    if (s->len > 0 && seq_le(segment_data_end(s), e->more->fin_seq) && !segment_is(s, TCPS_FIN) &&
        !segment_has(s, TCPS_HAS_TIMESTAMPS)) { /* sent again after its FIN, or overtaken by it */
        step->as_sent.likely |= TCPS_BIT(TCPS_DID_SEND_FIN);
        tcps_endpoint_need(e)->behind_print = segment_fingerprint(s);
    }
    const bool again = segment_is(s, TCPS_FIN) && segment_data_end(s) == e->more->fin_seq;
    if (!r->first_frame && !e->fin_acked && !again)
        suppose_fin_acked(step); /* nothing of the receiver is captured, and the FIN is not repeated */
}

static void take_fin_back(const tcps_step *step, tcps_endpoint *e, tcps_endpoint *peer, tcps_belief belief)
{
    e->fin_sent = e->fin_unseen = e->fin_acked = false;
    tcps_doubt(e, TCPS_DID_SEND_FIN, belief, TCPS_EVIDENCE_NO_FIN_AFTER_ALL, step->at, step->at.frame);
    tcps_doubt(e, TCPS_DID_HAVE_FIN_ACKED, TCPS_NO, TCPS_EVIDENCE_NO_FIN_AFTER_ALL, step->at, step->at.frame);
    tcps_doubt(peer, TCPS_DID_RECEIVE_FIN, belief, TCPS_EVIDENCE_NO_FIN_AFTER_ALL, step->at, step->at.frame);
}

void tcps_step_doubt_fin(tcps_step *step, tcps_belief belief)
{
    tcps_endpoint *ends[] = {step->sender, step->receiver};
    for (unsigned i = 0; i < 2; i++)
        if (ends[i]->fin_unseen)
            take_fin_back(step, ends[i], ends[1 - i], belief);
}

void tcps_step_see_unseen(tcps_step *step)
{
    tcps_endpoint *e = step->sender, *r = step->receiver;
    const tcps_segment *s = step->segment;
    const uint32_t at = e->more->fin_seq;
    if (!(e->fin_unseen || e->may_be_fin) || s->len == 0 || seq_gt(s->seq, at) || seq_le(segment_data_end(s), at))
        return;
    take_fin_back(step, e, r, TCPS_NO);
    e->may_be_fin = false;
    if (seq_ge(segment_data_end(s), e->snd_nxt) && seq_le(s->seq, e->seen_nxt)) {
        e->seen_nxt = e->snd_nxt; /* nothing is missing any more */
        e->unseen_tail = false;
    }
}

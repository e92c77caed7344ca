/* endpoint.c: state, news and arrivals of one end of a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/endpoint.h"

#include "base/seq.h"
#include "base/span.h"
#include "infer/segment.h"

void tcps_endpoint_write(tcps_endpoint *e, tcps_state state, tcps_certainty certainty, tcps_moment at)
{
    if (e->shown != state) {
        e->shown = (uint8_t)state;
        e->since_frame = at.frame;
        e->since_ns = at.time_ns;
        e->proven_frame = 0;
    }
    if (certainty == TCPS_PROVEN && !e->proven_frame) {
        e->proven_frame = at.frame;
        e->proven_ns = at.time_ns;
    }
    e->certainty = (uint8_t)certainty;
}

tcps_state tcps_endpoint_presumed(const tcps_endpoint *e)
{
    tcps_state state = (tcps_state)e->proven;
    for (unsigned i = 0; i < e->n_news; i++) {
        if (!e->news[i].deferred)
            state = tcps_transition_apply(state, (tcps_input)e->news[i].input);
    }
    return state;
}

void tcps_endpoint_show(tcps_endpoint *e, bool sure, tcps_moment at)
{
    tcps_state state = tcps_endpoint_presumed(e);
    if (e->proven != TCPS_CLOSED)
        e->elapsed = false;
    tcps_certainty certainty = TCPS_PRESUMED;
    if (state == TCPS_UNKNOWN)
        certainty = TCPS_NO_EVIDENCE;
    else if (state == e->proven && e->elapsed)
        certainty = TCPS_ELAPSED;
    else if (state == e->proven && sure && !e->assumed)
        certainty = TCPS_PROVEN;
    tcps_endpoint_write(e, state, certainty, at);
}

tcps_news *tcps_endpoint_news(tcps_endpoint *e, tcps_input input)
{
    for (unsigned i = 0; i < e->n_news; i++) {
        if (e->news[i].input == input)
            return &e->news[i];
    }
    return NULL;
}

void tcps_endpoint_forget(tcps_endpoint *e, const tcps_news *news)
{
    unsigned i = (unsigned)(news - e->news);
    for (e->n_news--; i < e->n_news; i++)
        e->news[i] = e->news[i + 1];
}

/* Inputs stand in the order in which they take effect, whatever the order of their arrival: an ACK of our SYN before a FIN. */
void tcps_endpoint_hear(tcps_endpoint *e, const tcps_news *news)
{
    tcps_news *same = tcps_endpoint_news(e, (tcps_input)news->input);
    if (same) {
        same->deferred = false; /* its first bringer keeps the bounds: whatever came after it brought it as well */
        return;
    }
    if (e->n_news == TCPS_MAX_NEWS)
        return;
    unsigned i = e->n_news++;
    for (; i > 0 && e->news[i - 1].input > news->input; i--)
        e->news[i] = e->news[i - 1];
    e->news[i] = *news;
    if (tcps_endpoint_presumed(e) == e->proven && e->n_news == 1)
        e->n_news = 0; /* it changes nothing */
}

void tcps_endpoint_receive(tcps_endpoint *e, tcps_input input)
{
    e->proven = (uint8_t)tcps_transition_apply((tcps_state)e->proven, input);
    tcps_news *news = tcps_endpoint_news(e, input);
    if (news)
        tcps_endpoint_forget(e, news);
}

static void close_gaps(tcps_endpoint *e)
{
    for (unsigned i = 0; i < e->n_stretches;) {
        if (seq_gt(e->stretches[i].left, e->rcv_nxt)) {
            i++;
            continue;
        }
        e->rcv_nxt = seq_max(e->rcv_nxt, e->stretches[i].right);
        e->stretches[i] = e->stretches[--e->n_stretches];
        i = 0;
    }
}

static void add_stretch(tcps_endpoint *e, uint32_t left, uint32_t right, bool sacked)
{
    for (unsigned i = 0; i < e->n_stretches; i++) {
        tcps_stretch *s = &e->stretches[i];
        if (seq_le(left, s->right) && seq_ge(right, s->left)) {
            if (seq_lt(left, s->left))
                s->left = left;
            s->right = seq_max(s->right, right);
            s->sacked &= sacked;
            return;
        }
    }
    if (e->n_stretches < TCPS_MAX_STRETCHES)
        e->stretches[e->n_stretches++] = (tcps_stretch){left, right, sacked};
}

void tcps_endpoint_arrive(tcps_endpoint *e, uint32_t left, uint32_t right)
{
    if (!e->rcv_known) {
        e->rcv_nxt = right;
        e->rcv_known = true;
        return;
    }
    if (seq_le(right, e->rcv_nxt))
        return;
    if (seq_le(left, e->rcv_nxt))
        e->rcv_nxt = right;
    else
        add_stretch(e, left, right, false);
    close_gaps(e);
}

void tcps_endpoint_acknowledge(tcps_endpoint *e, uint32_t ack)
{
    e->rcv_acked = e->acked_known ? seq_max(e->rcv_acked, ack) : ack;
    e->acked_known = true;
    if (!e->rcv_known || seq_lt(e->rcv_nxt, ack))
        e->rcv_nxt = ack;
    e->rcv_known = true;
    close_gaps(e);
}

void tcps_endpoint_misses(tcps_endpoint *e, const tcps_segment *s)
{
    uint32_t top = e->rcv_nxt, edge = e->rcv_acked;
    e->rcv_nxt = e->rcv_acked;
    for (unsigned i = 0; i < e->n_stretches;) {
        if (e->stretches[i].sacked)
            i++;
        else
            e->stretches[i] = e->stretches[--e->n_stretches];
    }
    for (unsigned i = 0; i < segment_n_sack(s); i++) {
        if (seq_le(s->sack[i][0], e->rcv_acked) || seq_le(s->sack[i][1], s->sack[i][0]))
            continue; /* a DSACK speaks of what arrived twice (RFC 2883) */
        add_stretch(e, s->sack[i][0], s->sack[i][1], true);
        edge = seq_max(edge, s->sack[i][1]);
    }
    if (edge != e->rcv_acked && seq_gt(top, edge))
        add_stretch(e, edge, top, false);
    close_gaps(e);
}

/* Anything longer is no round trip, but a clock that was set. */
#define LONGEST_RTT_NS INT64_C(600000000000)

void tcps_endpoint_measure(tcps_endpoint *e, uint32_t ack, int64_t now_ns)
{
    if (!e->timing || seq_lt(ack, e->timed_ack))
        return;
    const int64_t rtt = span_between(e->timed_ns, now_ns);
    if (rtt > 0 && rtt < LONGEST_RTT_NS && (e->rtt_ns == 0 || rtt < e->rtt_ns))
        e->rtt_ns = rtt;
    e->timing = false;
}

/* Where no round trip was measured yet. */
#define USUAL_RTT_NS 100000000
/* What a host may take on top of the round trip before its segment shows what it received. */
#define SLACK_NS 1000000

int64_t tcps_endpoint_patience(const tcps_endpoint *e)
{
    return 2 * (e->rtt_ns ? e->rtt_ns : USUAL_RTT_NS) + SLACK_NS;
}

int64_t tcps_endpoint_expiry(const tcps_endpoint *e, const tcps_config *config)
{
    return span_after(e->timer_ns > e->since_ns ? e->timer_ns : e->since_ns, config->two_msl_ns);
}

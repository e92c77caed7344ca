/* endpoint.c: what arrived at one end of a connection, what it acknowledged, and how long that takes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/endpoint.h"

#include <string.h>

#include "base/seq.h"
#include "base/span.h"

const tcps_endpoint_more tcps_endpoint_nothing;

/* --- what it holds --- */

void tcps_endpoint_memory_init(tcps_endpoint_memory *m)
{
    *m = (tcps_endpoint_memory){
        .nothing = {.home = m},
        .more = {.size = sizeof(tcps_endpoint_more)},
        .reasons = {.size = (TCPS_N_EXPERIENCES - TCPS_USUAL_REASONS) * sizeof(tcps_reason)},
        .pending = {.size = (TCPS_MAX_PENDING - TCPS_USUAL_PENDING) * sizeof(tcps_pending)},
        .stretches = {.size = TCPS_MAX_STRETCHES * sizeof(tcps_stretch) + 8 -
                              TCPS_MAX_STRETCHES * sizeof(tcps_stretch) % 8},
    };
}

void tcps_endpoint_memory_clear(tcps_endpoint_memory *m)
{
    tcps_slab_clear(&m->more);
    tcps_slab_clear(&m->reasons);
    tcps_slab_clear(&m->pending);
    tcps_slab_clear(&m->stretches);
}

void tcps_endpoint_forsake(tcps_endpoint *e)
{
    e->more = e->more && e->more->home ? &e->more->home->nothing : (tcps_endpoint_more *)&tcps_endpoint_nothing;
}

void tcps_endpoint_init_in(tcps_endpoint *e, tcps_endpoint_memory *memory)
{
    memset(e, 0, sizeof *e);
    e->more = memory ? &memory->nothing : (tcps_endpoint_more *)&tcps_endpoint_nothing;
}

void tcps_endpoint_init(tcps_endpoint *e)
{
    tcps_endpoint_init_in(e, NULL);
}

static void give_back(tcps_slab *slab, void *block)
{
    if (block && slab)
        tcps_slab_give_back(slab, block);
    else
        g_free(block);
}

void tcps_endpoint_give_back(tcps_endpoint *e)
{
    tcps_endpoint_more *m = e->more;
    if (!m->held)
        return;
    tcps_endpoint_memory *home = m->home;
    tcps_endpoint_forsake(e);
    give_back(home ? &home->reasons : NULL, m->other_reasons);
    give_back(home ? &home->pending : NULL, m->other_pending);
    give_back(home ? &home->stretches : NULL, m->stretches);
    give_back(home ? &home->more : NULL, m);
}

void tcps_endpoint_clear(tcps_endpoint *e)
{
    tcps_endpoint_give_back(e);
    tcps_endpoint_init_in(e, e->more->home);
}

static void *take(tcps_slab *slab, size_t size)
{
    return slab ? tcps_slab_take(slab) : g_malloc0(size);
}

tcps_endpoint_more *tcps_endpoint_take_more(tcps_endpoint *e)
{
    tcps_endpoint_memory *home = e->more->home;
    tcps_endpoint_more *m = e->more = take(home ? &home->more : NULL, sizeof *e->more);
    m->home = home;
    m->held = true;
    m->origin_ns = e->since_ns;
    m->origin_frame = e->since_frame;
    m->origin_why = e->why;
    m->origin_why_frame = e->why_frame;
    m->origin_about_frame = e->about_frame;
    return m;
}

tcps_reason *tcps_reason_for(tcps_endpoint *e, unsigned experience)
{
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    if (!m->places[experience])
        m->places[experience] = ++m->n_reasons;
    if (m->places[experience] > TCPS_USUAL_REASONS && !m->other_reasons)
        m->other_reasons =
            take(m->home ? &m->home->reasons : NULL, (TCPS_N_EXPERIENCES - TCPS_USUAL_REASONS) * sizeof(tcps_reason));
    return (tcps_reason *)tcps_reason_of(e, experience);
}

void tcps_endpoint_need_pending(tcps_endpoint_more *m)
{
    if (!m->other_pending)
        m->other_pending =
            take(m->home ? &m->home->pending : NULL, (TCPS_MAX_PENDING - TCPS_USUAL_PENDING) * sizeof(tcps_pending));
}

/* --- what arrives --- */

static void close_gaps(tcps_endpoint *e)
{
    tcps_endpoint_more *m = e->more;
    for (unsigned i = 0; i < m->n_stretches;) {
        if (seq_gt(m->stretches[i].left, e->rcv_nxt)) {
            i++;
            continue;
        }
        e->rcv_nxt = seq_max(e->rcv_nxt, m->stretches[i].right);
        m->stretches[i] = m->stretches[--m->n_stretches];
        i = 0;
    }
}

static void add_stretch(tcps_endpoint *e, uint32_t left, uint32_t right, bool sacked)
{
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    for (unsigned i = 0; i < m->n_stretches; i++) {
        tcps_stretch *s = &m->stretches[i];
        if (seq_le(left, s->right) && seq_ge(right, s->left)) {
            if (seq_lt(left, s->left))
                s->left = left;
            s->right = seq_max(s->right, right);
            s->sacked &= sacked;
            return;
        }
    }
    if (!m->stretches)
        m->stretches = take(m->home ? &m->home->stretches : NULL, TCPS_MAX_STRETCHES * sizeof(tcps_stretch));
    if (m->n_stretches < TCPS_MAX_STRETCHES)
        m->stretches[m->n_stretches++] = (tcps_stretch){left, right, sacked};
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

void tcps_endpoint_misses(tcps_endpoint *e, const uint32_t sack[][2], unsigned n_sack)
{
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    uint32_t top = e->rcv_nxt, edge = e->rcv_acked;
    e->rcv_nxt = e->rcv_acked;
    for (unsigned i = 0; i < m->n_stretches;) {
        if (m->stretches[i].sacked)
            i++;
        else
            m->stretches[i] = m->stretches[--m->n_stretches];
    }
    for (unsigned i = 0; i < n_sack; i++) {
        if (seq_le(sack[i][0], e->rcv_acked) || seq_le(sack[i][1], sack[i][0]))
            continue; /* a DSACK speaks of what arrived twice (RFC 2883) */
        add_stretch(e, sack[i][0], sack[i][1], true);
        edge = seq_max(edge, sack[i][1]);
    }
    if (edge != e->rcv_acked && seq_gt(top, edge))
        add_stretch(e, edge, top, false);
    close_gaps(e);
}

/* --- how long it takes --- */

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
    const int64_t timer_ns = e->more->timer_ns;
    return span_after(timer_ns > e->since_ns ? timer_ns : e->since_ns, config->two_msl_ns);
}

bool tcps_waits_for_syn_acked(const tcps_endpoint *e)
{
    return (e->shown == TCPS_SYN_SENT || e->shown == TCPS_SYN_RCVD) && e->more->syns;
}

bool tcps_waits_for_fin_acked(const tcps_endpoint *e)
{
    return (e->shown == TCPS_FIN_WAIT_1 || e->shown == TCPS_CLOSING || e->shown == TCPS_LAST_ACK) && e->fin_sent &&
           !e->fin_unseen && e->more->fins && e->more->fins <= TCPS_MANY_FINS;
}

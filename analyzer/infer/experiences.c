/* experiences.c: what an endpoint is believed to have experienced, and what is on its way to it (belief.h).
 *
 * Nothing here says what state follows: belief.c does, when the endpoint is settled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/belief.h"

/* --- beliefs --- */

/* Something that its state follows from has changed. */
static void unsettle(tcps_endpoint *e)
{
    e->settled = e->known_settled = false;
}

static void set_belief(tcps_endpoint *e, tcps_experience x, tcps_belief belief)
{
    const uint16_t bit = TCPS_BIT(x), others = (uint16_t)~bit;
    e->sure &= others;
    e->likely &= others;
    e->perhaps &= others;
    unsettle(e);
    if (belief == TCPS_YES)
        e->sure |= bit;
    else if (belief == TCPS_LIKELY)
        e->likely |= bit;
    else if (belief == TCPS_MAYBE)
        e->perhaps |= bit;
}

static void set_reason(tcps_reason *r, tcps_evidence why, tcps_moment at, uint32_t about_frame)
{
    r->why = (uint8_t)why;
    r->why_frame = at.frame;
    r->about_frame = about_frame;
}

void tcps_believe_more(tcps_endpoint *e, tcps_experience x, tcps_belief belief, tcps_evidence why, tcps_moment at,
                       uint32_t about_frame)
{
    tcps_reason *r = tcps_reason_for(e, x);
    if (!tcps_is_likely(e, x)) {
        r->at_ns = at.time_ns;
        r->at_frame = at.frame;
    }
    set_belief(e, x, belief);
    set_reason(r, why, at, about_frame);
    if (belief == TCPS_YES)
        tcps_forget_pending(e, x);
}

void tcps_believe_less(tcps_endpoint *e, tcps_experience x, tcps_belief belief, tcps_evidence why, tcps_moment at,
                       uint32_t about_frame)
{
    set_belief(e, x, belief);
    set_reason(tcps_reason_for(e, x), why, at, about_frame);
    if (belief == TCPS_NO)
        tcps_forget_pending(e, x);
}

void tcps_begin_in(tcps_endpoint *e, tcps_state origin, bool sure, tcps_evidence why, tcps_moment at)
{
    e->sure = e->likely = e->perhaps = 0;
    e->origin = (uint8_t)origin;
    e->origin_open = !sure;
    e->passive = origin == TCPS_LISTEN;
    unsettle(e);
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    m->origin_ns = at.time_ns;
    m->origin_frame = at.frame;
    m->origin_why = (uint8_t)why;
    m->origin_why_frame = why == TCPS_EVIDENCE_NONE ? 0 : at.frame;
    m->origin_about_frame = 0;
    tcps_forget_all_pending(e);
}

void tcps_begun_surely(tcps_endpoint *e)
{
    if (e->origin_open)
        unsettle(e);
    e->origin_open = false;
}

void tcps_did_not_listen(tcps_endpoint *e)
{
    if (e->passive)
        unsettle(e);
    e->passive = false;
}

void tcps_begun_closed(tcps_endpoint *e)
{
    if (e->origin != TCPS_LISTEN)
        return;
    e->origin = TCPS_CLOSED;
    unsettle(e);
}

void tcps_order_fins(tcps_endpoint *e, bool after_peers, bool open)
{
    if (e->fin_after_peers != after_peers || e->close_order_open != open)
        unsettle(e);
    e->fin_after_peers = after_peers;
    e->close_order_open = open;
}

void tcps_find_odd(tcps_endpoint *e, bool odd)
{
    e->odd = odd;
    unsettle(e);
}

/* --- what is on its way: what is shown takes it to have arrived, and does not change with it --- */

tcps_pending *tcps_pending_of(const tcps_endpoint *e, tcps_experience x)
{
    for (unsigned i = 0; i < e->more->n_pending; i++)
        if (tcps_pending_at(e, i)->experience == x)
            return tcps_pending_at(e, i);
    return NULL;
}

void tcps_pend(tcps_endpoint *e, const tcps_pending *pending)
{
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    if (tcps_pending_of(e, (tcps_experience)pending->experience) || m->n_pending == TCPS_MAX_PENDING)
        return;
    if (m->n_pending == TCPS_USUAL_PENDING)
        tcps_endpoint_need_pending(m);
    m->n_pending++;
    e->known_settled = false;
    *tcps_pending_at(e, m->n_pending - 1u) = *pending;
}

void tcps_forget_pending(tcps_endpoint *e, tcps_experience x)
{
    tcps_pending *p = tcps_pending_of(e, x);
    if (!p)
        return;
    *p = *tcps_pending_at(e, --e->more->n_pending);
    e->known_settled = false;
}

void tcps_forget_all_pending(tcps_endpoint *e)
{
    if (!e->more->n_pending)
        return;
    e->more->n_pending = 0;
    e->known_settled = false;
}

/* --- nothing in doubt --- */

/* What ends a connection was sent to it and had no effect: that counts when it is sent again. */
static bool has_withstood(const tcps_endpoint *e)
{
    const uint8_t *refuted = e->more->refuted;
    return refuted[TCPS_DID_HAVE_FIN_ACKED] | refuted[TCPS_DID_RECEIVE_FIN] | refuted[TCPS_DID_RECEIVE_RST];
}

bool tcps_endpoint_has_nothing_left(const tcps_endpoint *e)
{
    return e->proven_frame && !e->more->n_pending && !e->more->n_stretches && !e->more->syn_data &&
           !e->more->vain_syns && !e->more->rsts && !e->more->other_frame && !has_withstood(e) &&
           !((e->sure | e->likely | e->perhaps) & ~TCPS_OPENING) &&
           !(e->fin_sent | e->unseen_tail | e->may_be_fin | e->rst_sent | e->rst_denied | e->odd | e->other_iss_known);
}

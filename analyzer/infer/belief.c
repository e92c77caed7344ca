/* belief.c: see belief.h. fold.h has what the state follows by.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/belief.h"

#include "infer/fold.h"

static uint16_t pending_mask(const tcps_endpoint *e)
{
    uint16_t mask = 0;
    for (unsigned i = 0; i < e->more->n_pending; i++)
        mask |= TCPS_BIT(tcps_pending_at(e, i)->experience);
    return mask;
}

#define ONE(state) ((uint16_t)(1u << (state)))

/* Through a lens. */
static uint64_t causes_then(const tcps_endpoint *e, const tcps_lens *lens)
{
    const uint16_t any = (uint16_t)((e->sure | e->likely | e->perhaps | lens->maybe) & ~lens->no);
    const uint16_t certain = (uint16_t)(e->sure & ~(lens->no | lens->maybe | lens->likely));
    const uint16_t shown = (uint16_t)((e->sure | e->likely) & ~(lens->no | lens->maybe));
    tcps_endpoint then = {.causes = e->causes};
    then.sure = certain;
    then.likely = (uint16_t)(shown & ~certain);
    then.perhaps = (uint16_t)(any & ~shown);
    return then.causes;
}

/* Of what a lens alone makes possible. */
static uint8_t why_perhaps(unsigned x)
{
    switch (x) {
    case TCPS_DID_SEND_FIN:
        return TCPS_EVIDENCE_REPEATS_DATA;
    case TCPS_DID_SEND_RST:
        return TCPS_EVIDENCE_RST_OUT_OF_PLACE;
    default:
        return TCPS_EVIDENCE_MAY_BE_OVERTAKEN;
    }
}

static void say_why(tcps_view *view, unsigned why, uint32_t why_frame, uint32_t about_frame)
{
    view->why = (uint8_t)why;
    view->why_frame = why_frame;
    view->about_frame = about_frame;
}

/* The experience that is the reason: where the endpoint is proven to be where it is shown, what proves it; else what leaves that open. */
static unsigned telling(const tcps_endpoint *e, const tcps_fold *f)
{
    const bool sure = f->decided_by == TCPS_N_EXPERIENCES || e->sure >> f->decided_by & 1;
    if (tcps_is_single(f->states))
        return sure || f->proven_by == TCPS_N_EXPERIENCES ? f->decided_by : f->proven_by;
    return sure && f->open < TCPS_N_EXPERIENCES ? f->open : f->decided_by;
}

/* Would another state be shown if it had experienced x; or, where one alone is possible, would others be if it might have? */
static bool would_differ(const tcps_endpoint *e, tcps_state state, uint16_t possible, unsigned x)
{
    tcps_endpoint with = {.causes = e->causes};
    with.likely |= TCPS_BIT(x);
    with.close_order_open = false;
    const tcps_fold *f = tcps_fold_of(with.causes);
    return f->state != state || (tcps_is_single(possible) && f->states != possible);
}

/* What was shown not to have happened after all, later than that frame. */
static const tcps_reason *denial(const tcps_endpoint *e, tcps_state state, uint16_t possible, uint32_t after)
{
    const uint16_t any = e->sure | e->likely | e->perhaps;
    const tcps_reason *newest = NULL;
    for (unsigned x = 0; x < TCPS_N_EXPERIENCES; x++) {
        const tcps_reason *r = tcps_reason_of(e, x);
        if (any >> x & 1 || r->why_frame <= after || !would_differ(e, state, possible, x))
            continue;
        newest = r;
        after = r->why_frame;
    }
    return newest;
}

/* That is newer than what has led to the state, and than the reason otherwise; than what time alone has led to, none is. */
static const tcps_reason *newer_denial(const tcps_endpoint *e, const tcps_fold *f, const tcps_reason *otherwise)
{
    const tcps_reason *decided = f->decided_by < TCPS_N_EXPERIENCES ? tcps_reason_of(e, f->decided_by) : NULL;
    if ((decided && !decided->why_frame) || (otherwise && !otherwise->why_frame))
        return NULL;
    const uint32_t frame = MAX(otherwise ? otherwise->why_frame : 0, e->more->origin_why_frame);
    return denial(e, f->state, f->states, decided ? MAX(decided->why_frame, frame) : frame);
}

/* denied: something was shown not to have happened. */
static void explain(const tcps_endpoint *e, const tcps_fold *f, bool denied, tcps_view *view)
{
    const tcps_endpoint_more *m = e->more;
    const unsigned x = telling(e, f);
    const tcps_reason *r = x < TCPS_N_EXPERIENCES ? tcps_reason_of(e, x) : NULL, *no;
    if (f->order_open && x == f->decided_by && (!r || e->sure >> x & 1))
        say_why(view, TCPS_EVIDENCE_CLOSE_ORDER, tcps_reason_of(e, TCPS_DID_SEND_FIN)->why_frame, 0);
    else if (r && !((e->sure | e->likely | e->perhaps) >> x & 1))
        say_why(view, why_perhaps(x), 0, 0);
    else if (denied && (no = newer_denial(e, f, r)) != NULL)
        say_why(view, no->why, no->why_frame, no->about_frame);
    else if (r && (!r->why_frame || r->why_frame >= m->origin_why_frame))
        say_why(view, r->why, r->why_frame, r->about_frame);
    else if (m->held)
        say_why(view, m->origin_why, m->origin_why_frame, m->origin_about_frame);
    else
        say_why(view, e->why, e->why_frame, e->about_frame);
}

static inline void fill_view(const tcps_endpoint *e, const tcps_fold *f, bool denied, tcps_view *view)
{
    view->state = f->state;
    view->certainty = f->how_sure;
    view->possible = f->states;
    if (f->states &
        ONE(TCPS_UNKNOWN)) /* what the capture was not there for, a connection that was open brings with it */
        view->possible = (uint16_t)((f->states & ~ONE(TCPS_UNKNOWN)) | ONE(TCPS_ESTABLISHED));
    if (f->decided_by < TCPS_N_EXPERIENCES) {
        const tcps_reason *decided = tcps_reason_of(e, f->decided_by);
        view->since_frame = decided->at_frame;
        view->since_ns = decided->at_ns;
    } else {
        view->since_frame = tcps_endpoint_origin_frame(e);
        view->since_ns = tcps_endpoint_origin_ns(e);
    }
    explain(e, f, denied, view);
    if (e->odd && view->certainty == TCPS_PROVEN) {
        view->certainty = TCPS_PRESUMED;
        say_why(view, TCPS_EVIDENCE_ODD, e->last_frame, 0);
    }
}

/* As it was settled. */
static void view_settled(const tcps_endpoint *e, tcps_view *view)
{
    view->state = e->shown;
    view->certainty = e->certainty;
    view->possible = e->possible;
    view->since_frame = e->since_frame;
    view->since_ns = e->since_ns;
    say_why(view, e->why, e->why_frame, e->about_frame);
}

void tcps_endpoint_view(const tcps_endpoint *e, const tcps_lens *lens, tcps_view *view)
{
    if (e->settled && !(lens->no | lens->maybe | lens->likely)) {
        view_settled(e, view);
        return;
    }
    fill_view(e, tcps_fold_of(causes_then(e, lens)), true, view);
}

void tcps_view_after(tcps_state origin, uint16_t experiences, tcps_view *view)
{
    tcps_endpoint e;
    tcps_endpoint_init(&e);
    e.origin = (uint8_t)origin;
    e.sure = experiences;
    const tcps_fold *f = tcps_fold_of(e.causes);
    view->state = f->state;
    view->certainty = TCPS_PROVEN;
    view->possible = f->states;
}

static uint64_t causes_without(const tcps_endpoint *e, uint16_t experiences)
{
    const uint16_t others = (uint16_t)~experiences;
    tcps_endpoint then = {.causes = e->causes};
    then.sure &= others;
    then.likely &= others;
    then.perhaps &= others;
    return then.causes;
}

/* Which FIN came first makes no difference to the state shown. */
static tcps_state state_without(const tcps_endpoint *e, uint16_t experiences)
{
    return (tcps_state)tcps_fold_of(causes_without(e, experiences))->state;
}

tcps_state tcps_endpoint_state_then(const tcps_endpoint *e, const tcps_lens *lens)
{
    return state_without(e, lens->no | lens->maybe);
}

tcps_state tcps_endpoint_know(tcps_endpoint *e)
{
    e->known = (uint8_t)state_without(e, pending_mask(e));
    e->known_settled = true;
    return (tcps_state)e->known;
}

tcps_state tcps_endpoint_without(const tcps_endpoint *e, tcps_experience x)
{
    return e->settled && !tcps_is_likely(e, x) ? (tcps_state)e->shown : state_without(e, TCPS_BIT(x));
}

tcps_state tcps_endpoint_presumed(const tcps_endpoint *e)
{
    return state_without(e, 0);
}

void tcps_endpoint_keep_reason(tcps_endpoint *e)
{
    tcps_endpoint_more *m = e->more;
    m->origin_why = e->why;
    m->origin_why_frame = e->why_frame;
    m->origin_about_frame = e->about_frame;
}

static void settle_shown(tcps_endpoint *e)
{
    tcps_view view;
    const tcps_fold *f = tcps_fold_of(e->causes);
    fill_view(e, f, e->more->n_reasons != f->n_believed, &view); /* each that is believed has a reason */
    if (view.state != e->shown || view.since_frame != e->since_frame) {
        e->proven_frame = 0;
        e->since_frame = view.since_frame;
        e->since_ns = view.since_ns;
    }
    e->shown = view.state;
    e->certainty = view.certainty;
    e->possible = view.possible;
    e->why = view.why;
    e->why_frame = view.why_frame;
    e->about_frame = view.about_frame;
    e->settled = true;
}

void tcps_endpoint_settle_anew(tcps_endpoint *e, tcps_moment at)
{
    if (!e->settled)
        settle_shown(e);
    if (!e->known_settled && !e->more->n_pending) {
        e->known = e->shown;
        e->known_settled = true;
    }
    tcps_endpoint_known(e);
    if (e->certainty == TCPS_PROVEN && !e->proven_frame) {
        e->proven_frame = at.frame;
        tcps_endpoint_need(e)->proven_ns = at.time_ns;
    }
}

void tcps_endpoint_condense(tcps_endpoint *e)
{
    if (!e->more->held)
        return;
    e->origin = TCPS_ESTABLISHED;
    e->origin_open = false;
    e->sure = e->likely = e->perhaps = 0;
    e->settled = e->known_settled = true;
    tcps_endpoint_give_back(e);
}

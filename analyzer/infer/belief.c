/* belief.c: see belief.h.
 *
 * A state is the fold of transitions.def over what the endpoint has experienced; the set of possible states is the same fold over sets,
 * in which whatever is not sure is taken both ways. "Proven" is a set with one member.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/belief.h"

#include "rfc/transition.h"

static uint16_t pending_mask(const tcps_endpoint *e)
{
    uint16_t mask = 0;
    for (unsigned i = 0; i < e->more->n_pending; i++)
        mask |= TCPS_BIT(tcps_pending_at(e, i)->experience);
    return mask;
}

/* --- the fold --- */

static const tcps_input inputs[TCPS_N_EXPERIENCES] = {
    [TCPS_DID_SEND_SYN] = TCPS_SND_SYN,
    [TCPS_DID_RECEIVE_SYN] = TCPS_RCV_SYN,
    [TCPS_DID_RECEIVE_SYN_ACK] = TCPS_RCV_SYN_ACK,
    [TCPS_DID_HAVE_SYN_ACKED] = TCPS_RCV_ACK_OF_SYN,
    [TCPS_DID_SEND] = TCPS_SND_SEGMENT,
    [TCPS_DID_SEND_FIN] = TCPS_SND_FIN,
    [TCPS_DID_HAVE_FIN_ACKED] = TCPS_RCV_ACK_OF_FIN,
    [TCPS_DID_RECEIVE_FIN] = TCPS_RCV_FIN,
    [TCPS_DID_ABORT] = TCPS_ABORT,
    [TCPS_DID_GET_UNREACHABLE] = TCPS_UNREACHABLE,
    [TCPS_DID_RECEIVE_RST] = TCPS_RCV_RST,
    [TCPS_DID_SEND_RST] = TCPS_SND_RST,
    [TCPS_DID_WAIT_TWO_MSL] = TCPS_TIMEOUT_2MSL,
};

/* The two orders in which the closing may have gone; the rest is in order in both. */
typedef struct {
    uint8_t of[TCPS_N_EXPERIENCES];
} order;

static const order own_fin_first = {{TCPS_DID_SEND_SYN, TCPS_DID_RECEIVE_SYN, TCPS_DID_RECEIVE_SYN_ACK,
                                     TCPS_DID_HAVE_SYN_ACKED, TCPS_DID_SEND, TCPS_DID_SEND_FIN, TCPS_DID_HAVE_FIN_ACKED,
                                     TCPS_DID_RECEIVE_FIN, TCPS_DID_ABORT, TCPS_DID_GET_UNREACHABLE,
                                     TCPS_DID_RECEIVE_RST, TCPS_DID_SEND_RST, TCPS_DID_WAIT_TWO_MSL}};
static const order peers_fin_first = {{TCPS_DID_SEND_SYN, TCPS_DID_RECEIVE_SYN, TCPS_DID_RECEIVE_SYN_ACK,
                                       TCPS_DID_HAVE_SYN_ACKED, TCPS_DID_SEND, TCPS_DID_RECEIVE_FIN, TCPS_DID_SEND_FIN,
                                       TCPS_DID_HAVE_FIN_ACKED, TCPS_DID_ABORT, TCPS_DID_GET_UNREACHABLE,
                                       TCPS_DID_RECEIVE_RST, TCPS_DID_SEND_RST, TCPS_DID_WAIT_TWO_MSL}};

#define ONE(state) ((uint16_t)(1u << (state)))
#define WITHOUT_SOCKET (ONE(TCPS_CLOSED) | ONE(TCPS_LISTEN))

static inline tcps_input input_of(const tcps_endpoint *e, unsigned x)
{
    return x == TCPS_DID_RECEIVE_RST && e->passive ? TCPS_RCV_RST_PASSIVE : inputs[x];
}

static uint16_t apply_to_all(uint16_t states, tcps_input input)
{
    uint16_t after = 0;
    for (; states; states &= (uint16_t)(states - 1))
        after |= ONE(tcps_transition_apply((tcps_state)__builtin_ctz(states), input));
    return after;
}

static bool is_single(uint16_t states)
{
    return (states & (states - 1)) == 0;
}

/* What the fold gives. */
typedef struct {
    tcps_state state;
    uint16_t possible;
    uint8_t decided_by; /* the experience that led to the state last; TCPS_N_EXPERIENCES: none, it is the origin */
    uint8_t open;       /* one that is not sure and makes a difference; TCPS_N_EXPERIENCES: none */
    uint8_t proven_by;  /* the certain one that left a single state possible last; TCPS_N_EXPERIENCES: none */
    bool order_open;    /* which FIN came first makes a difference, and is not sure */
} fold;

/* certain: what has happened for sure; shown: what is shown to have; both: what is taken both ways. */
static fold fold_in(const tcps_endpoint *e, const order *o, uint16_t certain, uint16_t shown, uint16_t both)
{
    const uint16_t any = certain | shown | both;
    fold f = {.state = (tcps_state)e->origin,
              .decided_by = TCPS_N_EXPERIENCES,
              .open = TCPS_N_EXPERIENCES,
              .proven_by = TCPS_N_EXPERIENCES};
    f.possible = ONE(e->origin);
    if (e->origin_open && e->origin == TCPS_LISTEN)
        f.possible |= ONE(TCPS_CLOSED);
    for (unsigned i = 0; i < TCPS_N_EXPERIENCES; i++) {
        const unsigned x = o->of[i];
        if (!(any >> x & 1))
            continue;
        const tcps_input input = input_of(e, x);
        const uint16_t after = apply_to_all(f.possible, input);
        if (both >> x & 1) {
            if (after & ~f.possible)
                f.open = (uint8_t)x;
            f.possible |= after;
        } else {
            if (after != f.possible && is_single(after))
                f.proven_by = (uint8_t)x;
            f.possible = after;
        }
        const tcps_state to = tcps_transition_apply(f.state, input);
        if (shown >> x & 1 && to != f.state) {
            f.state = to;
            f.decided_by = (uint8_t)x;
        }
    }
    return f;
}

/* All connections come through the same few folds: those computed last are kept, by all that they depend on. */
enum { KEPT_BITS = 8 };

static const fold *kept_fold(const tcps_endpoint *e, bool peers_first, uint16_t certain, uint16_t shown, uint16_t both)
{
    static _Thread_local struct {
        uint64_t of; /* 0: none */
        fold is;
    } kept[1 << KEPT_BITS];
    const uint64_t of = 1 | (uint64_t)peers_first << 1 | (uint64_t)e->origin_open << 2 | (uint64_t)e->passive << 3 |
                        (uint64_t)e->origin << 4 | (uint64_t)certain << 8 |
                        (uint64_t)shown << (8 + TCPS_N_EXPERIENCES) | (uint64_t)both << (8 + 2 * TCPS_N_EXPERIENCES);
    const unsigned at = (unsigned)(of * UINT64_C(0x9E3779B97F4A7C15) >> (64 - KEPT_BITS));
    if (kept[at].of != of) {
        kept[at].is = fold_in(e, peers_first ? &peers_fin_first : &own_fin_first, certain, shown, both);
        kept[at].of = of;
    }
    return &kept[at].is;
}

_Static_assert(TCPS_N_STATES <= 16 && 8 + 3 * TCPS_N_EXPERIENCES <= 64, "all that a fold depends on fits");

static const tcps_lens plain = {0, 0, 0};

/* either: room for what both orders of the FINs give together. What is returned holds until the next fold. */
static const fold *fold_through(const tcps_endpoint *e, const tcps_lens *lens, fold *either)
{
    const uint16_t any = (uint16_t)((e->sure | e->likely | e->perhaps | lens->maybe) & ~lens->no);
    const uint16_t certain = (uint16_t)(e->sure & ~(lens->no | lens->maybe | lens->likely));
    const uint16_t shown = (uint16_t)((e->sure | e->likely) & ~(lens->no | lens->maybe));
    const uint16_t both = (uint16_t)(any & ~certain);
    const fold *f = kept_fold(e, e->fin_after_peers, certain, shown, both);
    const uint16_t fins = TCPS_BIT(TCPS_DID_SEND_FIN) | TCPS_BIT(TCPS_DID_RECEIVE_FIN);
    if (!e->close_order_open || (any & fins) != fins)
        return f;
    *either = *f;
    const uint16_t otherwise = kept_fold(e, !e->fin_after_peers, certain, shown, both)->possible;
    either->order_open = (otherwise & ~either->possible) != 0;
    either->possible |= otherwise;
    return either;
}

static tcps_certainty certainty_of(const fold *f)
{
    if (f->state == TCPS_UNKNOWN)
        return TCPS_NO_EVIDENCE;
    if (f->decided_by == TCPS_DID_WAIT_TWO_MSL)
        return TCPS_ELAPSED;
    return f->possible == ONE(f->state) ? TCPS_PROVEN : TCPS_PRESUMED;
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

static unsigned n_believed(const tcps_endpoint *e)
{
    return (unsigned)__builtin_popcount(e->sure | e->likely | e->perhaps);
}

/* The experience that is the reason: where the endpoint is proven to be where it is shown, what proves it; else what leaves that open. */
static unsigned telling(const tcps_endpoint *e, const fold *f)
{
    const bool sure = f->decided_by == TCPS_N_EXPERIENCES || e->sure >> f->decided_by & 1;
    if (is_single(f->possible))
        return sure || f->proven_by == TCPS_N_EXPERIENCES ? f->decided_by : f->proven_by;
    return sure && f->open < TCPS_N_EXPERIENCES ? f->open : f->decided_by;
}

/* Would another state be shown if it had experienced x; or, where one alone is possible, would others be if it might have? */
static bool would_differ(const tcps_endpoint *e, tcps_state state, uint16_t possible, unsigned x)
{
    const uint16_t bit = TCPS_BIT(x), both = e->likely | e->perhaps;
    const fold *f = kept_fold(e, e->fin_after_peers, e->sure, e->sure | e->likely | bit, both | bit);
    return f->state != state || (is_single(possible) && f->possible != possible);
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
static const tcps_reason *newer_denial(const tcps_endpoint *e, const fold *f, const tcps_reason *otherwise)
{
    if (e->more->n_reasons == n_believed(e))
        return NULL;
    const tcps_reason *decided = f->decided_by < TCPS_N_EXPERIENCES ? tcps_reason_of(e, f->decided_by) : NULL;
    if ((decided && !decided->why_frame) || (otherwise && !otherwise->why_frame))
        return NULL;
    const uint32_t frame = MAX(otherwise ? otherwise->why_frame : 0, e->more->origin_why_frame);
    return denial(e, f->state, f->possible, decided ? MAX(decided->why_frame, frame) : frame);
}

static void explain(const tcps_endpoint *e, const fold *f, tcps_view *view)
{
    const tcps_endpoint_more *m = e->more;
    const unsigned x = telling(e, f);
    const tcps_reason *r = x < TCPS_N_EXPERIENCES ? tcps_reason_of(e, x) : NULL, *denied;
    if (f->order_open && x == f->decided_by && (!r || e->sure >> x & 1))
        say_why(view, TCPS_EVIDENCE_CLOSE_ORDER, tcps_reason_of(e, TCPS_DID_SEND_FIN)->why_frame, 0);
    else if (r && !((e->sure | e->likely | e->perhaps) >> x & 1))
        say_why(view, why_perhaps(x), 0, 0);
    else if ((denied = newer_denial(e, f, r)) != NULL)
        say_why(view, denied->why, denied->why_frame, denied->about_frame);
    else if (r && (!r->why_frame || r->why_frame >= m->origin_why_frame))
        say_why(view, r->why, r->why_frame, r->about_frame);
    else if (m->held)
        say_why(view, m->origin_why, m->origin_why_frame, m->origin_about_frame);
    else
        say_why(view, e->why, e->why_frame, e->about_frame);
}

static void fill_view(const tcps_endpoint *e, const fold *f, tcps_view *view)
{
    const bool changed = f->decided_by < TCPS_N_EXPERIENCES;
    view->state = (uint8_t)f->state;
    view->certainty = (uint8_t)certainty_of(f);
    view->possible = f->possible;
    if (f->possible &
        ONE(TCPS_UNKNOWN)) /* what the capture was not there for, a connection that was open brings with it */
        view->possible = (uint16_t)((f->possible & ~ONE(TCPS_UNKNOWN)) | ONE(TCPS_ESTABLISHED));
    view->since_frame = changed ? tcps_reason_of(e, f->decided_by)->at_frame : tcps_endpoint_origin_frame(e);
    view->since_ns = changed ? tcps_reason_of(e, f->decided_by)->at_ns : tcps_endpoint_origin_ns(e);
    explain(e, f, view);
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
    fold either;
    fill_view(e, fold_through(e, lens, &either), view);
}

void tcps_view_after(tcps_state origin, uint16_t experiences, tcps_view *view)
{
    tcps_endpoint e;
    tcps_endpoint_init(&e);
    e.origin = (uint8_t)origin;
    e.sure = experiences;
    const fold f = fold_in(&e, &own_fin_first, experiences, experiences, 0);
    view->state = (uint8_t)f.state;
    view->certainty = TCPS_PROVEN;
    view->possible = f.possible;
}

/* Which FIN came first makes no difference to the state shown. */
static tcps_state state_without(const tcps_endpoint *e, uint16_t experiences)
{
    const uint16_t no = (uint16_t)~experiences, any = (e->sure | e->likely | e->perhaps) & no;
    return kept_fold(e, e->fin_after_peers, e->sure & no, (e->sure | e->likely) & no, any & (uint16_t)~e->sure)->state;
}

tcps_state tcps_endpoint_state_then(const tcps_endpoint *e, const tcps_lens *lens)
{
    return state_without(e, lens->no | lens->maybe);
}

tcps_state tcps_endpoint_known(tcps_endpoint *e)
{
    if (!e->known_settled)
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

/* What the reason is while nothing is in doubt stays the reason for what it was before whatever comes, whether it rests or not. */
static void keep_reason(tcps_endpoint *e)
{
    tcps_endpoint_more *m = e->more;
    m->origin_why = e->why;
    m->origin_why_frame = e->why_frame;
    m->origin_about_frame = e->about_frame;
}

static void settle_anew(tcps_endpoint *e, tcps_moment at)
{
    tcps_view view = {0};
    tcps_endpoint_view(e, &plain, &view);
    if (view.state != e->shown || view.since_frame != e->since_frame) {
        e->proven_frame = 0;
        e->since_frame = view.since_frame;
        e->since_ns = view.since_ns;
    }
    e->shown = view.state;
    e->certainty = view.certainty;
    e->possible = view.possible;
    if (!e->more->n_pending) {
        e->known = view.state;
        e->known_settled = true;
    }
    tcps_endpoint_known(e);
    e->why = view.why;
    e->why_frame = view.why_frame;
    e->about_frame = view.about_frame;
    e->settled = true;
    if (view.certainty == TCPS_PROVEN && !e->proven_frame) {
        e->proven_frame = at.frame;
        tcps_endpoint_need(e)->proven_ns = at.time_ns;
    }
}

void tcps_endpoint_settle(tcps_endpoint *e, tcps_moment at)
{
    if (!e->settled || e->odd || (e->certainty == TCPS_PROVEN && !e->proven_frame))
        settle_anew(e, at);
    if (e->more->held && tcps_endpoint_is_settled(e))
        keep_reason(e);
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

/* fold.c: see fold.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/fold.h"

#include "rfc/transition.h"

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

static tcps_certainty certainty_of(const tcps_fold *f)
{
    if (f->state == TCPS_UNKNOWN)
        return TCPS_NO_EVIDENCE;
    if (f->decided_by == TCPS_DID_WAIT_TWO_MSL)
        return TCPS_ELAPSED;
    return f->states == ONE(f->state) ? TCPS_PROVEN : TCPS_PRESUMED;
}

static tcps_fold fold_in(const tcps_endpoint *e, const order *o)
{
    const uint16_t any = e->sure | e->likely | e->perhaps, both = e->likely | e->perhaps, shown = e->sure | e->likely;
    tcps_fold f = {.state = e->origin,
                   .decided_by = TCPS_N_EXPERIENCES,
                   .open = TCPS_N_EXPERIENCES,
                   .proven_by = TCPS_N_EXPERIENCES,
                   .n_believed = (uint8_t)__builtin_popcount(any)};
    f.states = ONE(e->origin);
    if (e->origin_open && e->origin == TCPS_LISTEN)
        f.states |= ONE(TCPS_CLOSED);
    for (unsigned i = 0; i < TCPS_N_EXPERIENCES; i++) {
        const unsigned x = o->of[i];
        if (!(any >> x & 1))
            continue;
        const tcps_input input = input_of(e, x);
        const uint16_t after = apply_to_all(f.states, input);
        if (both >> x & 1) {
            if (after & ~f.states)
                f.open = (uint8_t)x;
            f.states |= after;
        } else {
            if (after != f.states && tcps_is_single(after))
                f.proven_by = (uint8_t)x;
            f.states = after;
        }
        const tcps_state to = tcps_transition_apply((tcps_state)f.state, input);
        if (shown >> x & 1 && to != f.state) {
            f.state = (uint8_t)to;
            f.decided_by = (uint8_t)x;
        }
    }
    return f;
}

/* Where the order of the FINs is open, and makes a difference, what both orders give together. */
static tcps_fold fold_causes(uint64_t causes)
{
    const uint16_t fins = TCPS_BIT(TCPS_DID_SEND_FIN) | TCPS_BIT(TCPS_DID_RECEIVE_FIN);
    const tcps_endpoint e = {.causes = causes};
    tcps_fold f = fold_in(&e, e.fin_after_peers ? &peers_fin_first : &own_fin_first);
    if (e.close_order_open && ((e.sure | e.likely | e.perhaps) & fins) == fins) {
        const uint16_t otherwise = fold_in(&e, e.fin_after_peers ? &own_fin_first : &peers_fin_first).states;
        f.order_open = (otherwise & ~f.states) != 0;
        f.states |= otherwise;
    }
    f.how_sure = (uint8_t)certainty_of(&f);
    return f;
}

/* All connections come through the same few folds: those computed last are kept, by all that they depend on. */
enum { KEPT_BITS = 8 };

const tcps_fold *tcps_fold_of(uint64_t causes)
{
    static _Thread_local struct {
        uint64_t not_of; /* ~causes, which are never all ones; 0: none */
        tcps_fold is;
    } kept[1 << KEPT_BITS];
    const unsigned at = (unsigned)(causes * UINT64_C(0x9E3779B97F4A7C15) >> (64 - KEPT_BITS));
    if (kept[at].not_of != ~causes) {
        kept[at].is = fold_causes(causes);
        kept[at].not_of = ~causes;
    }
    return &kept[at].is;
}

/* ageing.c: what follows from time that passes in silence: TIME_WAIT is over, an attempt is given up, a FIN was acknowledged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/belief.h"
#include "infer/connection.h"

/* Some stacks keep TIME_WAIT for this long only; where one was seen there for half of it, or answers, it is another's. */
#define SHORT_TIME_WAIT_NS INT64_C(10000000000)

static void age_time_wait(tcps_endpoint *e, const tcps_config *config, tcps_moment at)
{
    const tcps_moment expiry = {tcps_endpoint_expiry(e, config), 0};
    const int64_t began_ns = expiry.time_ns - config->two_msl_ns;
    if (at.time_ns >= expiry.time_ns) {
        tcps_forget_all_pending(e);
        tcps_believe(e, TCPS_DID_WAIT_TWO_MSL, TCPS_LIKELY, TCPS_EVIDENCE_TWO_MSL, expiry, 0);
        tcps_endpoint_settle(e, expiry);
    } else if (e->certainty == TCPS_PROVEN && span_between(began_ns, at.time_ns) >= SHORT_TIME_WAIT_NS &&
               span_between(e->since_ns, e->last_ns) <= SHORT_TIME_WAIT_NS / 2) {
        tcps_believe(e, TCPS_DID_WAIT_TWO_MSL, TCPS_MAYBE, TCPS_EVIDENCE_SHORT_TIME_WAIT, (tcps_moment){at.time_ns, 0},
                     0);
        tcps_endpoint_settle(e, at);
    }
}

/* Its SYN or SYN+ACK is not repeated when that is due: it may have given up; and after a minute it has. */
static void age_attempt(tcps_endpoint *e, tcps_moment at)
{
    const tcps_moment gone = {span_after(e->more->syn_last_ns, TCPS_GIVEN_UP_NS), 0};
    const tcps_moment due = {tcps_repeat_due_ns(e->more->syns, e->more->syn_last_ns), 0};
    if (at.time_ns > due.time_ns)
        tcps_believe(e, TCPS_DID_ABORT, TCPS_MAYBE, TCPS_EVIDENCE_GAVE_UP, due, e->last_frame);
    if (at.time_ns >= gone.time_ns)
        tcps_believe(e, TCPS_DID_ABORT, TCPS_LIKELY, TCPS_EVIDENCE_GAVE_UP, gone, e->last_frame);
    tcps_endpoint_settle(e, at);
}

/* It would repeat a FIN that is not acknowledged. After several repeats it may as well have given up. */
static void age_fin(tcps_endpoint *e, tcps_moment at)
{
    const tcps_moment due = {tcps_repeat_due_ns(e->more->fins, e->more->fin_last_ns), 0};
    if (at.time_ns < due.time_ns)
        return;
    const tcps_pending unseen = {
        .experience = TCPS_DID_HAVE_FIN_ACKED, .unseen = true, .time_ns = e->more->fin_last_ns, .frame = e->last_frame};
    tcps_believe(e, TCPS_DID_HAVE_FIN_ACKED, TCPS_LIKELY, TCPS_EVIDENCE_NOT_REPEATED, due, e->more->fin_frame);
    tcps_pend(e, &unseen);
    tcps_endpoint_settle(e, at);
}

static void elapse_end(tcps_endpoint *e, const tcps_config *config, tcps_moment at)
{
    if (e->shown == TCPS_TIME_WAIT)
        age_time_wait(e, config, at);
    else if (tcps_waits_for_syn_acked(e))
        age_attempt(e, at);
    else if (tcps_waits_for_fin_acked(e))
        age_fin(e, at);
}

/* The states in which time alone can change what is believed. */
#define AGEING                                                                                                         \
    (1u << TCPS_SYN_SENT | 1u << TCPS_SYN_RCVD | 1u << TCPS_FIN_WAIT_1 | 1u << TCPS_CLOSING | 1u << TCPS_LAST_ACK |    \
     1u << TCPS_TIME_WAIT)

void tcps_connection_elapse(tcps_connection *c, const tcps_config *config, tcps_moment at)
{
    for (unsigned i = 0; i < 2; i++) {
        if (AGEING >> c->ends[i].shown & 1)
            elapse_end(&c->ends[i], config, at);
        if (c->rival)
            elapse_end(&c->rival->ends[i], config, at);
    }
}

/* stay.h: findings about how long an endpoint has stayed in one state.
 *
 * Their value is how long, up to until_ns; their detail one of those below.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STAY_H
#define TCPS_STAY_H

#include "base/span.h"
#include "rules/rule.h"

enum { TCPS_STAY_ON, TCPS_STAY_AT_END, TCPS_STAY_CLOSED, TCPS_STAY_RESET, TCPS_STAY_OVER };

/* How it went on, where the state is not shown any more. */
static inline unsigned tcps_stay_after(const tcps_connection *c, const tcps_endpoint *e)
{
    if (c->rst_by)
        return TCPS_STAY_RESET;
    return e->fin_sent ? TCPS_STAY_CLOSED : TCPS_STAY_OVER;
}

/* A rule's `follow`, for the state. */
static inline void tcps_stay_follow(const tcps_rule_context *context, tcps_finding *f, tcps_state state)
{
    const tcps_endpoint *e = tcps_connection_end(context->connection, (tcps_role)f->end);
    const int64_t since_ns = f->until_ns - f->value;

    if (f->status == TCPS_OVER)
        return;
    if (e->shown == state && !tcps_rule_is_parting(context)) {
        tcps_finding_goes_on(context, f);
        f->detail = context->at_end ? TCPS_STAY_AT_END : TCPS_STAY_ON;
    } else {
        tcps_finding_is_over(context, f);
        f->detail = (uint8_t)(tcps_rule_is_parting(context) ? TCPS_STAY_OVER : tcps_stay_after(context->connection, e));
    }
    f->value = span_between(since_ns, context->now_ns);
}

/* "10.0.0.2:80 has been in CLOSE_WAIT for 15.1 s and was still there at the end of the capture" */
static inline void tcps_stay_describe(GString *to, const tcps_finding *f, tcps_state state)
{
    static const char *const after[] = {
        [TCPS_STAY_ON] = "",
        [TCPS_STAY_AT_END] = " and was still there at the end of the capture",
        [TCPS_STAY_CLOSED] = ", then closed",
        [TCPS_STAY_RESET] = ", up to a RST",
        [TCPS_STAY_OVER] = "",
    };
    tcps_address_append(to, &f->ends[f->end]);
    g_string_append_printf(to, " %s in %s%s for ", f->detail <= TCPS_STAY_AT_END ? "has been" : "was",
                           tcps_state_name(state), f->certain == TCPS_PRESUMED ? " (presumed)" : "");
    tcps_duration_append(to, f->value);
    g_string_append(to, f->detail < G_N_ELEMENTS(after) ? after[f->detail] : "");
}

#endif

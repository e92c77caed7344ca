/* patience.h: has something that was sent again and again been left unanswered, or did only the capture stop too early?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_PATIENCE_H
#define TCPS_PATIENCE_H

#include "base/span.h"
#include "rules/rule.h"

/* Longer than any path's round trip: an answer to the last copy would have been captured. */
#define TCPS_PATIENCE_NS INT64_C(1000000000)

/* The role of the end with this index. */
static inline tcps_role tcps_role_of(const tcps_connection *connection, unsigned end)
{
    return end == connection->client ? TCPS_CLIENT : TCPS_SERVER;
}

/* For the end of what is known of a connection: it was sent again, and there was time for an answer to the newest copy, or
 * to the first of several. */
static inline bool tcps_left_unanswered(unsigned times_sent, int64_t first_ns, int64_t last_ns, int64_t now_ns)
{
    if (times_sent >= 3)
        return span_between(first_ns, now_ns) > TCPS_PATIENCE_NS;
    return times_sent == 2 && span_between(last_ns, now_ns) > TCPS_PATIENCE_NS;
}

/* When the handshake of the end that sent a SYN or SYN+ACK has taken too long, if there is no answer by then: not before the newest has
 * had its time. */
static inline int64_t tcps_handshake_due_ns(const tcps_rule_context *context, const tcps_endpoint *e)
{
    const int64_t due_ns = span_after(tcps_endpoint_origin_ns(e), context->config->handshake_ns);
    return MAX(due_ns, span_after(e->more->syn_last_ns, TCPS_PATIENCE_NS));
}

static inline bool tcps_handshake_left_unanswered(const tcps_rule_context *context, const tcps_endpoint *e)
{
    const int64_t began_ns = tcps_endpoint_origin_ns(e);
    if (context->now_ns > tcps_handshake_due_ns(context, e))
        return true;
    return context->when & TCPS_WHEN_END && tcps_left_unanswered(e->more->syns, began_ns, e->last_ns, context->now_ns);
}

/* A FIN without an ACK of it: is that for good? Asks to be called again while that is open. A stack repeats what is not acknowledged
 * (RFC 6298 §5): where a FIN is not repeated, the capture misses its ACK. */
static inline bool tcps_fin_left_unanswered(const tcps_rule_context *context, const tcps_endpoint *e)
{
    if (span_between(e->more->fin_last_ns, context->now_ns) > context->config->final_ack_ns)
        return e->more->fins > 1;
    if (context->when & TCPS_WHEN_END)
        return tcps_left_unanswered(e->more->fins, e->more->fin_ns, e->more->fin_last_ns, context->now_ns);
    tcps_rule_ask(context, span_after(e->more->fin_last_ns, span_after(context->config->final_ack_ns, 1)));
    return false;
}

/* Raises the rule that is asked at that end, if its FIN has been left unanswered. */
static inline void tcps_raise_fin_unanswered(const tcps_rule_context *context, unsigned end)
{
    const tcps_endpoint *e = &context->connection->ends[end];

    if (tcps_fin_left_unanswered(context, e))
        tcps_rule_raise_finding(context, (tcps_finding){.end = (uint8_t)tcps_role_of(context->connection, end),
                                                        .certain = TCPS_PROVEN,
                                                        .count = e->more->fins,
                                                        .began_frame = e->more->fin_frame,
                                                        .began_ns = e->more->fin_ns,
                                                        .value = span_between(e->more->fin_ns, e->more->fin_last_ns)});
}

/* The `follow` of such a finding: it is over once the FIN is acknowledged. */
static inline void tcps_follow_fin_unanswered(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_endpoint *e = tcps_connection_end(context->connection, (tcps_role)f->end);

    if (f->status == TCPS_OVER)
        return;
    if (e->fin_acked)
        tcps_finding_is_over(context, f);
    else
        tcps_finding_goes_on(context, f);
    f->count = MAX(f->count, e->more->fins);
    f->value = span_between(f->began_ns, f->status == TCPS_OVER ? context->now_ns : e->more->fin_last_ns);
}

/* "10.0.0.1:80 sent its FIN 4 times in 12.6 s, and got no ACK of it from 10.0.0.2:5000" */
static inline void tcps_describe_fin_unanswered(const tcps_finding *f, GString *to)
{
    tcps_address_append(to, &f->ends[f->end]);
    g_string_append_printf(to, " sent its FIN %u times in ", f->count);
    tcps_duration_append(to, f->value);
    g_string_append(to, f->status == TCPS_OVER ? ", until " : ", and got no ACK of it from ");
    tcps_address_append(to, &f->ends[1 - f->end]);
    if (f->status == TCPS_OVER)
        g_string_append(to, " acknowledged it");
}

#endif

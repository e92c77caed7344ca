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

/* A FIN without an ACK of it: is that for good? Asks to be called again while that is open. Where the capture has gaps, a FIN
 * that nobody sends again has its ACK in one of them. */
static inline bool tcps_fin_left_unanswered(const tcps_rule_context *context, const tcps_endpoint *e)
{
    const bool repeated = e->more->fins > 1;

    if (span_between(e->more->fin_last_ns, context->now_ns) > context->config->final_ack_ns)
        return repeated || !context->connection->loss;
    if (context->when & TCPS_WHEN_END)
        return tcps_left_unanswered(e->more->fins, e->more->fin_ns, e->more->fin_last_ns, context->now_ns);
    tcps_rule_ask(context, span_after(e->more->fin_last_ns, span_after(context->config->final_ack_ns, 1)));
    return false;
}

/* How often the FIN was sent, in words. */
static inline void tcps_append_times(GString *to, unsigned times)
{
    if (times < 2)
        g_string_append(to, "once");
    else
        g_string_append_printf(to, "%u times", times);
}

/* The role of the end with this index. */
static inline tcps_role tcps_role_of(const tcps_connection *connection, unsigned end)
{
    return end == connection->client ? TCPS_CLIENT : TCPS_SERVER;
}

#endif

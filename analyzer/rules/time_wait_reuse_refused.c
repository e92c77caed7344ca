/* time_wait_reuse_refused.c: TIME_WAIT answers a SYN with an ACK, and the new connection is delayed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/patience.h"

enum { DELAYED, NEVER_ACCEPTED };

/* The SYN of the second incarnation was never accepted. */
static void report_standing(const tcps_rule_context *context)
{
    const tcps_rival *second = context->connection->rival;
    const tcps_endpoint *opener = &second->ends[second->from];
    const tcps_role holder = second->has_index ? TCPS_SERVER : tcps_role_of(context->connection, 1u - second->from);

    tcps_rule_raise_of_second(context, holder, NEVER_ACCEPTED, tcps_endpoint_origin_frame(opener),
                              tcps_endpoint_origin_ns(opener),
                              span_between(tcps_endpoint_origin_ns(opener), context->now_ns));
}

static void report(const tcps_rule_context *context, unsigned detail)
{
    const tcps_previous *p = context->connection->previous;

    tcps_rule_raise(context, tcps_role_of(context->connection, 1u - p->rival_from), detail, p->rival_frame, p->rival_ns,
                    span_between(p->rival_ns, context->now_ns));
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_previous *p = c->previous;

    if (c->rival && c->rival->refused_frame) {
        if (context->at_end)
            report_standing(context);
        return;
    }
    if (!p->rivalled || !p->rival_refused_frame || p->rival_from != c->client)
        return;
    if (context->observation && context->observation->event == TCPS_EVENT_SYN_ACK)
        report(context, DELAYED);
    else if (context->when & TCPS_WHEN_END && !c->ends[1 - c->client].syn_sent)
        report(context, NEVER_ACCEPTED);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " answered the SYN of ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " with an ACK from TIME_WAIT; the connection was ");
    g_string_append(to, finding->detail == DELAYED ? "delayed by " : "still not accepted after ");
    tcps_duration_append(to, finding->value);
}

static const char *const set_when[] = {
    "an endpoint is in TIME_WAIT, and a SYN from the same address and port comes",
    "the SYN is newer neither by sequence number nor by timestamp, and is answered with an ACK",
    "the delay is the time from this SYN to the SYN+ACK, or to the end of what was captured",
    NULL,
};

static const char *const supersedes[] = {"time_wait_assassination", "time_wait_reuse", NULL};

const tcps_rule tcps_rule_time_wait_reuse_refused = {
    .id = "time_wait_reuse_refused",
    .severity = TCPS_WARN,
    .title = "SYN refused by TIME_WAIT",
    .set_when = set_when,
    .false_positives = "None known.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.10.7.4 fourth, RFC 6191",
    .advice =
        "{peer} reuses a port before {end} has forgotten the last connection from it. Keep TCP timestamps on at both "
        "(`sysctl net.ipv4.tcp_timestamps`), give the client more ports (`sysctl net.ipv4.ip_local_port_range`; a "
        "NAT between them: more addresses), or let the client close first.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

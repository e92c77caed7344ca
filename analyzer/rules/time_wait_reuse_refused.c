/* time_wait_reuse_refused.c: TIME_WAIT answers a SYN with an ACK, and the new connection is delayed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/patience.h"

/* The bits of a finding's detail: by what the SYN was no newer (TCPS_OLDER_BY_...), and this. */
#define DELAYED 4

/* Its value: SYNs, and RSTs that followed, 16 bits each; then the delay, in milliseconds. */
static int64_t value_of(const tcps_endpoint *opener, int64_t since_ns, int64_t now_ns)
{
    const int64_t delay = MIN((span_between(since_ns, now_ns) + 500000) / 1000000, INT32_MAX);
    return (int64_t)((uint64_t)delay << 32 | (uint64_t)opener->more->syns << 16 | opener->more->rsts);
}

/* The SYN of the second incarnation was never accepted. */
static void report_standing(const tcps_rule_context *context)
{
    const tcps_rival *second = context->connection->rival;
    const tcps_endpoint *opener = &second->ends[second->from];
    const tcps_role holder = second->has_index ? TCPS_SERVER : tcps_role_of(context->connection, 1u - second->from);
    const int64_t since_ns = tcps_endpoint_origin_ns(opener);

    tcps_rule_raise_of_second(context, holder, tcps_connection_rival_older_by(context->connection),
                              tcps_endpoint_origin_frame(opener), since_ns,
                              value_of(opener, since_ns, context->now_ns));
}

static void report(const tcps_rule_context *context, unsigned delayed)
{
    const tcps_connection *c = context->connection;
    const tcps_previous *p = c->previous;
    const tcps_endpoint *opener = &c->ends[p->rival_from];

    tcps_rule_raise(context, tcps_role_of(c, 1u - p->rival_from), p->rival_older_by | delayed, p->rival_frame,
                    p->rival_ns, value_of(opener, p->rival_ns, context->now_ns));
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
        report(context, 0);
}

static void append_reason(GString *to, unsigned older_by)
{
    static const char *const reasons[] = {
        [0] = "",
        [TCPS_OLDER_BY_NUMBER] = ", for its sequence number is no newer",
        [TCPS_OLDER_BY_TIMESTAMP] = ", for its timestamp is older (PAWS), although its sequence number is newer",
        [TCPS_OLDER_BY_NUMBER | TCPS_OLDER_BY_TIMESTAMP] =
            ", for neither its sequence number nor its timestamp is newer",
    };
    g_string_append(to, reasons[older_by & (TCPS_OLDER_BY_NUMBER | TCPS_OLDER_BY_TIMESTAMP)]);
}

/* Whoever is in SYN_SENT answers such an ACK with a RST, which frees the port where it arrives (RFC 9293 §3.10.7.3). */
static void append_rsts(GString *to, const tcps_address *opener, unsigned rsts, bool delayed)
{
    g_string_append(to, "; ");
    if (rsts >= 2 && !delayed) {
        g_string_append_printf(to, "%u RSTs of ", rsts);
        tcps_address_append(to, opener);
        g_string_append(to, " that should have freed the port had no effect: they do not arrive, or are ignored");
        return;
    }
    tcps_address_append(to, opener);
    g_string_append(to, rsts ? " answered that with a RST" : " never answered with a RST, which would free the port");
}

static void describe(const tcps_finding *finding, GString *to)
{
    const tcps_address *opener = &finding->ends[1 - finding->end];
    const unsigned syns = (unsigned)(finding->value >> 16 & 0xffff), rsts = (unsigned)(finding->value & 0xffff);
    const bool delayed = finding->detail & DELAYED;

    tcps_address_append(to, &finding->ends[finding->end]);
    if (syns > (delayed ? 2u : 1u))
        g_string_append_printf(to, " answered %u SYNs of ", delayed ? syns - 1 : syns);
    else
        g_string_append(to, " answered the SYN of ");
    tcps_address_append(to, opener);
    g_string_append(to, " with an ACK from TIME_WAIT");
    append_reason(to, finding->detail);
    append_rsts(to, opener, rsts, delayed);
    g_string_append(to,
                    delayed ? "; the connection was delayed by " : "; the connection was still not accepted after ");
    tcps_duration_append(to, (finding->value >> 32) * 1000000);
}

static const char *const set_when[] = {
    "an endpoint is in TIME_WAIT, and a SYN from the same address and port comes",
    "the SYN is newer neither by sequence number nor by timestamp, and is answered with an ACK",
    "the delay is the time from this SYN to the SYN+ACK, or to the end of what was captured",
    "the text tells whether its sender answers that ACK with a RST, as it should, and whether that has an effect",
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
        "(`sysctl net.ipv4.tcp_timestamps`), give the client more ports (`sysctl net.ipv4.ip_local_port_range`; a NAT "
        "between them: more addresses), or let the client close first. A NAT between them sends other hosts' "
        "timestamps from one address; a firewall or SYN proxy may swallow the ACK, or the RST that answers it.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

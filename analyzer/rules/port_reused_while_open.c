/* port_reused_while_open.c: a new connection between two ports that never closed the last one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/patience.h"

static bool is_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_CLOSE_WAIT;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_previous *p = c->previous;

    if (!context->observation || !context->observation->opens || !p->any || p->loss)
        return;
    const unsigned end = c->client;
    if (!is_open(p->state[0]) || !is_open(p->state[1]))
        return;
    tcps_rule_raise(context, tcps_role_of(c, end), p->state[1 - end], p->last_frame, p->last_ns,
                    span_between(p->last_ns, context->now_ns));
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " opened a new connection from the same port to ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append_printf(to, ", which was in %s of the last one, ", tcps_state_name(finding->detail));
    tcps_duration_append(to, finding->value);
    g_string_append(to, " after its last segment");
}

static const char *const set_when[] = {
    "both ends of the connection before, between the same addresses and ports, were still open",
    "a new one is opened between them, and accepted",
    "the capture has no gaps in the connection before",
    NULL,
};

const tcps_rule tcps_rule_port_reused_while_open = {
    .id = "port_reused_while_open",
    .severity = TCPS_WARN,
    .title = "Port reused while the last connection was open",
    .set_when = set_when,
    .false_positives = "A capture that misses the last connection's close without any other sign of a gap.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.10.7.4 fourth",
    .advice = "{end} or a NAT in front of it forgot the last connection, or {peer} is several hosts behind one "
              "address. Look at the NAT's timeout for idle connections (`conntrack -L -s`, `sysctl "
              "net.netfilter.nf_conntrack_tcp_timeout_established`) and turn keepalives on.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS | TCPS_FAKED_BY_ONE_SIDED,
};

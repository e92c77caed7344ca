/* self_connect.c: a socket is connected to itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_segment *s = context->segment;

    if (c->self && s && (s->flags & (TCPS_SYN | TCPS_ACK)) == (TCPS_SYN | TCPS_ACK))
        tcps_rule_raise(context, TCPS_CLIENT, 0, c->first_frame, c->first_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " is connected to itself");
}

static const char *const set_when[] = {
    "a SYN has the same address and port as source and as destination",
    "it was answered with a SYN+ACK: the socket is connected to itself",
    NULL,
};

const tcps_rule tcps_rule_self_connect = {
    .id = "self_connect",
    .severity = TCPS_NOTE,
    .title = "Socket connected to itself",
    .set_when = set_when,
    .false_positives = "",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.5",
    .advice = "A client that tries again and again to reach a local service which is down was given that very port as "
              "its own: no service listens on {end}. Keep such ports out of net.ipv4.ip_local_port_range, or list them "
              "in net.ipv4.ip_local_reserved_ports.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
};

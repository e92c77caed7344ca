/* syn_flood.c: many half-open sockets of one service at once.
 *
 * A gauge, not a rate: a burst of clients is no flood, for their handshakes are complete within a round trip. Only sockets
 * that have been half-open for longer than a second count, and only until the service's host gives them up (hosts/socket_counts.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_tally *service = tcps_connection_tally(c, TCPS_SERVER);

    if (!service || !context->config->syn_flood)
        return;
    /* no listener, no half-open socket: where nothing was answered, it is syn_unanswered */
    if (service->half_open < context->config->syn_flood || !service->half_answered)
        return;
    if (tcps_rule_mark(context, service))
        tcps_rule_raise(context, TCPS_SERVER, 0, c->first_frame, c->first_ns, service->half_open);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[TCPS_SERVER]);
    g_string_append_printf(to, " has at least %" G_GINT64_FORMAT " half-open connections at once", finding->value);
}

static const char *const set_when[] = {
    "as many connections to one address and port as the preference says are in SYN_RCVD at once",
    "each of them for longer than 1 s, and for less than the 63 s after which Linux gives up",
    "the service has answered at least one of them with a SYN+ACK",
    NULL,
};

const tcps_rule tcps_rule_syn_flood = {
    .id = "syn_flood",
    .severity = TCPS_ERROR,
    .title = "SYN flood",
    .set_when = set_when,
    .false_positives =
        "A capture that misses most of what the clients send; a path back to many clients that is broken.",
    .supersedes = NULL,
    .clause = "RFC 4987 §2",
    .advice =
        "Somebody fills the SYN queue of {end}, most likely from forged addresses: new clients get no answer. See "
        "there that `sysctl net.ipv4.tcp_syncookies` is 1, and look at `ss -tn state syn-recv | wc -l` and "
        "`nstat -az TcpExtTCPReqQFullDrop TcpExtSyncookiesSent`.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_DUE,
    .check = check,
    .describe = describe,
};

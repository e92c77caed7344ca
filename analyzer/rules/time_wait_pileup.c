/* time_wait_pileup.c: very many sockets of one endpoint are in TIME_WAIT at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_tally *tally = c->tallies[end];

    if (!tally || c->ends[end].shown != TCPS_TIME_WAIT ||
        tcps_tally_of(tally, TCPS_TIME_WAIT)->now <= context->config->time_wait_sockets)
        return;
    if (tcps_rule_mark(context, tally))
        tcps_rule_raise_finding(context, (tcps_finding){.end = (uint8_t)tcps_role_of(c, end),
                                                        .certain = TCPS_PROVEN,
                                                        .began_frame = context->now_frame,
                                                        .began_ns = context->now_ns,
                                                        .value = tcps_tally_of(tally, TCPS_TIME_WAIT)->now,
                                                        .other = context->config->ephemeral_ports});
}

/* The most that there were at once. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_tally *tally = tcps_connection_tally(context->connection, (tcps_role)f->end);

    if (!tally || tcps_tally_of(tally, TCPS_TIME_WAIT)->peak <= f->value)
        return;
    tcps_finding_goes_on(context, f);
    f->value = tcps_tally_of(tally, TCPS_TIME_WAIT)->peak;
}

static void check(const tcps_rule_context *context)
{
    check_end(context, 0);
    check_end(context, 1);
}

static void describe(const tcps_finding *finding, GString *to)
{
    const double percent = finding->other ? 100.0 * (double)finding->value / (double)finding->other : 0;

    g_string_append(to, finding->end == TCPS_CLIENT ? "the host of " : "");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append_printf(to, " has had %" G_GINT64_FORMAT " socket%s in TIME_WAIT at once", finding->value,
                           finding->value == 1 ? "" : "s");
    if (percent >= 1)
        g_string_append_printf(to, ": as many as %.0f %% of the %" G_GINT64_FORMAT " ephemeral ports of %s", percent,
                               finding->other, finding->end == TCPS_CLIENT ? "a host" : "one client");
}

static const char *const set_when[] = {
    "an endpoint (a server's address and port, or a client's address) has more sockets in TIME_WAIT at once than the "
    "preference says",
    "once for each such endpoint",
    NULL,
};

const tcps_rule tcps_rule_time_wait_pileup = {
    .id = "time_wait_pileup",
    .severity = TCPS_WARN,
    .title = "Sockets pile up in TIME_WAIT",
    .set_when = set_when,
    .false_positives = "A host that keeps TIME_WAIT for less time than the preference says; a client that spreads its "
                       "connections over many servers, each with all of the port range to itself.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6.1",
    .advice = "Each connection that {end} closes first keeps its pair of ports for a minute. Count them: `ss -tan "
              "state time-wait | wc -l`. Keep connections open for more than one request (HTTP keep-alive, a "
              "connection pool); at a client, `sysctl net.ipv4.ip_local_port_range net.ipv4.tcp_tw_reuse`.",
    .when = TCPS_WHEN_CHANGE,
    .check = check,
    .follow = follow,
    .describe = describe,
};

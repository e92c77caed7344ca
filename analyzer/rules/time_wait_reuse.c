/* time_wait_reuse.c: a new connection takes over the ports of one in TIME_WAIT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/patience.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_previous *p = c->previous;

    if (!context->observation || context->observation->event != TCPS_EVENT_SYN_ACK || !p->any)
        return;
    const bool by_itself = p->state[c->client] == TCPS_TIME_WAIT;
    const unsigned end = by_itself ? c->client : 1u - c->client;
    if (p->state[end] != TCPS_TIME_WAIT || p->rival_refused_frame)
        return;
    tcps_rule_raise(context, tcps_role_of(c, end), by_itself, c->first_frame, c->first_ns,
                    span_between(p->since_ns[end], c->first_ns));
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " had been in TIME_WAIT for ");
    tcps_duration_append(to, finding->value);
    g_string_append(to, finding->detail ? " and opened the next connection from the same port to "
                                        : " and took the next connection from the same port of ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
}

static const char *const set_when[] = {
    "one end of the connection before, between the same addresses and ports, was in TIME_WAIT, and its time not over",
    "a SYN opens the next one, newer by sequence number or timestamp where the other end was in TIME_WAIT",
    "it is accepted by a SYN+ACK",
    NULL,
};

const tcps_rule tcps_rule_time_wait_reuse = {
    .id = "time_wait_reuse",
    .severity = TCPS_NOTE,
    .title = "Port reused in TIME_WAIT",
    .set_when = set_when,
    .false_positives = "TIME_WAIT that is shorter at this host than the preference says.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6.1, RFC 6191",
    .advice = "It worked. But the client is reusing its ports within a minute: count them with `ss -tan state "
              "time-wait | wc -l` at {end} and {peer}, and keep connections open for more than one request.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
};

/* keepalive_only.c: nothing but keepalive probes has passed for long.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/patience.h"

/* So many probes and so long a time without data are no pause for thought. */
#define MIN_PROBES 3
#define LONG_NS INT64_C(60000000000)

enum { IDLE, IN_CLOSE_WAIT };

static bool holds_leak(const tcps_rule_context *context, unsigned end, int64_t idle_ns)
{
    const tcps_endpoint *e = &context->connection->ends[end];
    return e->shown == TCPS_CLOSE_WAIT && e->proven_frame && idle_ns > context->config->linger_ns;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (!context->observation || context->observation->event != TCPS_EVENT_KEEPALIVE)
        return;
    const unsigned prober = context->observation->sender == TCPS_CLIENT ? c->client : 1u - c->client;
    const int64_t since = c->last_data_frame ? c->last_data_ns : c->first_ns,
                  idle = span_between(since, context->now_ns);

    /* Answered all the time: nobody has vanished. A closed window is another matter. */
    if (c->ends[0].probes + c->ends[1].probes < MIN_PROBES || c->ends[prober].unanswered > 1 ||
        !c->ends[1 - prober].window)
        return;
    const bool first = holds_leak(context, 0, idle), second = holds_leak(context, 1, idle);
    if (idle <= LONG_NS && !first && !second)
        return;
    const unsigned end = first ? 0 : second ? 1 : prober;
    tcps_rule_raise(context, tcps_role_of(c, end), first || second ? IN_CLOSE_WAIT : IDLE,
                    c->last_data_frame ? c->last_data_frame : c->first_frame, since, idle);
}

static void describe(const tcps_finding *finding, GString *to)
{
    if (finding->detail == IN_CLOSE_WAIT) {
        g_string_append(to, "keepalive probes keep ");
        tcps_address_append(to, &finding->ends[finding->end]);
        g_string_append(to, " in CLOSE_WAIT: no data for ");
    } else {
        tcps_address_append(to, &finding->ends[finding->end]);
        g_string_append(to, " holds the connection by keepalive probes alone: no data for ");
    }
    tcps_duration_append(to, finding->value);
}

static const char *const set_when[] = {
    "three keepalive probes or more were sent since the last data, and are answered",
    "no data has passed for more than a minute; or, with an end in CLOSE_WAIT, for longer than the preference says",
    NULL,
};

const tcps_rule tcps_rule_keepalive_only = {
    .id = "keepalive_only",
    .severity = TCPS_NOTE,
    .title = "Held by keepalives alone",
    .set_when = set_when,
    .false_positives = "A pool or a message queue that keeps idle connections on purpose.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.8.4",
    .advice = "See who holds it and whether it is still of use: `ss -tnpo 'sport = :{port}'` at {end}. In CLOSE_WAIT "
              "it is a leaked socket that no timer will end, for its keepalives are answered.",
    .when = TCPS_WHEN_REPEAT,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

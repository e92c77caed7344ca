/* close_wait_lingering.c: the application does not close a connection that its peer has closed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

/* A half-close in use is none: the clock starts again at each new data that the endpoint sends. A keepalive is no data. */
static int64_t idle_since(const tcps_endpoint *e)
{
    return e->data_seen ? MAX(e->since_ns, e->last_data_ns) : e->since_ns;
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_endpoint *e = &context->connection->ends[end];

    /* Not by presumption: the FIN may not have arrived. */
    if (e->shown != TCPS_CLOSE_WAIT || !e->proven_frame)
        return;
    const int64_t due = span_after(idle_since(e), context->config->linger_ns);
    if (context->now_ns <= due) {
        tcps_rule_ask(context, span_after(due, 1));
        return;
    }
    tcps_rule_raise(context, tcps_role_of(context->connection, end), TCPS_STAY_ON, e->proven_frame, e->more->proven_ns,
                    span_between(e->since_ns, context->now_ns));
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, finding->detail == TCPS_STAY_OVER ? " was in CLOSE_WAIT for " : " has been in CLOSE_WAIT for ");
    tcps_duration_append(to, finding->value);
    if (finding->detail == TCPS_STAY_AT_END)
        g_string_append(to, " and was still there at the end of the capture");
}

static const char *const set_when[] = {
    "the endpoint is in CLOSE_WAIT, and has shown so by an ACK of the peer's FIN",
    "it has sent no new data for longer than the preference's time, counted from the FIN's arrival at the earliest",
    NULL,
};

static const char *const supersedes[] = {"fin_wait_2_lingering", "not_closed", NULL};

const tcps_rule tcps_rule_close_wait_lingering = {
    .id = "close_wait_lingering",
    .severity = TCPS_WARN,
    .title = "Endpoint lingers in CLOSE_WAIT",
    .set_when = set_when,
    .false_positives = "A half-close on purpose whose answer takes longer than the preference's time to compute.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6",
    .advice = "{end} received the peer's FIN and acknowledged it; its application has not called close(). Look for a "
              "leaked socket: `ss -tnp state close-wait`.",
    .when = TCPS_WHEN_CHANGE | TCPS_WHEN_CLOSING | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS | TCPS_FAKED_BY_ONE_SIDED,
    .stay = TCPS_CLOSE_WAIT,
};

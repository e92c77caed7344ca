/* fin_wait_2_lingering.c: an endpoint waits for its peer's FIN for longer than its host would keep a closed socket.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"
#include "rules/stay.h"

/* tcp_fin_timeout on Linux and most others: how long a socket that no process holds stays in FIN_WAIT_2. */
#define ORPHAN_NS INT64_C(60000000000)

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];

    /* Its own segments prove that it is still there: in silence nothing tells. */
    if (e->shown != TCPS_FIN_WAIT_2 || e->known != TCPS_FIN_WAIT_2 ||
        span_between(e->since_ns, e->last_ns) <= ORPHAN_NS)
        return;
    tcps_rule_raise(context, tcps_role_of(c, end), TCPS_STAY_ON, e->since_frame, e->since_ns,
                    span_between(e->since_ns, context->now_ns));
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static void follow(const tcps_rule_context *context, tcps_finding *finding)
{
    tcps_stay_follow(context, finding, TCPS_FIN_WAIT_2);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_stay_describe(to, finding, TCPS_FIN_WAIT_2);
}

static const char *const set_when[] = {
    "the endpoint's FIN has been acknowledged, and its peer has not sent one",
    "its own segments show that it is in FIN_WAIT_2 after more than 60 s (tcp_fin_timeout), when its host would have "
    "dropped a socket that no process holds",
    NULL,
};

const tcps_rule tcps_rule_fin_wait_2_lingering = {
    .id = "fin_wait_2_lingering",
    .severity = TCPS_NOTE,
    .title = "Endpoint lingers in FIN_WAIT_2",
    .over = {"Endpoint was in FIN_WAIT_2 for long", TCPS_CHAT,
             "A process at {end} held the socket after shutdown(SHUT_WR) and waited for {peer} to close: no timer of "
             "its host ends that."},
    .set_when = set_when,
    .false_positives = "A long download after a half-close, or a stream that is meant to last.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6",
    .advice = "A process at {end} holds the socket after shutdown(SHUT_WR) and waits for {peer} to close: no timer of "
              "its host ends that. See which: `ss -tnpo state fin-wait-2`.",
    .when = TCPS_WHEN_CLOSING | TCPS_WHEN_END,
    .check = check,
    .follow = follow,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

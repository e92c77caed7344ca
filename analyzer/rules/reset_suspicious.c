/* reset_suspicious.c: whoever is said to have sent a RST goes on with the connection: it did not send it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "rules/patience.h"

/* What was sent before the RST may be captured after it, but no longer than this. */
#define OVERTAKEN_NS INT64_C(100000000)

static bool was_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_CLOSE_WAIT;
}

/* It has not only been captured late: it has taken what its peer sent after the RST, or sends on after a while. */
static bool goes_on(const tcps_endpoint *e)
{
    return (e->acked_known && seq_gt(e->rcv_acked, e->more->rst_peer_nxt)) ||
           span_between(e->more->rst_ns, e->last_ns) > OVERTAKEN_NS;
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];

    /* a RST that answers the peer's segment: a firewall on the way rejects, and that is no secret (reset) */
    if (!e->rst_denied || e->rst_answers || !was_open(e->more->before_rst))
        return;
    if (goes_on(e))
        tcps_rule_raise(context, tcps_role_of(c, end), 0, e->more->rst_frame, e->more->rst_ns,
                        span_between(e->more->rst_ns, e->last_ns));
    else
        tcps_rule_ask(context, span_after(context->now_ns, TCPS_PATIENCE_NS));
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context) || context->connection->self)
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " went on with the connection ");
    tcps_duration_append(to, finding->value);
    g_string_append(to, " after a RST in its name: somebody else sent that");
}

static const char *const set_when[] = {
    "a RST ended an open connection, by its number",
    "the endpoint in whose name it was sent goes on: it sends new data or acknowledges new data, more than 100 ms "
    "later",
    "the RST is no answer to a segment of its peer, as a rejecting firewall sends it",
    NULL,
};

const tcps_rule tcps_rule_reset_suspicious = {
    .id = "reset_suspicious",
    .severity = TCPS_ERROR,
    .title = "RST injected",
    .set_when = set_when,
    .false_positives = "Captures from several points, merged in the wrong order of time.",
    .supersedes = NULL,
    .clause = "RFC 5961 §1",
    .advice = "{end} did not send the RST. Compare its TTL, IP identification and (in the capture) MAC address with "
              "other segments of {end}: they lead to the firewall, filter or attacker on the way that did.",
    .when = TCPS_WHEN_REPEAT | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

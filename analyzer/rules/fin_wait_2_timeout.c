/* fin_wait_2_timeout.c: data comes long after its receiver has closed, and meets no socket any more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "rules/rule.h"

/* What comes sooner was under way when the endpoint closed, or crosses its FIN. */
#define LONG_AFTER_NS INT64_C(1000000000)

/* It had closed and was waiting for the peer's FIN alone. */
static bool had_closed(const tcps_endpoint *e, const tcps_endpoint *peer)
{
    return e->fin_sent && e->fin_acked && !peer->fin_sent;
}

/* New data that it has not taken; before, it took none after its FIN (or it was no orphan, but a half-close). */
static bool met_data(const tcps_endpoint *e, const tcps_endpoint *peer)
{
    return peer->more->served_frame && e->acked_known && seq_lt(e->rcv_acked, peer->more->served_seq);
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (!context->observation || !context->segment || context->observation->event != TCPS_EVENT_RST ||
        context->segment->flags & TCPS_ACK)
        return;
    const tcps_role role = context->observation->sender;
    const tcps_endpoint *e = tcps_connection_end(c, role);
    const tcps_endpoint *peer = tcps_connection_end(c, 1 - role);

    if (!had_closed(e, peer) || !met_data(e, peer) ||
        span_between(e->more->fin_last_ns, peer->more->served_ns) < LONG_AFTER_NS)
        return;
    tcps_rule_raise(context, role, 0, e->more->fin_frame, e->more->fin_ns,
                    span_between(e->more->fin_last_ns, peer->more->served_ns));
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " had closed ");
    tcps_duration_append(to, finding->value);
    g_string_append(to, " before ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " sent more data: FIN_WAIT_2 was no longer held for it, and the data drew a RST");
}

static const char *const set_when[] = {
    "the endpoint's FIN was acknowledged, and its peer has not sent one",
    "the peer sends its first data since the FIN more than a second after it",
    "the endpoint answers with a RST without ACK, and has not taken the data",
    NULL,
};

static const char *const supersedes[] = {"reset", NULL};

const tcps_rule tcps_rule_fin_wait_2_timeout = {
    .id = "fin_wait_2_timeout",
    .severity = TCPS_WARN,
    .title = "Data for a socket that was closed long before",
    .set_when = set_when,
    .false_positives =
        "None known; but packets do not tell whether the socket's FIN_WAIT_2 had timed out, or data ended it.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6.1",
    .advice =
        "The application at {peer} did not act on the end of stream that {end} had sent: it was in CLOSE_WAIT, and "
        "what it wrote is lost. Make it close when read() returns 0. How long a closed socket is kept: "
        "`sysctl net.ipv4.tcp_fin_timeout` at {end}.",
    .when = TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

/* fin_wait_2_timeout.c: data comes long after its receiver has closed, and meets no socket any more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "rules/rule.h"

/* What comes sooner was under way when the endpoint closed, or crosses its FIN. */
#define LONG_AFTER_NS INT64_C(1000000000)
/* Few stacks keep FIN_WAIT_2 for less; Linux: net.ipv4.tcp_fin_timeout = 60. */
#define TIMEOUT_NS INT64_C(60000000000)

enum { BEFORE_TIMEOUT, PERHAPS_AFTER };

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
    const int64_t after = span_between(e->more->fin_last_ns, peer->more->served_ns);
    tcps_rule_raise(context, role, after < TIMEOUT_NS ? BEFORE_TIMEOUT : PERHAPS_AFTER, e->more->fin_frame,
                    e->more->fin_ns, after);
}

#define ADVICE                                                                                                         \
    "The application at {peer} did not act on the end of stream that {end} had sent: it was in CLOSE_WAIT, and what "  \
    "it "                                                                                                              \
    "wrote is lost. Make it close when read() returns 0; or let {end} shut down only the side that it does not need."

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " had closed ");
    tcps_duration_append(to, finding->value);
    g_string_append(to, " before ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " sent more data, which drew a RST: nobody was there to read it");
    if (finding->detail == PERHAPS_AFTER)
        g_string_append(to, ", and FIN_WAIT_2 may have timed out before");
}

static void reword(const tcps_finding *finding, tcps_rule_words *words)
{
    if (finding->detail == PERHAPS_AFTER)
        words->advice = ADVICE " How long a socket that is closed is kept: `sysctl net.ipv4.tcp_fin_timeout` at {end}.";
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
    .title = "Data for a socket that was closed",
    .set_when = set_when,
    .false_positives =
        "None known; but packets do not tell whether the socket was in FIN_WAIT_2 to the end, or that had timed out.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6.1",
    .advice = ADVICE,
    .reword = reword,
    .when = TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
};

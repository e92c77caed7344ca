/* zero_window_at_close.c: a connection ends while its receiver does not read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "rules/patience.h"

/* The peer of an endpoint with a closed window waits to send: it probes, or has data out that is not acknowledged. */
static bool waits_to_send(const tcps_endpoint *e)
{
    return e->probes > 0 || (e->seq_known && seq_gt(e->snd_nxt, e->snd_una + (e->fin_sent ? 1 : 0)));
}

/* A RST from either ends it; a FIN, where it is the waiting one that closes. */
static bool ends_it(const tcps_observation *o, tcps_role waiting)
{
    switch (o->event) {
    case TCPS_EVENT_RST:
        return true;
    case TCPS_EVENT_FIN:
    case TCPS_EVENT_FIN_AND_ACK_OF_FIN:
        return o->sender == waiting;
    default:
        return false;
    }
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *reader = &c->ends[end], *writer = &c->ends[1 - end];
    const tcps_role role = tcps_role_of(c, end);

    if (!reader->acked_known || reader->window || !c->last_data_frame || !waits_to_send(writer))
        return;
    if (!ends_it(context->observation, 1 - role))
        return;
    tcps_rule_raise(context, role, 0, c->last_data_frame, c->last_data_ns,
                    span_between(c->last_data_ns, context->now_ns));
}

static void check(const tcps_rule_context *context)
{
    if (!context->observation)
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " had closed its receive window when the connection ended, ");
    tcps_duration_append(to, finding->value);
    g_string_append(to, " after the last data: what ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " had left to send is lost");
}

static const char *const set_when[] = {
    "the endpoint's last segment offers a window of 0",
    "its peer probes that window, or has sent data that is not acknowledged",
    "a RST ends the connection, or the peer sends its FIN",
    NULL,
};

const tcps_rule tcps_rule_zero_window_at_close = {
    .id = "zero_window_at_close",
    .severity = TCPS_WARN,
    .title = "Closed with a zero window",
    .set_when = set_when,
    .false_positives = "A receiver that opens its window again after the peer's FIN and reads what is left.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.8.6.1",
    .advice = "The application at {end} does not read fast enough, or not at all. Look for a growing Recv-Q there: `ss "
              "-tnpm 'sport = :{port}'`; at {peer}, Send-Q shows what was left.",
    .when = TCPS_WHEN_FIN | TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
};

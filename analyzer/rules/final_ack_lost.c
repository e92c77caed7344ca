/* final_ack_lost.c: the last ACK of a close was lost, and the FIN came again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (!context->observation || context->observation->event != TCPS_EVENT_TIME_WAIT_ACK || c->rival)
        return;
    const tcps_role role = context->observation->sender;
    const tcps_endpoint *waiting = tcps_connection_end(c, role);
    const tcps_endpoint *closing = tcps_connection_end(c, 1 - role);

    /* The ACK answers a FIN that came again although the one before had been acknowledged. */
    if (closing->more->fins < 2 || closing->last_ns != closing->more->fin_last_ns || !waiting->proven_frame ||
        closing->more->fin_last_ns <= waiting->more->proven_ns)
        return;
    tcps_rule_raise(context, 1 - role, MIN(closing->more->fins, UINT8_MAX), waiting->proven_frame,
                    waiting->more->proven_ns, span_between(waiting->more->proven_ns, context->now_ns));
}

static void describe(const tcps_finding *finding, GString *to)
{
    g_string_append(to, "the last ACK did not reach ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, ": it sent its FIN again, and ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " acknowledged it again from TIME_WAIT ");
    tcps_duration_append(to, finding->value);
    g_string_append(to, " later");
}

static const char *const set_when[] = {
    "an endpoint in TIME_WAIT has acknowledged its peer's FIN",
    "the peer sends this FIN again afterwards",
    "the endpoint acknowledges it again",
    NULL,
};

const tcps_rule tcps_rule_final_ack_lost = {
    .id = "final_ack_lost",
    .severity = TCPS_NOTE,
    .title = "Last ACK lost, FIN repeated",
    .set_when = set_when,
    .false_positives = "An ACK that was only slower than the peer's retransmission timer.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6",
    .advice =
        "TIME_WAIT has done what it is there for, and both ends have closed. If it happens often, packets are lost "
        "on the way from {peer} to {end}: `nstat -az TcpRetransSegs TcpExtTCPLostRetransmit` at {end}.",
    .when = TCPS_WHEN_CLOSING,
    .check = check,
    .describe = describe,
};

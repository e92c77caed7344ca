/* handshake_incomplete.c: a SYN+ACK that nobody acknowledges, or that is repeated whatever the peer does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/belief.h"
#include "rules/flood.h"
#include "rules/patience.h"

enum { UNANSWERED, ACK_NOT_TAKEN };

/* So many SYN+ACKs again in spite of the peer's captured ACK: it is not one ACK that got lost. */
#define MANY 3

/* A SYN+ACK that is not sent again has been acknowledged: the capture misses the ACK, or was cut short. */
static bool syn_ack_unanswered(const tcps_rule_context *context, const tcps_endpoint *e)
{
    return !e->syn_acked && e->more->syns > 1 && !e->rst_sent &&
           tcps_endpoint_without(e, TCPS_DID_ABORT) == TCPS_SYN_RCVD && tcps_handshake_left_unanswered(context, e);
}

/* The peer has acknowledged, and the endpoint goes on as if it had not: the ACK is lost on the way each time, or dropped. */
static bool ack_not_taken(const tcps_rule_context *context, const tcps_endpoint *e)
{
    if (context->when & TCPS_WHEN_RST && e->rst_sent && e->more->before_rst == TCPS_SYN_RCVD)
        return e->more->vain_syns >= 1;
    return e->known == TCPS_SYN_RCVD && e->more->vain_syns >= MANY;
}

static void raise_at(const tcps_rule_context *context, unsigned end, unsigned detail)
{
    const tcps_connection *c = context->connection;

    tcps_rule_raise(context, tcps_role_of(c, end), detail, c->ends[end].first_frame, c->first_ns,
                    span_between(c->first_ns, context->now_ns));
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];

    if (syn_ack_unanswered(context, e))
        raise_at(context, end, UNANSWERED);
    else if (ack_not_taken(context, e))
        raise_at(context, end, ACK_NOT_TAKEN);
    else if (e->known == TCPS_SYN_RCVD)
        tcps_rule_ask(context, span_after(tcps_endpoint_origin_ns(e), span_after(context->config->handshake_ns, 1)));
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context) || tcps_is_flooded(context->connection))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, finding->detail == UNANSWERED ? " did not acknowledge the SYN+ACK of "
                                                      : " acknowledged the SYN+ACK, but the ACK had no effect at ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " in ");
    tcps_duration_append(to, finding->value);
}

static const char *const set_when[] = {
    "an endpoint is in SYN_RCVD and no ACK of its SYN+ACK was captured; or one was, and the SYN+ACK came again at "
    "least "
    "three times in spite of it, or once and then a RST",
    "without an ACK: the preference's time has passed, or what is known of the connection ends after repeats of the "
    "SYN+ACK",
    "it has sent the SYN+ACK again (else it was acknowledged, and the capture misses that)",
    "it is not under a SYN flood (syn_flood)",
    NULL,
};

const tcps_rule tcps_rule_handshake_incomplete = {
    .id = "handshake_incomplete",
    .severity = TCPS_WARN,
    .title = "Handshake not completed",
    .set_when = set_when,
    .false_positives = "A capture that misses the ACK; a listener that waits for data (TCP_DEFER_ACCEPT).",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.5",
    .advice =
        "{peer} gets no SYN+ACK, or its ACK does not get back, or it is no real client (forged SYN). Capture at {peer} "
        "too; on the host of {end} look at `ss -tno state syn-recv` and, for a full accept queue, `nstat -az "
        "TcpExtListenOverflows`.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_RST | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

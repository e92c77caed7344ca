/* handshake_incomplete.c: a SYN+ACK that nobody acknowledges, or that is repeated whatever the peer does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/belief.h"
#include "rules/flood.h"
#include "rules/patience.h"

enum {
    UNANSWERED,
    ACK_NOT_TAKEN,
    DATA_RESET, /* the same, and in the end data met a RST */
    COMPLETED   /* after all */
};

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

static bool resets_data(const tcps_endpoint *e, const tcps_endpoint *peer)
{
    return e->rst_sent && e->more->before_rst < TCPS_ESTABLISHED && !e->data_seen && peer->data_seen &&
           peer->last_data_ns < e->more->rst_ns;
}

static void raise_at(const tcps_rule_context *context, unsigned end, unsigned detail)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];
    const bool data = detail == ACK_NOT_TAKEN && resets_data(e, &c->ends[1 - end]);

    tcps_rule_raise_finding(
        context, (tcps_finding){.end = (uint8_t)tcps_role_of(c, end),
                                .certain = TCPS_PROVEN,
                                .detail = (uint8_t)(data ? DATA_RESET : detail),
                                .began_frame = e->first_frame,
                                .began_ns = c->first_ns,
                                .count = e->more->syns,
                                .value = span_between(c->first_ns,
                                                      detail == UNANSWERED ? context->now_ns : e->more->syn_last_ns)});
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
        tcps_rule_ask(context, span_after(tcps_handshake_due_ns(context, e), 1));
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context) || tcps_is_flooded(context->connection))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static bool is_completed(const tcps_endpoint *e, unsigned detail)
{
    if (detail == UNANSWERED)
        return e->syn_acked && e->known != TCPS_CLOSED;
    return e->known >= TCPS_ESTABLISHED; /* it has shown so */
}

/* It was sent again, or data was reset. */
static void go_on(const tcps_rule_context *context, tcps_finding *f, const tcps_endpoint *e, const tcps_endpoint *peer)
{
    if (f->detail == ACK_NOT_TAKEN && resets_data(e, peer))
        f->detail = DATA_RESET;
    if (e->more->syns <= f->count)
        return;
    tcps_finding_goes_on(context, f);
    f->count = e->more->syns;
    f->value = MAX(f->value, span_between(f->began_ns, e->more->syn_last_ns));
}

static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = tcps_connection_end(c, (tcps_role)f->end), *peer = tcps_connection_end(c, 1 - f->end);

    if (c->first_ns != f->began_ns || tcps_rule_is_parting(context) || f->detail == DATA_RESET)
        return;
    if (f->detail == COMPLETED || f->detail == UNANSWERED) {
        if (e->syn_acked && ack_not_taken(context, e))
            f->detail = ACK_NOT_TAKEN;
    }
    if (f->status == TCPS_OVER && f->detail == COMPLETED)
        return;
    if (!is_completed(e, f->detail)) {
        go_on(context, f, e, peer);
        return;
    }
    tcps_finding_is_over(context, f);
    f->detail = COMPLETED;
    f->value = span_between(f->began_ns, context->now_ns);
}

static void describe(const tcps_finding *f, GString *to)
{
    static const char *const texts[] = {
        [UNANSWERED] = " did not acknowledge the SYN+ACK of ",
        [ACK_NOT_TAKEN] = " acknowledged the SYN+ACK, and its ACKs had no effect at ",
        [DATA_RESET] = " acknowledged the SYN+ACK, and its ACKs had no effect at ",
        [COMPLETED] = " completed the handshake with ",
    };
    tcps_address_append(to, &f->ends[1 - f->end]);
    g_string_append(to, texts[MIN(f->detail, G_N_ELEMENTS(texts) - 1)]);
    tcps_address_append(to, &f->ends[f->end]);
    g_string_append(to, f->detail == COMPLETED ? " after " : f->detail == UNANSWERED ? " in the " : " in ");
    tcps_duration_append(to, f->value);
    if (f->detail == UNANSWERED)
        g_string_append(to, " after its SYN");
    if (f->count > 1)
        g_string_append_printf(to, " (SYN+ACK sent %u times)", f->count);
    if (f->detail == DATA_RESET)
        g_string_append(to, ", and the first data sent to it was reset");
}

static void reword(const tcps_finding *f, tcps_rule_words *words)
{
    if (f->status != TCPS_OVER && (f->detail == ACK_NOT_TAKEN || f->detail == DATA_RESET))
        words->advice = "{end} repeats its SYN+ACK although ACKs of it were captured. Its listener waits for data "
                        "(TCP_DEFER_ACCEPT, an accept filter), or its accept queue is full; or the ACKs get lost "
                        "behind the capture. Look there: `ss -tln 'sport = :{port}'` (Recv-Q against Send-Q), `nstat "
                        "-az TcpExtListenOverflows TcpExtTCPDeferAcceptDrop`. With a listener that defers, {peer} "
                        "should send its request at once, and not open connections ahead.";
}

static const char *const set_when[] = {
    "an endpoint is in SYN_RCVD and no ACK of its SYN+ACK was captured; or one was, and the SYN+ACK came again at "
    "least three times in spite of it, or once and then a RST",
    "without an ACK: the preference's time has passed, or what is known of the connection ends after repeats of the "
    "SYN+ACK",
    "it has sent the SYN+ACK again (else it was acknowledged, and the capture misses that)",
    "it is not under a SYN flood (syn_flood)",
    NULL,
};

static const char *const supersedes[] = {"half_open", NULL}; /* what never was open is not half-open */

const tcps_rule tcps_rule_handshake_incomplete = {
    .id = "handshake_incomplete",
    .severity = TCPS_WARN,
    .title = "Handshake not completed",
    .over = {"Handshake completed late", TCPS_NOTE,
             "The SYN+ACK of {end} or the ACK of it got lost again and again, or was not taken. Capture at {peer} too, "
             "and look at `nstat -az TcpExtListenOverflows TcpRetransSegs` on both hosts."},
    .set_when = set_when,
    .false_positives = "A capture that misses the ACK; a listener that waits for data (TCP_DEFER_ACCEPT).",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.5",
    .advice = "{peer} gets no SYN+ACK, or its ACK does not get back, or it is no real client (forged SYN). Capture at "
              "{peer} too; on the host of {end} look at `ss -tno state syn-recv` and, for a full accept queue, `nstat "
              "-az TcpExtListenOverflows`.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_RST | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .follow = follow,
    .reword = reword,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

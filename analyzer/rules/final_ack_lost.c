/* final_ack_lost.c: the last ACK of a close was lost, and the FIN came again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/rule.h"

/* So many FINs again after an ACK: it is not one ACK that got lost. */
#define MANY 3
/* Where no round trip was measured. */
#define USUAL_RTT_NS INT64_C(100000000)

/* The FIN that came again left after the ACK before could have arrived: what crosses on the way shows nothing. */
static bool has_had_time(const tcps_endpoint *closing, int64_t acked_ns, int64_t again_ns)
{
    const int64_t rtt_ns = closing->rtt_ns ? closing->rtt_ns : USUAL_RTT_NS;
    return span_between(acked_ns, again_ns) > rtt_ns + rtt_ns / 4;
}

static bool answers_from_time_wait(const tcps_rule_context *context, tcps_role waiting)
{
    return context->observation && context->observation->event == TCPS_EVENT_TIME_WAIT_ACK &&
           context->observation->sender == waiting && !context->connection->rival;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (tcps_rule_raised(context) || !context->observation ||
        !answers_from_time_wait(context, context->observation->sender))
        return;
    const tcps_role role = context->observation->sender;
    const tcps_endpoint *closing = tcps_connection_end(c, 1 - role);

    /* The ACK answers a FIN that came again although the one before had been acknowledged. */
    if (closing->more->fins < 2 || closing->last_ns != closing->more->fin_last_ns || !closing->fin_acked ||
        !has_had_time(closing, closing->more->fin_acked_ns, closing->more->fin_last_ns))
        return;
    tcps_rule_raise_finding(context,
                            (tcps_finding){.end = (uint8_t)(1 - role),
                                           .certain = TCPS_PROVEN,
                                           .count = 2,
                                           .began_frame = closing->more->fin_acked_frame,
                                           .began_ns = closing->more->fin_acked_ns,
                                           .value = span_between(closing->more->fin_acked_ns, context->now_ns)});
}

/* Each ACK again answers a FIN again. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    if (!answers_from_time_wait(context, (tcps_role)(1 - f->end)))
        return;
    tcps_finding_goes_on(context, f);
    f->count++;
    f->value = span_between(f->began_ns, context->now_ns);
    if (f->count > MANY)
        f->status = TCPS_CONFIRMED;
}

static void describe(const tcps_finding *f, GString *to)
{
    const tcps_address *closing = &f->ends[f->end], *waiting = &f->ends[1 - f->end];

    if (f->status == TCPS_CONFIRMED) {
        g_string_append_printf(to, "%u ACKs of ", f->count);
        tcps_address_append(to, waiting);
        g_string_append(to, " did not stop ");
        tcps_address_append(to, closing);
        g_string_append_printf(to, " from repeating its FIN, %u times in ", f->count - 1);
        tcps_duration_append(to, f->value);
        g_string_append(to, ": they do not reach it");
        return;
    }
    g_string_append(to, "the last ACK did not reach ");
    tcps_address_append(to, closing);
    g_string_append(to, ": it sent its FIN again, and ");
    tcps_address_append(to, waiting);
    g_string_append(to, " acknowledged it again from TIME_WAIT ");
    tcps_duration_append(to, f->value);
    g_string_append(to, " later");
}

static const char *const supersedes[] = {"fin_repeated", NULL};

static const char *const set_when[] = {
    "an endpoint in TIME_WAIT has acknowledged its peer's FIN",
    "the peer sends this FIN again, longer than a round trip afterwards",
    "the endpoint acknowledges it again",
    "confirmed, and a warn, when that happens for the third time",
    NULL,
};

const tcps_rule tcps_rule_final_ack_lost = {
    .id = "final_ack_lost",
    .severity = TCPS_NOTE,
    .title = "Last ACK lost, FIN repeated",
    .confirmed = {"Last ACKs do not arrive", TCPS_WARN,
                  "Something drops the ACKs of {peer} before the socket of {end}: a firewall on its host or on the way "
                  "that has forgotten the connection. Capture at {end}, and look at its packet filter; there, `ss -tno "
                  "state last-ack` shows what waits."},
    .set_when = set_when,
    .false_positives = "An ACK that was only slower than the peer's retransmission timer.",
    .faked_by = TCPS_FAKED_BY_DROPS,
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6",
    .advice = "TIME_WAIT has done what it is there for. If it happens often, packets are lost on the way from {peer} "
              "to {end}: `nstat -az TcpRetransSegs TcpExtTCPLostRetransmit` at {end}.",
    .when = TCPS_WHEN_CLOSING,
    .check = check,
    .follow = follow,
    .describe = describe,
};

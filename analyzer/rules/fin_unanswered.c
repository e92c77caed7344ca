/* fin_unanswered.c: the first FIN of a connection is never acknowledged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

static bool waits_for_ack(const tcps_endpoint *e, const tcps_endpoint *peer)
{
    return e->fin_sent && !e->fin_unseen && !e->fin_acked && e->known == TCPS_FIN_WAIT_1 &&
           e->shown == TCPS_FIN_WAIT_1 && !peer->fin_sent;
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end], *peer = &c->ends[1 - end];

    /* Not where the peer's direction is not in the capture, nor where either has ended it by a RST. */
    if (!waits_for_ack(e, peer) || !peer->first_frame || peer->rst_sent || e->rst_sent)
        return;
    if (tcps_fin_left_unanswered(context, e))
        tcps_rule_raise(context, tcps_role_of(c, end), MIN(e->more->fins, UINT8_MAX), e->more->fin_frame,
                        e->more->fin_ns, span_between(e->more->fin_ns, context->now_ns));
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
    g_string_append(to, " closed and sent its FIN ");
    tcps_append_times(to, finding->detail);
    g_string_append(to, "; ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " has not acknowledged it in ");
    tcps_duration_append(to, finding->value);
}

static const char *const set_when[] = {
    "the endpoint is in FIN_WAIT_1: it sent a FIN, and neither an ACK of it nor the peer's FIN was captured",
    "segments of its peer were captured earlier, and no RST",
    "the preference's time has passed since it last sent the FIN, or what is known of the connection ends after "
    "repeats of the FIN",
    NULL,
};

static const char *const supersedes[] = {"peer_vanished", "not_closed", NULL};

const tcps_rule tcps_rule_fin_unanswered = {
    .id = "fin_unanswered",
    .severity = TCPS_WARN,
    .title = "FIN never acknowledged",
    .set_when = set_when,
    .false_positives = "A capture that misses the ACK.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6",
    .advice =
        "{peer} is gone, or a firewall or NAT on the way has forgotten the connection: {end} repeats its FIN until "
        "it gives up. See how many wait: `ss -tno state fin-wait-1`; then look whether {peer} still has its end: "
        "`ss -tn state established`.",
    .when = TCPS_WHEN_CLOSING | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

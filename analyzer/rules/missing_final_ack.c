/* missing_final_ack.c: the last FIN of a connection is never acknowledged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

static bool waits_for_final_ack(const tcps_endpoint *e)
{
    return e->fin_sent && !e->fin_unseen && !e->fin_acked && e->shown == e->known &&
           (e->known == TCPS_LAST_ACK || e->known == TCPS_CLOSING);
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_endpoint *e = &context->connection->ends[end], *peer = &context->connection->ends[1 - end];

    /* Not where the peer's direction is not in the capture, nor where the peer has answered by a RST. */
    if (!waits_for_final_ack(e) || !peer->first_frame || peer->rst_sent)
        return;
    if (tcps_fin_left_unanswered(context, e))
        tcps_rule_raise(context, tcps_role_of(context->connection, end), MIN(e->more->fins, UINT8_MAX),
                        e->more->fin_frame, e->more->fin_ns, span_between(e->more->fin_ns, context->now_ns));
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
    g_string_append(to, " sent its FIN ");
    tcps_append_times(to, finding->detail);
    g_string_append(to, " and got no ACK of it from ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " in ");
    tcps_duration_append(to, finding->value);
}

static const char *const set_when[] = {
    "the endpoint is in LAST_ACK or CLOSING: both FINs were sent, and no ACK of its own was captured",
    "segments of its peer were captured, and no RST that ends the connection",
    "the preference's time has passed since it last sent the FIN, or what is known of the connection ends after "
    "repeats of the FIN",
    NULL,
};

static const char *const supersedes[] = {"peer_vanished", "not_closed", NULL};

const tcps_rule tcps_rule_missing_final_ack = {
    .id = "missing_final_ack",
    .severity = TCPS_WARN,
    .title = "Last FIN never acknowledged",
    .set_when = set_when,
    .false_positives = "A capture that misses the last ACK.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6",
    .advice =
        "{peer} vanished before the close was over, or a firewall forgot the connection: {end} repeats its FIN until "
        "it gives up. Look there: `ss -tno state last-ack state closing`.",
    .when = TCPS_WHEN_CLOSING | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

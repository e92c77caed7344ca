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

    /* Not where the peer's direction is not in the capture. A RST of the peer had no effect, if the endpoint sends its FIN again. */
    if (!waits_for_final_ack(e) || !peer->first_frame || (peer->rst_sent && e->more->fin_last_ns < peer->more->rst_ns))
        return;
    tcps_raise_fin_unanswered(context, end);
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

static const char *const set_when[] = {
    "the endpoint is in LAST_ACK or CLOSING: both FINs were sent, and no ACK of its own was captured",
    "segments of its peer were captured, and no RST that ends the connection",
    "the preference's time has passed since it last sent the FIN, or what is known of the connection ends after "
    "repeats of the FIN",
    "the FIN was sent again: else its ACK has arrived, and the capture misses it",
    "it is over once the FIN is acknowledged",
    NULL,
};

static const char *const supersedes[] = {"peer_vanished", "not_closed", NULL};

const tcps_rule tcps_rule_missing_final_ack = {
    .id = "missing_final_ack",
    .severity = TCPS_WARN,
    .title = "Last FIN never acknowledged",
    .over = {"Last FIN acknowledged late", TCPS_NOTE,
             "The FIN of {end} or the ACKs of {peer} were lost for a while. Look for losses on the way: `nstat -az "
             "TcpRetransSegs`."},
    .set_when = set_when,
    .false_positives = "A capture that misses the last ACK.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6",
    .advice = "{peer} vanished before the close was over, or a firewall forgot the connection: {end} repeats its FIN "
              "until it gives up. Look there: `ss -tno state last-ack state closing`.",
    .when = TCPS_WHEN_CLOSING | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .follow = tcps_follow_fin_unanswered,
    .describe = tcps_describe_fin_unanswered,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

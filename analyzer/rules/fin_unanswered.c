/* fin_unanswered.c: the first FIN of a connection is never acknowledged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

/* So many FINs show that nothing has come back, whether the peer's direction is in the capture or not. */
#define MANY 3

static bool waits_for_ack(const tcps_connection *c, const tcps_endpoint *e, const tcps_endpoint *peer)
{
    const bool proven = e->known == TCPS_FIN_WAIT_1 || (c->mid_stream && !peer->first_frame);
    return e->fin_sent && !e->fin_unseen && !e->fin_acked && proven && e->shown == TCPS_FIN_WAIT_1 && !peer->fin_sent;
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end], *peer = &c->ends[1 - end];

    /* Not where the peer's direction is not in the capture, nor where either has ended it by a RST. */
    if (!waits_for_ack(c, e, peer) || peer->rst_sent || e->rst_sent || (!peer->first_frame && e->more->fins < MANY))
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
    "the endpoint is in FIN_WAIT_1: it sent a FIN, and neither an ACK of it nor the peer's FIN was captured",
    "segments of its peer were captured earlier, and no RST; or the FIN was sent at least three times",
    "the preference's time has passed since it last sent the FIN, or what is known of the connection ends after "
    "repeats of the FIN",
    "the FIN was sent again: else its ACK has arrived, and the capture misses it",
    "it is over once the FIN is acknowledged",
    NULL,
};

static const char *const supersedes[] = {"peer_vanished", "not_closed", NULL};

const tcps_rule tcps_rule_fin_unanswered = {
    .id = "fin_unanswered",
    .severity = TCPS_WARN,
    .title = "FIN never acknowledged",
    .over = {"FIN acknowledged late", TCPS_NOTE,
             "The FIN of {end} or the ACKs of {peer} were lost for a while. Look for losses on the way: `nstat -az "
             "TcpRetransSegs`."},
    .set_when = set_when,
    .false_positives = "A capture that misses the ACK.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6",
    .advice = "{peer} is gone, or a firewall or NAT on the way has forgotten the connection: {end} repeats its FIN "
              "until it gives up. See how many wait: `ss -tno state fin-wait-1`; then look whether {peer} still has "
              "its end: `ss -tn state established`.",
    .when = TCPS_WHEN_CLOSING | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .follow = tcps_follow_fin_unanswered,
    .describe = tcps_describe_fin_unanswered,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

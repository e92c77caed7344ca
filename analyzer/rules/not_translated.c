/* not_translated.c: what belongs to one connection came under another address: a NAT has let it pass as it was.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    if (context->continues != TCPS_NO_CONNECTION)
        tcps_rule_raise(context, context->observation->sender, context->by_clocks, context->now_frame, context->now_ns,
                        context->continues);
}

static void describe(const tcps_finding *finding, GString *to)
{
    g_string_append(to, "a segment of ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " to ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append_printf(
        to, " goes on with the %s of connection %" G_GINT64_FORMAT " under %s: a NAT on the way has not translated it",
        finding->detail ? "numbers and the timestamps" : "port and the numbers", finding->value,
        finding->detail ? "other addresses or ports" : "another address");
}

static const char *const set_when[] = {
    "the first captured segment between two addresses and ports has no SYN",
    "a connection was opened before with the same client's port, of which one end is the same and the other is not",
    "its sequence number and its ACK go on with that connection's",
    "or, whatever the addresses and ports (a NAT changes all of them): both go on with it, and so do both timestamps",
    NULL,
};

static const char *const supersedes[] = {"half_open", "reset", "mid_stream", "peer_vanished", NULL};

const tcps_rule tcps_rule_not_translated = {
    .id = "not_translated",
    .severity = TCPS_WARN,
    .title = "Not translated by a NAT",
    .set_when = set_when,
    .false_positives = "A capture on both sides of a NAT that misses the handshake on one of them.",
    .faked_by = TCPS_FAKED_BY_DROPS,
    .supersedes = supersedes,
    .clause = "RFC 5382 §4.1",
    .advice = "Both are one connection. Linux passes what its conntrack takes for INVALID on without translation, and "
              "what it has forgotten: look at `conntrack -S` on the NAT between {end} and {peer}, and drop there what "
              "is INVALID, or set `sysctl net.netfilter.nf_conntrack_tcp_be_liberal=1`. A RST that answers such a "
              "segment may end the connection, and what {end} sent so never arrives.",
    .when = TCPS_WHEN_CHANGE | TCPS_WHEN_FIN | TCPS_WHEN_REPEAT,
    .check = check,
    .describe = describe,
};

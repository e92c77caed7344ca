/* syn_unanswered.c: a SYN without any answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/belief.h"
#include "rules/flood.h"
#include "rules/patience.h"

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end], *peer = &c->ends[1 - end];

    if (!e->syn_sent || peer->first_frame || e->rst_sent || c->self ||
        tcps_endpoint_without(e, TCPS_DID_ABORT) != TCPS_SYN_SENT)
        return;
    if (tcps_handshake_left_unanswered(context, e))
        tcps_rule_raise(context, tcps_role_of(c, end), MIN(e->more->syns, UINT8_MAX), e->first_frame, c->first_ns,
                        span_between(tcps_endpoint_origin_ns(e), context->now_ns));
    else
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
    tcps_address_append(to, &finding->ends[finding->end]);
    if (finding->detail > 1)
        g_string_append_printf(to, " got no answer to %u SYNs from ", finding->detail);
    else
        g_string_append(to, " got no answer to its SYN from ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " in ");
    tcps_duration_append(to, finding->value);
}

static const char *const set_when[] = {
    "an endpoint is in SYN_SENT, and no segment of its peer was captured",
    "the preference's time has passed, or what is known of the connection ends after repeats of the SYN",
    "no ICMP error says why (unreachable), and the peer is not under a SYN flood (syn_flood)",
    NULL,
};

const tcps_rule tcps_rule_syn_unanswered = {
    .id = "syn_unanswered",
    .severity = TCPS_WARN,
    .title = "SYN unanswered",
    .set_when = set_when,
    .false_positives = "A capture that misses the answer: one direction only, or another path back.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.8.3",
    .advice =
        "A firewall drops the SYN or its answer, the host of {peer} is down, or its accept queue is full. Capture "
        "there: if the SYN arrives, look at `nstat -az TcpExtListenDrops TcpExtListenOverflows` and the packet filter.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

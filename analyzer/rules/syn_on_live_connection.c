/* syn_on_live_connection.c: a SYN for a connection that the peer still holds open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"
#include "rules/rsts.h"
#include "rules/two_counts.h"

/* Set in detail once the peer has answered by an ACK of the old connection. */
#define ANSWERED 1

/* SYNs, and the RSTs that answered the peer's ACK. */
static int64_t counts(const tcps_endpoint *opener)
{
    return two_counts(opener->more->syns, opener->more->rsts);
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;
    const tcps_rival *second = c->rival;

    if (!o || !second || second->refused_frame || c->ends[1 - second->from].shown == TCPS_TIME_WAIT)
        return;
    const tcps_endpoint *opener = &second->ends[second->from];
    /* A SYN that is accepted at once meets no live connection: only the end of the old one was not captured. */
    const bool challenged = o->event == TCPS_EVENT_CHALLENGE_ACK, given_up = o->event == TCPS_EVENT_RST_OF_BAD_ACK;
    if (challenged || given_up || (o->event == TCPS_EVENT_SYN_ON_LIVE && opener->more->syns > 1))
        tcps_rule_raise(context, tcps_role_of(c, second->from), challenged ? ANSWERED : 0,
                        tcps_endpoint_origin_frame(opener), tcps_endpoint_origin_ns(opener), counts(opener));
}

static void follow(const tcps_rule_context *context, tcps_finding *finding)
{
    const tcps_connection *c = context->connection;
    const tcps_rival *second = c->rival;

    if (!second || tcps_role_of(c, second->from) != (tcps_role)finding->end)
        return;
    const int64_t now = counts(&second->ends[second->from]);
    const bool challenged =
        context->observation && context->segment && context->observation->event == TCPS_EVENT_CHALLENGE_ACK;
    if (low_count(now) && !challenged) /* which may have ended the connection: then the SYN meets none */
        return;
    if (high_count(now) > high_count(finding->value))
        tcps_finding_goes_on(context, finding);
    finding->value = now;
    finding->count = high_count(now);
    if (challenged)
        finding->detail = ANSWERED;
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    const uint32_t syns = high_count(finding->value), rsts = low_count(finding->value);

    if (syns > 1)
        g_string_append_printf(to, " sent %u SYNs on a connection that ", syns);
    else
        g_string_append(to, " sent a SYN on a connection that ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " holds open");
    if (finding->detail == ANSWERED && syns > 1 && rsts == 0)
        g_string_append(to, ", and never answered its ACK with a RST, which would end that");
    if (rsts > 1)
        g_string_append_printf(to, "; %u RSTs that answer its ACK had no effect", rsts);
}

static const char *const set_when[] = {
    "a SYN was captured on a connection that its receiver holds open, not in TIME_WAIT",
    "it is not accepted: the receiver answers with a challenge ACK, or the SYN comes again",
    NULL,
};

static const char *const supersedes[] = {"challenge_ack", "half_open", "reset", NULL};

const tcps_rule tcps_rule_syn_on_live_connection = {
    .id = "syn_on_live_connection",
    .severity = TCPS_WARN,
    .title = "SYN on a live connection",
    .set_when = set_when,
    .false_positives = "A forged SYN; a capture that misses how the old connection ended.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.10.7.4",
    .advice = "The host of {end} has forgotten the connection (restart, crash, a NAT that uses the port again) and "
              "{peer} has not noticed. Look there: `ss -tno 'dport = :{port}'`, and set keepalives in its application.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_REPEAT | TCPS_WHEN_RST,
    .check = check,
    .follow = follow,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS | TCPS_FAKED_BY_ONE_SIDED,
};

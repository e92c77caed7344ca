/* syn_on_live_connection.c: a SYN for a connection that the peer still holds open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

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
        tcps_rule_raise(context, tcps_role_of(c, second->from), 0, tcps_endpoint_origin_frame(opener),
                        tcps_endpoint_origin_ns(opener), 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " sent a SYN on a connection that ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " holds open");
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
              "{peer} has "
              "not noticed. Look there: `ss -tno 'dport = :{port}'`, and set keepalives in its application.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_REPEAT | TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS | TCPS_FAKED_BY_ONE_SIDED,
};

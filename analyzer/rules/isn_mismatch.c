/* isn_mismatch.c: a SYN or SYN+ACK is repeated with another initial sequence number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

/* A SYN that comes later than this is no repetition. */
#define REPEATED_NS INT64_C(64000000000)

/* The incarnation that this SYN began took the place of one that had sent a SYN as well and got no answer. */
static bool replaces_own_syn(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_previous *p = c->previous;

    return context->observation->opens && context->observation->event == TCPS_EVENT_SYN && p->any &&
           p->state[c->client] == TCPS_SYN_SENT && p->state[1 - c->client] != TCPS_SYN_SENT &&
           span_between(p->last_ns, context->now_ns) < REPEATED_NS;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;

    if (!o || !context->segment)
        return;
    const tcps_endpoint *sender = tcps_connection_end(context->connection, o->sender);
    if (replaces_own_syn(context))
        tcps_rule_raise(context, TCPS_CLIENT, TCPS_CLIENT, c->previous->last_frame, c->previous->last_ns, 0);
    else if (o->event == TCPS_EVENT_SYN_ACK_REPEATED && sender->other_iss_known &&
             sender->more->other_iss == context->segment->seq)
        tcps_rule_raise(context, o->sender, TCPS_SERVER, c->first_frame, c->first_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, finding->detail == TCPS_CLIENT ? " repeated its SYN" : " repeated its SYN+ACK");
    g_string_append(to, " with another sequence number");
}

static const char *const set_when[] = {
    "a SYN of the same addresses and ports follows one that was not answered, within 64 s, or a SYN+ACK follows one of "
    "the same handshake",
    "its sequence number is another",
    NULL,
};

const tcps_rule tcps_rule_isn_mismatch = {
    .id = "isn_mismatch",
    .severity = TCPS_NOTE,
    .title = "Repeated with another initial sequence number",
    .set_when = set_when,
    .false_positives = "A program that binds its port and tries again by itself.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.4.1",
    .advice = "A stack repeats a SYN with the same number. Another one comes from a firewall that rewrites numbers and "
              "forgets, from two hosts that answer as {end} (check ARP, load balancers), or from a new attempt on the "
              "same port: compare the TTL and the IP identification of the frames.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

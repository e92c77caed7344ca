/* split_handshake.c: a SYN is answered with a SYN instead of a SYN+ACK, and the client is made to answer as a server.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/crossed.h"

/* It cannot have answered a SYN that was captured on its way to it later than a round trip before its own: these two have crossed. */
static bool may_answer(const tcps_rule_context *context, const tcps_endpoint *client, const tcps_endpoint *server)
{
    const int64_t waited_ns = span_between(context->connection->first_ns, server->more->syn_last_ns);
    const int64_t round_trip_ns = span_between(client->more->syn_last_ns, context->now_ns);
    return waited_ns >= round_trip_ns - round_trip_ns / 10;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;
    const tcps_segment *s = context->segment;
    const tcps_endpoint *server = tcps_connection_end(c, TCPS_SERVER);

    if (!o || !s || !tcps_syns_crossed(c) || o->sender != TCPS_SERVER || s->flags & (TCPS_SYN | TCPS_RST))
        return;
    const tcps_endpoint *client = tcps_connection_end(c, TCPS_CLIENT);
    if (server->more->syns == 1 && server->shown >= TCPS_ESTABLISHED && client->more->syns > 1 &&
        may_answer(context, client, server))
        tcps_rule_raise(context, TCPS_SERVER, 0, c->first_frame, c->first_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " answered the SYN of ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " with a SYN without ACK, and let it open the connection in its place");
}

static const char *const set_when[] = {
    "an endpoint's SYN is followed by a SYN without ACK of its peer, which it answers with a SYN+ACK",
    "the peer's SYN came a round trip after that SYN or later (else it cannot be an answer: they have crossed)",
    "the peer had sent no SYN+ACK when it opened the connection, as in a simultaneous open it would",
    NULL,
};

static const char *const supersedes[] = {"simultaneous_open", NULL};

const tcps_rule tcps_rule_split_handshake = {
    .id = "split_handshake",
    .severity = TCPS_WARN,
    .title = "Split handshake",
    .set_when = set_when,
    .false_positives = "A simultaneous open of which one SYN got lost behind the capture point.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.5",
    .advice = "No ordinary stack opens so. {end} may want to have firewalls and intrusion detection on the way take it "
              "for the client: see who runs the service behind {end}, and whether your firewall lets this pass.",
    .when = TCPS_WHEN_CHANGE,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

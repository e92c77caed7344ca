/* half_open.c: one end holds the connection open, the other knows nothing of it any more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rsts.h"

/* A RST in the middle of a conversation comes from a firewall: a host takes a while to forget, longer than a few round trips. */
#define SILENCE_NS INT64_C(200000000)
#define ROUND_TRIPS 4

static bool is_open(unsigned state)
{
    return state == TCPS_ESTABLISHED || state == TCPS_CLOSE_WAIT;
}

static bool was_silent(const tcps_endpoint *sender)
{
    return sender->more->silent_ns >= MAX(SILENCE_NS, ROUND_TRIPS * sender->rtt_ns);
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;

    if (!o || !context->segment || o->event != TCPS_EVENT_RST || c->self)
        return;
    const tcps_endpoint *sender = tcps_connection_end(c, o->sender), *peer = tcps_connection_end(c, 1 - o->sender);
    /* neither had a FIN: the one has not closed, and the other has not noticed */
    if (!sender->rst_answers || sender->fin_sent || peer->fin_sent || !is_open(o->end[1 - o->sender].before))
        return;
    if (c->rst_by && &c->ends[c->rst_by - 1] != sender)
        return; /* a RST in the peer's name came before: it knows nothing of the connection any more for that */
    if (sender->more->before_rst == TCPS_SYN_RCVD || !was_silent(sender) || sender->more->rst_of_stale)
        return;
    if (sender->more->silent_ns == INT64_MAX && !peer->data_seen)
        return; /* a lone ACK: there may never have been a connection */
    tcps_rule_raise_finding(context, (tcps_finding){.end = 1 - o->sender,
                                                    .detail = sender->more->silent_ns == INT64_MAX,
                                                    .certain = TCPS_PROVEN,
                                                    .began_frame = context->now_frame,
                                                    .began_ns = context->now_ns,
                                                    .value = sender->more->silent_ns,
                                                    .other = tcps_odd_ttls(context->segment, sender)});
}

/* It knows of the connection after all: something on the way has reset it. */
static void follow(const tcps_rule_context *context, tcps_finding *finding)
{
    if (tcps_connection_end(context->connection, 1 - finding->end)->rst_denied)
        tcps_finding_withdraw(finding);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " held the connection open, and ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " knew nothing of it");
    if (!finding->detail) {
        g_string_append(to, " after a silence of ");
        tcps_duration_append(to, finding->value);
    }
    tcps_append_odd_ttls(to, finding->other);
}

static const char *const set_when[] = {
    "an endpoint that is open and has not closed sends a segment, and is answered with a RST without ACK",
    "the sender of the RST had not closed either: no FIN and no RST of it was captured",
    "it had been silent for longer than 200 ms and four round trips; where nothing of it was captured before, it was "
    "data that it answers",
    "no RST of its peer came before",
    "the segment that it answers is no old copy of what it had acknowledged before (reset)",
    NULL,
};

static const char *const supersedes[] = {"reset", NULL};

const tcps_rule tcps_rule_half_open = {
    .id = "half_open",
    .severity = TCPS_WARN,
    .title = "Half-open connection",
    .set_when = set_when,
    .false_positives = "A firewall or NAT on the way that forgets idle connections and rejects what comes later.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.5.1",
    .advice = "{peer} restarted or crashed, or a firewall or NAT on the way forgot the idle connection. Look at the "
              "uptime of its host and process; let {end} find out sooner by keepalives: `ss -tno 'sport = :{port}'` "
              "shows its timers.",
    .when = TCPS_WHEN_RST,
    .check = check,
    .follow = follow,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

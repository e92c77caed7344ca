/* connection_refused.c: a SYN that was answered by a RST.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rfc/segment.h"
#include "rules/rule.h"

enum {
    REFUSED,
    AFTER_SYN_ACK /* its SYN+ACK had answered the SYN, and a RST answers the same SYN when it comes again */
};

/* The SYN comes again, for the SYN+ACK has not arrived: a host that has the connection sends its SYN+ACK again. */
static bool answers_repeated_syn(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;
    const tcps_segment *s = context->segment;
    const tcps_endpoint *client = tcps_connection_end(context->connection, TCPS_CLIENT),
                        *server = tcps_connection_end(context->connection, TCPS_SERVER);

    return o->event == TCPS_EVENT_RST && o->sender == TCPS_SERVER && server->more->before_rst == TCPS_SYN_RCVD &&
           server->more->syns > 0 && client->more->syns > 1 && client->last_ns == client->more->syn_last_ns &&
           !client->acked_known && segment_is(s, TCPS_ACK) && s->ack == client->iss + 1;
}

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;

    if (!o || !context->segment)
        return;
    if (o->event == TCPS_EVENT_RST_REFUSES)
        tcps_rule_raise(context, o->sender, REFUSED, context->now_frame, context->now_ns, 0);
    else if (answers_repeated_syn(context))
        tcps_rule_raise(context, o->sender, AFTER_SYN_ACK, context->now_frame, context->now_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    static const char *const texts[] = {
        [REFUSED] = "",
        [AFTER_SYN_ACK] = ": it reset the repeated SYN of a handshake that it had answered by a SYN+ACK before",
    };

    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " refused the connection from ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, texts[MIN(finding->detail, G_N_ELEMENTS(texts) - 1)]);
}

static void reword(const tcps_finding *finding, tcps_rule_words *words)
{
    if (finding->detail == AFTER_SYN_ACK)
        words->advice = "A stack, a firewall or a load balancer with a fault sent this RST for {end}, or two hosts "
                        "answer in its name: compare TTL and IP identification of the RST with those of other segments "
                        "of {end}, and look on its host: `ss -tlnp 'sport = :{port}'`.";
}

static const char *const set_when[] = {
    "an endpoint has sent a SYN and is in SYN_SENT",
    "it is sent a RST that acknowledges this SYN: in answer to the SYN, or to the SYN again after a SYN+ACK",
    NULL,
};

static const char *const supersedes[] = {"reset_suspicious", "syn_unanswered", "handshake_incomplete", NULL};

const tcps_rule tcps_rule_connection_refused = {
    .id = "connection_refused",
    .severity = TCPS_NOTE,
    .title = "Connection refused",
    .set_when = set_when,
    .false_positives = "A firewall on the way may have sent the RST in the endpoint's name.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.10.7.1",
    .advice =
        "No socket listens on {end}, or a firewall rejects for it. Look on its host: `ss -tlnp 'sport = :{port}'`.",
    .when = TCPS_WHEN_RST,
    .check = check,
    .reword = reword,
    .describe = describe,
};

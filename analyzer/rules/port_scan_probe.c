/* port_scan_probe.c: somebody asks whether a port is open, and does not want the connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

enum {
    HALF_OPEN, /* RST in answer to the SYN+ACK that it had asked for */
    AT_ONCE,   /* RST behind its SYN, with no answer captured */
    UNASKED    /* RST in answer to a SYN+ACK whose SYN was not captured */
};

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;
    const tcps_endpoint *client = tcps_connection_end(c, TCPS_CLIENT), *server = tcps_connection_end(c, TCPS_SERVER);

    if (!o || (o->event != TCPS_EVENT_RST && o->event != TCPS_EVENT_RST_OF_BAD_ACK) || o->sender != TCPS_CLIENT ||
        c->role_basis > TCPS_BASIS_SYN_ACK || c->self)
        return;
    /* it has never acknowledged anything: it was not going to open the connection */
    if (client->acked_known || client->more->syn_data || (server->syn_sent && !server->passive))
        return;
    const unsigned detail = c->role_basis == TCPS_BASIS_SYN_ACK ? UNASKED : server->syn_sent ? HALF_OPEN : AT_ONCE;
    /* a RST may answer an ACK of an older connection's: then it says nothing of the client's will */
    if (detail == AT_ONCE ? server->first_frame : !server->more->syns || server->data_seen)
        return;
    tcps_rule_raise(context, TCPS_CLIENT, detail, c->first_frame, c->first_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    static const char *const texts[] = {
        [HALF_OPEN] = " asked for a connection, and reset it when it got the answer of ",
        [AT_ONCE] = " asked for a connection and reset it before there was an answer of ",
        [UNASKED] = " sent a RST for a SYN+ACK that it seems not to have asked for, of ",
    };

    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, texts[MIN(finding->detail, G_N_ELEMENTS(texts) - 1)]);
    tcps_address_append(to, &finding->ends[1 - finding->end]);
}

static const char *const set_when[] = {
    "a RST was captured from an endpoint that has sent nothing before but a SYN, if that",
    "its peer has answered the SYN with a SYN+ACK, or not at all yet",
    NULL,
};

static const char *const supersedes[] = {"reset", "handshake_incomplete", NULL};

const tcps_rule tcps_rule_port_scan_probe = {
    .id = "port_scan_probe",
    .severity = TCPS_NOTE,
    .title = "Connection asked for and reset at once",
    .set_when = set_when,
    .false_positives = "A client that gives up while it connects; a load balancer's health check; answers to SYNs that "
                       "somebody forged in the endpoint's name.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.5.2",
    .advice = "One is nothing. If {end} does so to many ports or hosts it is a scan: `tcpstate.finding == "
              "\"port_scan_probe\"` shows all of them, and Statistics > Conversations from where.",
    .when = TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
};

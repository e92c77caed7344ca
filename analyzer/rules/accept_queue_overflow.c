/* accept_queue_overflow.c: the server's host ignores the handshake's last ACK, and what follows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/rule.h"

/* So many SYN+ACKs again in spite of the client's captured ACK: it is not one ACK that got lost. */
#define MANY 2

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;
    const tcps_endpoint *server = tcps_connection_end(c, TCPS_SERVER), *client = tcps_connection_end(c, TCPS_CLIENT);

    if (!o || o->event != TCPS_EVENT_SYN_ACK_REPEATED || o->sender != TCPS_SERVER || !client->data_seen)
        return;
    if (server->more->vain_syns >= MANY)
        tcps_rule_raise_finding(context, (tcps_finding){.end = TCPS_SERVER,
                                                        .certain = TCPS_PROVEN,
                                                        .began_frame = c->first_frame,
                                                        .began_ns = c->first_ns,
                                                        .count = server->more->vain_syns});
}

/* Until the server shows that it is open. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *server = tcps_connection_end(c, TCPS_SERVER);

    if (f->status == TCPS_OVER || tcps_rule_is_parting(context) || c->first_ns != f->began_ns)
        return;
    if (server->known >= TCPS_ESTABLISHED) {
        tcps_finding_is_over(context, f);
        f->value = span_between(f->began_ns, context->now_ns);
    } else if (server->more->vain_syns > f->count) {
        tcps_finding_goes_on(context, f);
        f->count = server->more->vain_syns;
    }
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append_printf(to, " repeated its SYN+ACK %u time%s although ", finding->count,
                           finding->count == 1 ? "" : "s");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " had acknowledged it and sent data");
    if (finding->status == TCPS_OVER) {
        g_string_append(to, "; it took an ACK after ");
        tcps_duration_append(to, finding->value);
    }
}

static const char *const set_when[] = {
    "the client's ACK of the SYN+ACK was captured, and data from the client: it is ESTABLISHED",
    "the server sends the SYN+ACK again all the same, at least twice since that ACK and once since the data",
    NULL,
};

static const char *const supersedes[] = {"handshake_incomplete", NULL};

const tcps_rule tcps_rule_accept_queue_overflow = {
    .id = "accept_queue_overflow",
    .severity = TCPS_WARN,
    .title = "Handshake's last ACK has no effect",
    .over = {"Handshake's last ACK had no effect at first", TCPS_NOTE,
             "Most likely the accept queue of {end} was full for a while. Look there: `ss -tln 'sport = :{port}'` "
             "(Recv-Q against Send-Q), `nstat -az TcpExtListenOverflows`."},
    .set_when = set_when,
    .false_positives = "Heavy loss between the capture and the server.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.5",
    .advice = "Most likely the accept queue of {end} is full: its application does not call accept() fast enough, or "
              "listen() got too small a backlog. Look there: `ss -tln 'sport = :{port}'` (Recv-Q against Send-Q), "
              "`nstat -az TcpExtListenOverflows`.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .follow = follow,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

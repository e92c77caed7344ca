/* reset.c: a RST ended a connection that was open.
 *
 * Its severity is a note: an abort may be the application's will. Rules that know better about the cause supersede it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "rules/rule.h"

enum {
    ABORTED,        /* with an ACK: the sender's side decided so */
    ABORTED_UNREAD, /* the same, and the last data of the connection was sent to it */
    ABORTED_CLOSED, /* the same, after its own FIN */
    NO_SOCKET,      /* without: the answer to a segment that met no socket */
    AFTER_FIN,      /* the same, and the sender had closed */
    IN_HANDSHAKE,   /* in answer to the ACK that should have completed the handshake */
};

static bool is_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_LAST_ACK;
}

static bool is_over(unsigned state)
{
    return state == TCPS_CLOSED || state == TCPS_LISTEN;
}

/* Bytes that the endpoint had sent and of which no ACK was captured. */
static uint32_t unacknowledged(const tcps_endpoint *e)
{
    if (!e->seq_known)
        return 0;
    const uint32_t end = e->fin_sent ? e->more->fin_seq : e->snd_nxt;
    return seq_gt(end, e->snd_una) ? end - e->snd_una : 0;
}

/* Both have sent everything and their FIN, and nothing is missing: the RST only stands in for the last ACK. */
static bool harmless(const tcps_connection *c)
{
    return c->ends[0].fin_sent && c->ends[1].fin_sent && !unacknowledged(&c->ends[0]) && !unacknowledged(&c->ends[1]);
}

static bool ended(const tcps_observation *o)
{
    if (o->event != TCPS_EVENT_RST && o->event != TCPS_EVENT_RST_OF_BAD_ACK)
        return false;
    for (unsigned i = 0; i < 2; i++)
        if (is_open(o->end[i].before) && is_over(o->end[i].state))
            return true;
    return false;
}

static unsigned cause(const tcps_rule_context *context, const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    if (sender->more->before_rst == TCPS_SYN_RCVD)
        return IN_HANDSHAKE;
    if (!(context->segment->flags & TCPS_ACK))
        return sender->fin_sent ? AFTER_FIN : NO_SOCKET;
    if (sender->fin_sent)
        return ABORTED_CLOSED;
    return receiver->last_data_ns > sender->last_data_ns ? ABORTED_UNREAD : ABORTED;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (!context->observation || !context->segment || !ended(context->observation) || harmless(c))
        return;
    const tcps_role role = context->observation->sender;
    const tcps_endpoint *sender = tcps_connection_end(c, role), *receiver = tcps_connection_end(c, 1 - role);
    if (sender->more->before_rst == TCPS_SYN_RCVD && sender->more->vain_syns)
        return; /* the handshake was in trouble before, and another finding says so */
    tcps_rule_raise(context, role, cause(context, sender, receiver), context->now_frame, context->now_ns,
                    unacknowledged(receiver));
}

static void describe(const tcps_finding *finding, GString *to)
{
    static const char *const texts[] = {
        [ABORTED] = " aborted the connection with a RST",
        [ABORTED_UNREAD] = " aborted the connection with a RST, without an answer to the last data sent to it",
        [ABORTED_CLOSED] = " had sent its FIN, and aborted the rest of the connection with a RST",
        [NO_SOCKET] = " reset the connection: it had no socket for it any more, or a firewall rejects in its name",
        [AFTER_FIN] = " had closed, and reset the connection when more came",
        [IN_HANDSHAKE] = " reset the connection in the handshake's last step",
    };

    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, texts[MIN(finding->detail, G_N_ELEMENTS(texts) - 1)]);
    if (finding->value > 0)
        g_string_append_printf(to, "; it has not acknowledged %" G_GINT64_FORMAT " byte%s sent to it", finding->value,
                               finding->value == 1 ? "" : "s");
}

static const char *const set_when[] = {
    "a RST that its receiver takes was captured",
    "it ends a connection that was open at one end at least",
    "not both FINs were sent, or data is unacknowledged (else the RST only stands in for the last ACK)",
    ("it does not answer a SYN (connection_refused), nor end a handshake that does not come to an end "
     "(handshake_incomplete, accept_queue_overflow)"),
    NULL,
};

const tcps_rule tcps_rule_reset = {
    .id = "reset",
    .severity = TCPS_NOTE,
    .title = "Connection reset",
    .set_when = set_when,
    .false_positives =
        "An application may abort on purpose (SO_LINGER 0); a firewall on the way may have sent the RST in its name.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.5.2",
    .advice =
        "Look at what the application at {end} did at that moment: close() with data that it has not read, SO_LINGER 0 "
        "and a process that is killed send a RST, and so does its host for a socket that is gone: `nstat -az | grep -i "
        "abort`. Without ACK and with another TTL it is a firewall's.",
    .when = TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
};

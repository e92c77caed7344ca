/* reset.c: a RST ended a connection that was open.
 *
 * Its severity is a note: an abort may be the application's will. Rules that know better about the cause supersede it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "rules/rsts.h"
#include "rules/two_counts.h"

enum {
    ABORTED,        /* with an ACK: the sender's side decided so */
    ABORTED_UNREAD, /* the same, and it had not acknowledged the last data of the connection, which was sent to it */
    ABORTED_MUTE,   /* the same, but it had: a server that has answered nothing since */
    ABORTED_CLOSED, /* the same, after its own FIN */
    NO_SOCKET,      /* without: the answer to a segment that met no socket */
    AFTER_FIN,      /* the same, and the sender had closed */
    IN_HANDSHAKE,   /* in answer to the ACK that should have completed the handshake */
    UNFINISHED,     /* before that ACK */
    FIRST_DATA,     /* in answer to the first data after it */
    IDLE,           /* in answer to nothing, while nothing was owed; the value is how long nothing was sent */
    OF_OLD_COPY,    /* in answer to data that the sender had acknowledged before */
    UNASKED,        /* without an ACK, and in answer to nothing */
};

/* Whoever is idle for longer has paused in its conversation. */
#define IDLE_NS INT64_C(1000000000)

/* Whoever has not taken the RST has shown that by then. */
#define STANDS_NS INT64_C(30000000000)

static bool is_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_LAST_ACK;
}

static bool is_over(unsigned state)
{
    return state == TCPS_CLOSED || state == TCPS_LISTEN;
}

/* Bytes that the endpoint had sent and of which no ACK was captured: its SYN is none. */
static uint32_t unacknowledged(const tcps_endpoint *e)
{
    if (!e->seq_known)
        return 0;
    const uint32_t end = e->fin_sent ? e->more->fin_seq : e->snd_nxt;
    const uint32_t start = e->syn_sent && e->iss_known ? seq_max(e->snd_una, e->iss + 1) : e->snd_una;
    return seq_gt(end, start) ? end - start : 0;
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

/* For how long neither end had sent anything before the RST; 0 where nothing of its sender is known. */
static int64_t idle_ns(const tcps_rule_context *context, const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    if (sender->more->silent_ns == INT64_MAX || !receiver->first_frame)
        return 0;
    return MIN(sender->more->silent_ns, span_between(receiver->last_ns, context->now_ns));
}

/* Neither owed the other an answer. */
static bool is_settled(const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    return !sender->fin_sent && !receiver->fin_sent && !sender->more->rst_owed && !unacknowledged(sender) &&
           !unacknowledged(receiver);
}

static unsigned cause_with_ack(tcps_role role, const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    if (sender->fin_sent)
        return ABORTED_CLOSED;
    if (!receiver->data_seen || (sender->data_seen && sender->last_data_ns > receiver->last_data_ns))
        return ABORTED;
    if (sender->more->rst_owed)
        return ABORTED_UNREAD;
    return role == TCPS_SERVER ? ABORTED_MUTE : ABORTED; /* a client is owed an answer, and does not owe one */
}

static unsigned cause(const tcps_rule_context *context, const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    const bool has_ack = context->segment->flags & TCPS_ACK;
    if (sender->more->before_rst == TCPS_SYN_RCVD && !sender->syn_acked)
        return UNFINISHED;
    if (sender->more->before_rst == TCPS_SYN_RCVD)
        return receiver->data_seen ? FIRST_DATA : IN_HANDSHAKE;
    if (is_settled(sender, receiver) && !sender->rst_answers && idle_ns(context, sender, receiver) > IDLE_NS)
        return IDLE;
    if (has_ack)
        return cause_with_ack((tcps_role)context->observation->sender, sender, receiver);
    if (sender->more->rst_of_stale)
        return OF_OLD_COPY;
    if (sender->fin_sent)
        return sender->rst_answers || sender->more->rst_owed ? AFTER_FIN : ABORTED_CLOSED;
    return sender->rst_answers || sender->more->silent_ns == INT64_MAX ? NO_SOCKET : UNASKED;
}

/* It has repeated its SYN+ACK until it would not any more. */
static bool gave_up(const tcps_endpoint *sender)
{
    return !sender->syn_acked && sender->more->syns > 2;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (!context->observation || !context->segment || !ended(context->observation) || harmless(c))
        return;
    const tcps_role role = context->observation->sender;
    const tcps_endpoint *sender = tcps_connection_end(c, role), *receiver = tcps_connection_end(c, 1 - role);
    if (sender->more->before_rst == TCPS_SYN_RCVD && (sender->more->vain_syns || gave_up(sender)))
        return; /* the handshake was in trouble before, and another finding says so */
    if (tcps_rsts_have_no_effect(sender, receiver))
        return;
    const unsigned why = cause(context, sender, receiver);
    const int64_t value =
        why == IDLE ? idle_ns(context, sender, receiver) : two_counts(unacknowledged(sender), unacknowledged(receiver));
    tcps_rule_raise_finding(context, (tcps_finding){.end = (uint8_t)role,
                                                    .detail = (uint8_t)why,
                                                    .certain = TCPS_PROVEN,
                                                    .began_frame = context->now_frame,
                                                    .began_ns = context->now_ns,
                                                    .value = value,
                                                    .timed = why == IDLE,
                                                    .other = tcps_odd_ttls(context->segment, sender)});
    tcps_rule_ask(context, span_after(context->now_ns, STANDS_NS));
}

/* Its sender goes on, and so does its receiver: somebody else has sent it, or nobody has taken it. */
static bool was_none(const tcps_finding *f, const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    return sender->rst_denied && receiver->last_frame > f->found_frame && is_open(receiver->shown) &&
           receiver->certainty == TCPS_PROVEN;
}

/* The receiver has not taken it, nor those that followed (reset_ignored). */
static void follow(const tcps_rule_context *context, tcps_finding *finding)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *sender = tcps_connection_end(c, finding->end),
                        *receiver = tcps_connection_end(c, 1 - finding->end);
    if (tcps_rsts_have_no_effect(sender, receiver) || was_none(finding, sender, receiver))
        tcps_finding_withdraw(finding);
    else if (span_between(finding->found_ns, context->now_ns) >= STANDS_NS)
        tcps_finding_stands(finding);
    else
        tcps_rule_ask(context, span_after(finding->found_ns, STANDS_NS));
}

static const char *const texts[] = {
    [ABORTED] = " aborted the connection with a RST",
    [ABORTED_UNREAD] = " aborted the connection with a RST, without an answer to the last data sent to it",
    [ABORTED_MUTE] = " aborted the connection with a RST; the last data was sent to it, and it has sent none since",
    [ABORTED_CLOSED] = " had sent its FIN, and aborted the rest of the connection with a RST",
    [NO_SOCKET] = " reset the connection: it had no socket for it any more, or a firewall rejects in its name",
    [AFTER_FIN] = " had closed, and reset the connection when more came",
    [IN_HANDSHAKE] = " reset the connection in the handshake's last step",
    [UNFINISHED] = " reset the connection before its SYN+ACK was acknowledged",
    [FIRST_DATA] = " reset the first data after the handshake",
    [IDLE] = " reset the connection in answer to nothing, after it was idle for ",
    [OF_OLD_COPY] =
        " reset the connection in answer to an old copy of data that it had acknowledged before: not its socket, which "
        "would send an ACK, but more likely a host behind a NAT that passes the copy on untranslated",
    [UNASKED] = " reset the connection with a RST without ACK, in answer to nothing",
};

static void append_bytes(GString *to, uint32_t n)
{
    g_string_append_printf(to, "%u byte%s", n, n == 1 ? "" : "s");
}

static void append_left(GString *to, const tcps_finding *finding)
{
    const uint32_t sent = high_count(finding->value), received = low_count(finding->value);

    if (received) {
        g_string_append(to, "; it has not acknowledged ");
        append_bytes(to, received);
        g_string_append(to, " sent to it");
    }
    if (sent) {
        g_string_append(to, "; ");
        append_bytes(to, sent);
        g_string_append_printf(to, " that it had sent %s not acknowledged by ", sent == 1 ? "was" : "were");
        tcps_address_append(to, &finding->ends[1 - finding->end]);
    }
}

static void describe(const tcps_finding *finding, GString *to)
{
    const unsigned why = MIN(finding->detail, G_N_ELEMENTS(texts) - 1);

    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, texts[why]);
    if (why == IDLE)
        tcps_duration_append(to, finding->value);
    else
        append_left(to, finding);
    tcps_append_odd_ttls(to, finding->other);
}

#define ADVICE                                                                                                         \
    "Look at what the application at {end} did at that moment: close() with data that it has not read, SO_LINGER 0 "   \
    "and a process that is killed send a RST, and so does its host for a socket that is gone: `nstat -az | grep -i "   \
    "abort`. Without ACK and with another TTL it is a firewall's."

static const char *const advices[] = {
    [ABORTED] = ADVICE,
    [ABORTED_UNREAD] = ADVICE
    " Where {end} answers and closes while {peer} still sends, let it read on until {peer} closes (lingering close).",
    [ABORTED_MUTE] = ADVICE,
    [ABORTED_CLOSED] = ADVICE,
    [NO_SOCKET] = ADVICE,
    [AFTER_FIN] = "{end} closes while {peer} still sends, and its host resets what comes then. {peer} may lose what "
                  "{end} sent last, if it has not read it by then. Let the application at {end} shut down its side "
                  "alone and read until {peer} closes (lingering close), or {peer} send no more than is asked for.",
    [IN_HANDSHAKE] = ADVICE,
    [UNFINISHED] = ADVICE,
    [FIRST_DATA] = "Somebody answered the SYN, and nobody holds a socket for the connection: another device answers "
                   "SYNs for {end} (a load balancer, a SYN proxy), SYN cookies whose last ACK came too late, or an "
                   "accept queue that was full (`nstat -az TcpExtListenDrops` there), or a firewall rejects the data. "
                   "Compare the TTL of its SYN+ACK and of its RST.",
    [IDLE] = "An idle timeout: of the application at {end}, or of a firewall, NAT or load balancer on the way that "
             "resets in its name, which has another TTL. Other connections that are reset after the same time tell the "
             "timeout. Close idle connections sooner, or let keepalives come more often than it: `ss -tno 'sport = "
             ":{port}'` shows their timers.",
    [OF_OLD_COPY] =
        "Look for a NAT between {peer} and {end} (a container's or service's host): Linux passes what its conntrack "
        "takes for INVALID on without translation, and the host itself resets it. There drop it (`iptables -A FORWARD "
        "-m conntrack --ctstate INVALID -j DROP`) or set `sysctl net.netfilter.nf_conntrack_tcp_be_liberal=1`.",
    [UNASKED] = "A stack answers with such a RST, or aborts with an ACK on it: compare TTL and IP identification of "
                "this RST with other segments of {end}. Others tell a firewall or another device on the way.",
};

static void reword(const tcps_finding *finding, tcps_rule_words *words)
{
    words->advice = advices[MIN(finding->detail, G_N_ELEMENTS(advices) - 1)];
}

static const char *const set_when[] = {
    "a RST that its receiver takes was captured",
    "it ends a connection that was open at one end at least",
    "not both FINs were sent, or data is unacknowledged (else the RST only stands in for the last ACK)",
    ("it does not answer a SYN (connection_refused), nor end a handshake that does not come to an end "
     "(handshake_incomplete, accept_queue_overflow)"),
    "its receiver does not go on in spite of this RST and others after it (reset_ignored)",
    "the text tells what it answers, or that it answers nothing, and what was not acknowledged on either side",
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
    .advice = ADVICE,
    .reword = reword,
    .when = TCPS_WHEN_RST,
    .check = check,
    .follow = follow,
    .describe = describe,
};

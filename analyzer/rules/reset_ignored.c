/* reset_ignored.c: a RST at a number that its receiver does not accept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "rules/patience.h"
#include "rules/rsts.h"
#include "rules/two_counts.h"

enum {
    OUT_OF_PLACE,  /* with numbers that tell nothing of who sent it */
    OF_OLD_NUMBER, /* with the number of an older ACK: it answers what was under way */
    BEYOND,        /* its ACK is the newest, its number is beyond what was captured; the value is by how much */
    BAD_REFUSAL,   /* it acknowledges SEQ of the SYN, not SEQ+1 */
    NO_EFFECT, /* one after another is taken by its numbers, and its receiver goes on; the value is how many, in how long */
};

/* Repeats on a timer are slower than that (RFC 6298 §2.4): each RST draws an ACK, and that the next RST. */
#define LOOP_MS 100
/* A number further ahead than any window counts no bytes. */
#define MANY_BYTES (1u << 30)

/* In answer to a SYN, without a SYN: a refusal but for its ACK. */
static bool refuses_badly(const tcps_segment *s, const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    return s->flags & TCPS_ACK && receiver->iss_known && receiver->syn_sent && !sender->syn_sent &&
           s->ack == receiver->iss;
}

/* Of its sender's stream, and behind what its receiver has acknowledged since. */
static bool is_of_old_number(const tcps_segment *s, const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    if (s->flags & TCPS_ACK || !sender->data_seen || !receiver->acked_known)
        return false;
    return seq_ge(s->seq, sender->data_first) && seq_lt(s->seq, receiver->rcv_acked);
}

/* Its sender knows all that its receiver has sent, and so is hardly a stranger. */
static bool is_beyond(const tcps_segment *s, const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    if (!(s->flags & TCPS_ACK) || !receiver->seq_known || s->ack != receiver->snd_nxt || !sender->seq_known)
        return false;
    return seq_gt(s->seq, sender->snd_nxt) && s->seq - sender->snd_nxt < MANY_BYTES;
}

/* How many, in how long. */
static int64_t effectless(const tcps_endpoint_more *m)
{
    const int64_t ms = span_between(m->first_rst_ns, m->rst_ns) / 1000000;
    return two_counts(m->rsts, (uint32_t)MIN(ms, UINT32_MAX));
}

static void check_effect(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint_more *m = c->ends[end].more;

    if (tcps_rsts_have_no_effect(&c->ends[end], &c->ends[1 - end]))
        tcps_rule_raise(context, tcps_role_of(c, end), NO_EFFECT, m->first_rst_frame, m->first_rst_ns, effectless(m));
}

/* Is this a RST of the finding's sender that its receiver takes? */
static bool is_taken(const tcps_rule_context *context, const tcps_finding *finding)
{
    const tcps_observation *o = context->observation;
    return o && context->segment && o->event == TCPS_EVENT_RST && o->sender == finding->end &&
           o->end[1 - o->sender].state == TCPS_CLOSED && o->end[1 - o->sender].before != TCPS_CLOSED;
}

static void follow(const tcps_rule_context *context, tcps_finding *finding)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *sender = tcps_connection_end(c, finding->end);

    if (finding->detail == OF_OLD_NUMBER && is_taken(context, finding)) {
        tcps_finding_withdraw(finding); /* the newest of several RSTs */
        return;
    }
    if (tcps_rsts_have_no_effect(sender, tcps_connection_end(c, 1 - finding->end))) {
        finding->detail = NO_EFFECT;
        finding->began_frame = sender->more->first_rst_frame;
        finding->began_ns = sender->more->first_rst_ns;
    }
    if (finding->detail != NO_EFFECT)
        return;
    finding->count = sender->more->rsts;
    finding->value = effectless(sender->more);
    if (context->segment && context->segment->flags & TCPS_RST)
        tcps_finding_goes_on(context, finding);
}

static void raise_here(const tcps_rule_context *context, unsigned detail, int64_t value)
{
    tcps_rule_raise(context, context->observation->sender, detail, context->now_frame, context->now_ns, value);
}

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;
    const tcps_segment *s = context->segment;
    const tcps_connection *c = context->connection;

    if (!c->self && !tcps_rule_raised(context)) {
        check_effect(context, 0);
        check_effect(context, 1);
    }
    if (!o || !s || o->event != TCPS_EVENT_RST_IGNORED)
        return;
    const tcps_endpoint *sender = tcps_connection_end(c, o->sender), *receiver = tcps_connection_end(c, 1 - o->sender);
    if (refuses_badly(s, sender, receiver))
        raise_here(context, BAD_REFUSAL, 0);
    else if (is_beyond(s, sender, receiver) && !c->loss && !c->mid_stream) /* else those bytes may be in a gap */
        raise_here(context, BEYOND, s->seq - sender->snd_nxt);
    else
        raise_here(context, is_of_old_number(s, sender, receiver) ? OF_OLD_NUMBER : OUT_OF_PLACE, 0);
}

static void describe_bad_refusal(const tcps_finding *finding, GString *to)
{
    const tcps_address *end = &finding->ends[finding->end], *peer = &finding->ends[1 - finding->end];

    g_string_append(to, "a RST of ");
    tcps_address_append(to, end);
    g_string_append(to, " that should refuse the SYN of ");
    tcps_address_append(to, peer);
    g_string_append(to, " does not acknowledge it (its ACK is SEQ, not SEQ+1): it is ignored, and ");
    tcps_address_append(to, peer);
    g_string_append(to, " tries on");
}

static void describe_no_effect(const tcps_finding *finding, GString *to)
{
    const uint32_t n = high_count(finding->value), ms = low_count(finding->value);
    const bool loop = n > 1 && ms / (n - 1) < LOOP_MS;

    g_string_append_printf(to, "%u RSTs of ", n);
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " had no effect at ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " in ");
    tcps_duration_append(to, (int64_t)ms * 1000000);
    if (loop)
        g_string_append_printf(to, " (%u a second): it ignores each, and what it sends draws the next",
                               n * 1000u / MAX(ms, 1));
    else
        g_string_append(to, ": they do not arrive there, or are ignored, and it goes on");
}

static void describe(const tcps_finding *finding, GString *to)
{
    const tcps_address *end = &finding->ends[finding->end], *peer = &finding->ends[1 - finding->end];

    if (finding->detail == BAD_REFUSAL) {
        describe_bad_refusal(finding, to);
        return;
    }
    if (finding->detail == NO_EFFECT) {
        describe_no_effect(finding, to);
        return;
    }
    g_string_append(to, "a RST of ");
    tcps_address_append(to, end);
    if (finding->detail == BEYOND)
        g_string_append_printf(to, " counts %" G_GINT64_FORMAT " byte%s that were never on the wire: ", finding->value,
                               finding->value == 1 ? "" : "s");
    else
        g_string_append(to,
                        finding->detail == OF_OLD_NUMBER ? " has the number of an older ACK: " : " is out of place: ");
    tcps_address_append(to, peer);
    g_string_append(to, finding->detail == BEYOND ? " ignores it and stays half-open" : " ignores it");
}

#define ADVICE                                                                                                         \
    "Either somebody guesses numbers to tear the connection down, or a late RST of an older connection: compare TTL "  \
    "and IP identification of the RST with other segments of {end}; on the host of {peer} look at "                    \
    "`nstat -az TcpExtTCPChallengeACK`."

static const char *const advices[] = {
    [OUT_OF_PLACE] = ADVICE,
    [OF_OLD_NUMBER] = "The host of {end} resets what was under way to it when its socket went. Usually one of these "
                      "RSTs has the newest number and is taken; if not, {peer} repeats its data until it gives up.",
    [BEYOND] = "The RST acknowledges all that {peer} had sent, so {end} or its stack sent it, with a wrong number: "
               "data that it counts as sent never left. {peer} keeps its socket: `ss -tno 'dport = :{port}'` there; "
               "without keepalives it does so for ever.",
    [BAD_REFUSAL] = "The stack of {end}, or a firewall that rejects in its name, is at fault: RFC 9293 wants SEG.ACK = "
                    "SEG.SEQ + SEG.LEN, and the SYN counts as one. {peer} waits as if nobody had answered.",
    [NO_EFFECT] =
        "{end} has no socket any more, and {peer} does not learn of it: until it gives up, it repeats what is not "
        "acknowledged (for Linux 15 min: net.ipv4.tcp_retries2) or keeps the connection. Capture at {peer}: if the "
        "RSTs do not come there, a firewall, a route or an interface on the way swallows them; if they do, compare "
        "their numbers with what its stack expects: `nstat -az | grep -iE 'challenge|reset'` there.",
};

/* Whoever sent it meant it, and its receiver holds on. */
static void reword(const tcps_finding *finding, tcps_rule_words *words)
{
    words->advice = advices[MIN(finding->detail, G_N_ELEMENTS(advices) - 1)];
    if (finding->detail == BAD_REFUSAL || finding->detail == BEYOND || finding->detail == NO_EFFECT)
        words->severity = TCPS_WARN;
}

static const char *const set_when[] = {
    "a RST was captured whose sequence number is not the next one that its receiver expects",
    "nor one that real stacks take besides: the end of a SACK block, or the FIN's own number while closing",
    "or it answers a SYN, and its ACK does not cover it",
    "or one RST after another comes with the right number, and its receiver goes on with the connection: all of them "
    "are one finding",
    "a warning where it has the right ACK and a number beyond all that was captured, or refuses a SYN: whoever sent it "
    "meant it, and the receiver holds on",
    NULL,
};

static const char *const supersedes[] = {"challenge_ack", NULL};

const tcps_rule tcps_rule_reset_ignored = {
    .id = "reset_ignored",
    .severity = TCPS_NOTE,
    .title = "RST ignored",
    .set_when = set_when,
    .false_positives =
        "A stack older than RFC 5961 takes a RST anywhere in its window; a capture that misses segments.",
    .faked_by = TCPS_FAKED_BY_DROPS,
    .supersedes = supersedes,
    .clause = "RFC 5961 §3.2",
    .advice = ADVICE,
    .reword = reword,
    .when = TCPS_WHEN_RST | TCPS_WHEN_REPEAT,
    .check = check,
    .follow = follow,
    .describe = describe,
};

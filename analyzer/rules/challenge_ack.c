/* challenge_ack.c: an ACK that answers a SYN or RST that is out of place.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rsts.h"
#include "rules/two_counts.h"

/* Whoever tries as often as that does not get through. */
#define MANY_SYNS 3

/* SYNs that its peer has sent, and RSTs, as long as that waits for an answer; 0: it does not. */
static int64_t counts(const tcps_connection *c, unsigned role)
{
    const tcps_endpoint *opener = tcps_opener(c, role == TCPS_CLIENT ? 1u - c->client : c->client);
    return opener->known == TCPS_SYN_SENT ? two_counts(opener->more->syns, opener->more->rsts) : 0;
}

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;

    if (o && o->event == TCPS_EVENT_CHALLENGE_ACK)
        tcps_rule_raise(context, o->sender, 0, context->now_frame, context->now_ns,
                        counts(context->connection, o->sender));
}

static void follow(const tcps_rule_context *context, tcps_finding *finding)
{
    const tcps_observation *o = context->observation;
    const int64_t now = counts(context->connection, finding->end);

    if (finding->status == TCPS_OVER)
        return;
    if (high_count(now) > high_count(finding->value))
        tcps_finding_goes_on(context, finding);
    finding->value = now ? now : finding->value;
    finding->count = high_count(finding->value);
    if (o && context->segment && o->event == TCPS_EVENT_SYN_ACK && o->sender == finding->end)
        tcps_finding_is_over(context, finding);
}

static void reword(const tcps_finding *finding, tcps_rule_words *words)
{
    if (finding->status != TCPS_OVER && high_count(finding->value) >= MANY_SYNS)
        words->severity = TCPS_WARN;
}

static void describe(const tcps_finding *finding, GString *to)
{
    const tcps_address *peer = &finding->ends[1 - finding->end];
    const uint32_t syns = high_count(finding->value), rsts = low_count(finding->value);

    tcps_address_append(to, &finding->ends[finding->end]);
    if (syns > 1) {
        g_string_append_printf(to, " answered %u SYNs of ", syns - (finding->status == TCPS_OVER));
        tcps_address_append(to, peer);
    } else {
        g_string_append(to, " answered");
    }
    g_string_append(to, " with an ACK of another connection's numbers: it holds one that ");
    tcps_address_append(to, peer);
    g_string_append(to, " knows nothing of");
    if (finding->status == TCPS_OVER)
        g_string_append(to, "; then it accepted a SYN");
    else if (syns > 1 && rsts == 0)
        g_string_append(to, ", and never answers with a RST, which would end it");
    else if (syns > 1)
        g_string_append_printf(to, ", and whose %u RST%s had no effect", rsts, rsts == 1 ? "" : "s");
}

static const char *const set_when[] = {
    "an endpoint answers a SYN or RST with an ACK that repeats what it has acknowledged, or acknowledges what was "
    "never sent in this connection",
    "a warning where three SYNs or more are not accepted",
    "no other finding says why (syn_on_live_connection, reset_ignored, time_wait_reuse_refused)",
    NULL,
};

const tcps_rule tcps_rule_challenge_ack = {
    .id = "challenge_ack",
    .severity = TCPS_NOTE,
    .title = "Challenge ACK",
    .set_when = set_when,
    .false_positives = "An ACK that was on its way already.",
    .supersedes = NULL,
    .clause = "RFC 5961 §4.2",
    .advice = "{end} still holds an older connection of the same addresses and ports, open or in TIME_WAIT, whose "
              "beginning is not in the capture. Look there: `ss -tano 'sport = :{port}'`.",
    .when = TCPS_WHEN_REPEAT,
    .check = check,
    .follow = follow,
    .reword = reword,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

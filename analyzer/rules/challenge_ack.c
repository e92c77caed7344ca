/* challenge_ack.c: an ACK that answers a SYN or RST that is out of place.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;

    if (o && o->event == TCPS_EVENT_CHALLENGE_ACK)
        tcps_rule_raise(context, o->sender, 0, context->now_frame, context->now_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " answered with an ACK of another connection's numbers: it holds one that ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " knows nothing of");
}

static const char *const set_when[] = {
    "an endpoint answers a SYN or RST with an ACK that repeats what it has acknowledged, or acknowledges what was "
    "never "
    "sent in this connection",
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
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

/* reset_ignored.c: a RST at a number that its receiver does not accept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;

    if (o && o->event == TCPS_EVENT_RST_IGNORED)
        tcps_rule_raise(context, o->sender, 0, context->now_frame, context->now_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    g_string_append(to, "a RST of ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " is out of place: ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " ignores it");
}

static const char *const set_when[] = {
    "a RST was captured whose sequence number is not the next one that its receiver expects",
    "nor one that real stacks take besides: the end of a SACK block, or the FIN's own number while closing",
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
    .supersedes = supersedes,
    .clause = "RFC 5961 §3.2",
    .advice =
        "Either somebody guesses numbers to tear the connection down, or a late RST of an older connection: compare "
        "TTL and IP identification of the RST with other segments of {end}; on the host of {peer} look at "
        "`nstat -az TcpExtTCPChallengeACK`.",
    .when = TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
};

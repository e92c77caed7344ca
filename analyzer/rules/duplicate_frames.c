/* duplicate_frames.c: the same frame was captured more than once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;
    const tcps_segment *s = context->segment;

    if (o && (o->event == TCPS_EVENT_DUPLICATE || (s && s->mark & TCPS_SEEN_ELSEWHERE)))
        tcps_rule_raise(context, o->sender, 0, context->now_frame, context->now_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    g_string_append(to, "frames of ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " were captured twice");
}

static const char *const set_when[] = {
    "a frame has the same TCP header and the same IP identification as one shortly before it",
    "or another interface of the capture has seen the segment: it is a capture point of its own, and so is the "
    "connection there",
    NULL,
};

const tcps_rule tcps_rule_duplicate_frames = {
    .id = "duplicate_frames",
    .severity = TCPS_CHAT,
    .title = "Frames captured twice",
    .set_when = set_when,
    .false_positives = "A network that duplicates packets; a stack whose IP identification is always the same.",
    .supersedes = NULL,
    .clause = "",
    .advice = "The capture sees the segments of {end} at two places: the device `any`, two VLANs, a mirror port of "
              "both directions. They are no retransmissions. `editcap -d` removes them.",
    .when = TCPS_WHEN_REPEAT | TCPS_WHEN_SYN | TCPS_WHEN_FIN | TCPS_WHEN_RST,
    .check = check,
    .describe = describe,
};

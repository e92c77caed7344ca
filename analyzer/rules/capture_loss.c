/* capture_loss.c: the capture misses segments that were sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    /* of an end of which nothing was captured at all, another finding speaks */
    if (!c->unseen || !c->ends[0].first_frame || !c->ends[1].first_frame)
        return;
    tcps_rule_raise(context, tcps_role_of(c, c->unseen - 1u), 0, context->now_frame, context->now_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    g_string_append(to, "the capture misses something that ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " sent: its peer has acknowledged it");
}

static const char *const set_when[] = {
    "an ACK covers what was not captured before",
    "other segments of the endpoint that sent it were captured",
    NULL,
};

const tcps_rule tcps_rule_capture_loss = {
    .id = "capture_loss",
    .severity = TCPS_CHAT,
    .title = "Segments missing in the capture",
    .set_when = set_when,
    .false_positives = "Segments that were captured out of order (several queues of a network card, merged captures).",
    .supersedes = NULL,
    .clause = "",
    .advice = "Nothing is wrong with the connection; states of {end} may be shown late. See what the capture dropped "
              "(`capinfos`, tcpdump's last line), give it a larger buffer (`-B`), or shorten the frames (`-s 128`).",
    .when = TCPS_WHEN_LOSS | TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_SHOWS_DROPS,
};

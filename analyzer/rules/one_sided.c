/* one_sided.c: only one direction of the connection was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

/* Its own segments show that the other has sent some. */
static bool has_heard(const tcps_connection *c, unsigned end)
{
    const tcps_endpoint *e = &c->ends[end];
    return c->unseen == 2 - end || (e->syn_sent && e->known >= TCPS_ESTABLISHED);
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (c->self || !c->ends[0].first_frame == !c->ends[1].first_frame)
        return;
    const unsigned seen = c->ends[0].first_frame ? 0 : 1;
    if (has_heard(c, seen))
        tcps_rule_raise(context, tcps_role_of(c, seen), 0, c->first_frame, c->first_ns, 0);
}

/* The other direction comes, after all: there was nothing to capture of it before. */
static void follow(const tcps_rule_context *context, tcps_finding *finding)
{
    const tcps_connection *c = context->connection;
    if (c->ends[0].first_frame && c->ends[1].first_frame)
        tcps_finding_withdraw(finding);
}

static void describe(const tcps_finding *finding, GString *to)
{
    g_string_append(to, "only what ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " sent was captured, and nothing of ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
}

static const char *const set_when[] = {
    "segments of one endpoint alone were captured",
    "they acknowledge what the other sent, or are such as only follow a complete handshake",
    "the endpoint has sent a FIN or RST, or the capture is over",
    NULL,
};

const tcps_rule tcps_rule_one_sided = {
    .id = "one_sided",
    .severity = TCPS_CHAT,
    .title = "One direction only",
    .set_when = set_when,
    .false_positives = "",
    .supersedes = NULL,
    .clause = "",
    .advice = "The other direction takes another path or another port of the switch: mirror both directions, or "
              "capture at one of the hosts. States of {peer} are told from what {end} acknowledges.",
    .when = TCPS_WHEN_FIN | TCPS_WHEN_RST | TCPS_WHEN_END,
    .check = check,
    .follow = follow,
    .describe = describe,
};

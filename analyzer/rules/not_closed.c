/* not_closed.c: the capture ends before the connection does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/patience.h"

static bool is_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_LAST_ACK;
}

static bool is_gone(unsigned state)
{
    return state == TCPS_CLOSED || state == TCPS_LISTEN || state == TCPS_TIME_WAIT;
}

/* The end whose move it is: the one that has not closed. */
static unsigned to_move(const tcps_connection *c)
{
    return c->ends[1 - c->client].shown == TCPS_CLOSE_WAIT ? 1u - c->client : c->client;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const unsigned end = to_move(c);
    const tcps_endpoint *client = &c->ends[c->client], *server = &c->ends[1 - c->client];

    /* Proven: a forged SYN makes nobody ESTABLISHED. */
    if (!context->at_end || !c->used || !(is_open(client->known) || is_open(server->known)))
        return;
    if (is_gone(client->shown) || is_gone(server->shown))
        return;
    tcps_rule_raise(context, tcps_role_of(c, end), client->shown | (unsigned)server->shown << 4, c->last_frame,
                    c->last_ns, span_between(c->last_ns, context->now_ns));
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[TCPS_CLIENT]);
    g_string_append_printf(to, " was in %s and ", tcps_state_name(finding->detail & 15));
    tcps_address_append(to, &finding->ends[TCPS_SERVER]);
    g_string_append_printf(to, " in %s when the capture ended, ", tcps_state_name(finding->detail >> 4));
    tcps_duration_append(to, finding->value);
    g_string_append(to, " after their last segment");
}

static const char *const set_when[] = {
    "the capture is over",
    "at least one end has shown that it is open (ESTABLISHED or later), and neither is closed or in TIME_WAIT",
    NULL,
};

const tcps_rule tcps_rule_not_closed = {
    .id = "not_closed",
    .severity = TCPS_CHAT,
    .title = "Open at the end of the capture",
    .set_when = set_when,
    .false_positives = "None known. A capture that misses the close shows it, too.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6",
    .advice = "Capture for longer to see how it ends. What {end} holds now: `ss -tnpo 'sport = :{port}'`.",
    .when = TCPS_WHEN_END,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

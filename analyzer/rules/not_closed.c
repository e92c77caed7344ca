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

/* What other says: each end's certainty, a byte each; and whether it has gone over to a new connection. */
enum { MOVED_ON = 0x80 };

static unsigned word_on(const tcps_connection *c, unsigned end)
{
    return c->ends[end].certainty | (c->rival && c->rival->from == end ? MOVED_ON : 0u);
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
    tcps_rule_raise_finding(context, (tcps_finding){.end = (uint8_t)tcps_role_of(c, end),
                                                    .certain = TCPS_PROVEN,
                                                    .detail = (uint8_t)(client->shown | server->shown << 4),
                                                    .began_frame = c->last_frame,
                                                    .began_ns = c->last_ns,
                                                    .value = span_between(c->last_ns, context->now_ns),
                                                    .other = word_on(c, c->client) | word_on(c, 1 - c->client) << 8});
}

/* "was in ESTABLISHED", "presumably in CLOSE_WAIT" */
static void append_end_state(GString *to, const tcps_finding *f, unsigned end)
{
    const unsigned state = f->detail >> 4 * end & 15, word = f->other >> 8 * end & 0xff;

    if (word & MOVED_ON)
        g_string_append(to, "had gone over to a new connection");
    else if (state == TCPS_UNKNOWN)
        g_string_append(to, "was in a state that nothing tells");
    else
        g_string_append_printf(to, "was %sin %s", word == TCPS_PROVEN ? "" : "presumably ", tcps_state_name(state));
}

static void describe(const tcps_finding *f, GString *to)
{
    tcps_address_append(to, &f->ends[TCPS_CLIENT]);
    g_string_append_c(to, ' ');
    append_end_state(to, f, TCPS_CLIENT);
    g_string_append(to, " and ");
    tcps_address_append(to, &f->ends[TCPS_SERVER]);
    g_string_append_c(to, ' ');
    append_end_state(to, f, TCPS_SERVER);
    g_string_append(to, " when the capture ended, ");
    tcps_duration_append(to, f->value);
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
};

/* simultaneous_open.c: SYN meets SYN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/crossed.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;

    /* The end whose SYN was captured second confirms by a SYN+ACK that it, too, was asked (else: split_handshake). */
    if (!o || !context->segment || !tcps_syns_crossed(c) || o->sender != TCPS_SERVER ||
        !(context->segment->flags & TCPS_ACK))
        return;
    if (o->end[TCPS_SERVER].before >= TCPS_ESTABLISHED && o->end[TCPS_SERVER].before_certainty == TCPS_PROVEN)
        return; /* it has been open for long: a late copy */
    tcps_rule_raise(context, TCPS_SERVER, 0, c->first_frame, c->first_ns, 0);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[TCPS_CLIENT]);
    g_string_append(to, " and ");
    tcps_address_append(to, &finding->ends[TCPS_SERVER]);
    g_string_append(to, " opened the connection to each other at the same time");
}

static const char *const set_when[] = {
    "each endpoint has sent a SYN without ACK before it got the other's",
    "the one whose SYN was captured second has answered the other's with a SYN+ACK",
    NULL,
};

const tcps_rule tcps_rule_simultaneous_open = {
    .id = "simultaneous_open",
    .severity = TCPS_NOTE,
    .title = "Simultaneous open",
    .set_when = set_when,
    .false_positives = "",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.5 figure 7",
    .advice = "This is legal, and how peers behind NAT reach each other (hole punching). If {end} and {peer} are to be "
              "server and client, see which program binds its own port before it connects: `ss -tnp`.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
};

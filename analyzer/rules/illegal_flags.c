/* illegal_flags.c: a combination of flags that no stack sends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;

    if (o && context->segment && o->event == TCPS_EVENT_ILLEGAL_FLAGS)
        tcps_rule_raise(context, o->sender, context->segment->flags & 0x3f, context->now_frame, context->now_ns, 0);
}

static void append_flags(GString *to, unsigned flags)
{
    static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
    const char *before = "";

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!(flags >> i & 1))
            continue;
        g_string_append_printf(to, "%s%s", before, names[i]);
        before = "+";
    }
    if (!(flags & (TCPS_SYN | TCPS_RST | TCPS_ACK)))
        g_string_append(to, " and no ACK");
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " sent a segment with ");
    if (finding->detail)
        append_flags(to, finding->detail);
    else
        g_string_append(to, "no flag");
    g_string_append(to, ", which no stack sends");
}

static const char *const set_when[] = {
    "a segment has SYN with FIN or RST, RST with FIN, or none of SYN, RST and ACK",
    NULL,
};

const tcps_rule tcps_rule_illegal_flags = {
    .id = "illegal_flags",
    .severity = TCPS_WARN,
    .title = "Illegal combination of flags",
    .set_when = set_when,
    .false_positives = "A damaged frame: see whether its checksum is right.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.10.7",
    .advice = "Such segments are made by hand, to scan ports in secret or to tell systems apart. See what else {end} "
              "sent: `ip.addr ==` its address, Statistics > Conversations; your firewall should drop them.",
    .when = TCPS_WHEN_REPEAT,
    .check = check,
    .describe = describe,
};

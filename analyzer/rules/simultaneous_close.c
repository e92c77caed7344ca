/* simultaneous_close.c: both ends close before either knows of the other's FIN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;

    if (c->closed_by != TCPS_BY_BOTH || !context->observation)
        return;
    const tcps_endpoint *first = &c->ends[0], *second = &c->ends[1];
    if (first->more->fin_ns > second->more->fin_ns)
        first = &c->ends[1], second = &c->ends[0];
    tcps_rule_raise(context, context->observation->sender, 0, first->more->fin_frame, first->more->fin_ns,
                    span_between(first->more->fin_ns, second->more->fin_ns));
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " sent its FIN ");
    tcps_duration_append(to, finding->value);
    g_string_append(to, " after that of ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " and did not know of it");
}

static const char *const set_when[] = {
    "both ends sent a FIN",
    "the second one captured does not acknowledge the first",
    "whoever closed first is still there: it repeats its FIN when that is due, and sends no RST",
    NULL,
};

const tcps_rule tcps_rule_simultaneous_close = {
    .id = "simultaneous_close",
    .severity = TCPS_NOTE,
    .title = "Simultaneous close",
    .set_when = set_when,
    .false_positives = "None known: a FIN that was lost on its way makes a simultaneous close of it, too.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6 case 3, figure 13",
    .advice = "Where both FINs are acknowledged this is harmless, but two ports may be in TIME_WAIT for one "
              "connection, at {end} and at {peer}. Common where both sides run the same idle timeout: make that of the "
              "client the shorter one.",
    .when = TCPS_WHEN_FIN,
    .check = check,
    .describe = describe,
};

/* data_after_fin.c: an endpoint sends data beyond its own FIN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "rules/rule.h"

static void check(const tcps_rule_context *context)
{
    const tcps_segment *s = context->segment;

    if (!s || !context->observation || context->observation->event != TCPS_EVENT_DATA_AFTER_FIN)
        return;
    const tcps_role role = context->observation->sender;
    const tcps_endpoint *e = tcps_connection_end(context->connection, role);
    const uint32_t end = s->seq + s->len;

    if (e->fin_unseen || s->len == 0 || !seq_gt(end, e->more->fin_seq))
        return;
    tcps_rule_raise(context, role, 0, e->more->fin_frame, e->more->fin_ns, end - e->more->fin_seq);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append_printf(to, " sent data up to %" G_GINT64_FORMAT " byte%s beyond its own FIN", finding->value,
                           finding->value == 1 ? "" : "s");
}

static const char *const set_when[] = {
    "the endpoint's FIN was captured",
    "new data in its name reaches beyond the FIN's number",
    NULL,
};

const tcps_rule tcps_rule_data_after_fin = {
    .id = "data_after_fin",
    .severity = TCPS_ERROR,
    .title = "Data beyond the sender's own FIN",
    .set_when = set_when,
    .false_positives = "A capture that misses the handshake of a new connection between the same ports.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.6, §3.10.7.4 eighth",
    .advice = "No stack does that: either the FIN or the data was not sent by {end}. Compare TTL, IP identification "
              "and source MAC address of the two frames to find a middlebox or an attacker.",
    .when = TCPS_WHEN_REPEAT | TCPS_WHEN_FIN,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS | TCPS_FAKED_BY_ONE_SIDED,
};

/* fast_open.c: data on the SYN, and whether the server took it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "rules/rule.h"

enum { ACCEPTED, REFUSED };

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;
    const tcps_endpoint *client = tcps_connection_end(c, TCPS_CLIENT);

    if (!o || !context->segment || o->sender != TCPS_SERVER || !client->more->syn_data || !client->iss_known)
        return;
    if (o->event != TCPS_EVENT_SYN_ACK && o->event != TCPS_EVENT_SYN_ACK_REPEATED)
        return;
    const uint32_t taken = context->segment->ack - (client->iss + 1);
    if (!taken && client->more->syns > 1)
        return; /* it may answer a later SYN, without the data: the first may not have arrived */
    if (taken <= client->more->syn_data)
        tcps_rule_raise(context, TCPS_SERVER, taken ? ACCEPTED : REFUSED, c->first_frame, c->first_ns,
                        taken ? taken : client->more->syn_data);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, finding->detail == ACCEPTED ? " took" : " did not take");
    g_string_append_printf(to, " the %" G_GINT64_FORMAT " byte%s on the SYN (TCP Fast Open)", finding->value,
                           finding->value == 1 ? "" : "s");
}

static const char *const set_when[] = {
    "a SYN carried data",
    "a SYN+ACK answers it: it covers the data (accepted), or, where the SYN was sent once, the SYN alone (refused; the "
    "data comes again)",
    NULL,
};

const tcps_rule tcps_rule_fast_open = {
    .id = "fast_open",
    .severity = TCPS_CHAT,
    .title = "TCP Fast Open",
    .set_when = set_when,
    .false_positives = "",
    .supersedes = NULL,
    .clause = "RFC 7413 §4.2",
    .advice = "Nothing is wrong. If {end} refuses the data where it should take it, look there at `sysctl "
              "net.ipv4.tcp_fastopen` and `nstat -az | grep -i fastopen`; a cookie that is too old is refused once.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
};

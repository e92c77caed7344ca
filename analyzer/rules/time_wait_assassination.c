/* time_wait_assassination.c: a RST ends TIME_WAIT before its time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/rule.h"

/* A RST sent with the FIN may be captured this much later. */
#define CROSSING_NS INT64_C(50000000)

/* The RST answers an ACK out of TIME_WAIT, as RFC 1337 describes it; or nothing: then somebody else may have sent it. */
enum { UNASKED, OF_ACK };

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;

    if (!o || !context->segment || o->event != TCPS_EVENT_RST || c->rival)
        return;
    const tcps_view *hit = &o->end[1 - o->sender];
    const tcps_endpoint *sender = tcps_connection_end(c, o->sender);
    if (hit->before != TCPS_TIME_WAIT || hit->state != TCPS_CLOSED)
        return;
    /* From LAST_ACK it stands in for patience, and so it does right behind the FIN; and whoever has sent a RST before closes
     * that way. All that is harmless. */
    const tcps_view *by = &o->end[o->sender];
    const int64_t after = span_between(sender->more->fin_last_ns, context->now_ns);
    if (by->before != TCPS_CLOSED || by->before_certainty == TCPS_PROVEN || !sender->fin_sent || sender->fin_unseen ||
        after <= MAX(tcps_endpoint_patience(sender), CROSSING_NS))
        return;
    const bool answers = sender->rst_answers && !(context->segment->flags & TCPS_ACK);
    tcps_rule_raise(context, 1 - o->sender, answers ? OF_ACK : UNASKED, context->now_frame, context->now_ns, after);
}

static void describe(const tcps_finding *finding, GString *to)
{
    g_string_append(to, "a RST in the name of ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append(to, " ended the TIME_WAIT of ");
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " after ");
    tcps_duration_append(to, finding->value);
    if (finding->detail == OF_ACK)
        g_string_append(to, ", in answer to its ACK of an old copy");
}

static void reword(const tcps_finding *finding, tcps_rule_words *words)
{
    if (finding->detail == OF_ACK)
        words->severity = TCPS_NOTE;
}

static const char *const set_when[] = {
    "an endpoint is in TIME_WAIT",
    "a RST with exactly the next sequence number comes, later after its sender's FIN than a round trip takes",
    "its sender has closed before, by FIN and not by RST: the last ACK was captured",
    "only a note where it answers an ACK out of TIME_WAIT",
    "it does not answer the ACK of a SYN that came in TIME_WAIT (time_wait_reuse_refused)",
    NULL,
};

const tcps_rule tcps_rule_time_wait_assassination = {
    .id = "time_wait_assassination",
    .severity = TCPS_WARN,
    .title = "TIME_WAIT ended by a RST",
    .set_when = set_when,
    .false_positives = "A host that ignores RSTs in TIME_WAIT (net.ipv4.tcp_rfc1337 = 1) and sends nothing afterwards.",
    .supersedes = NULL,
    .clause = "RFC 1337 §2",
    .advice = "An old duplicate can now reach the next connection between these ports. At {end} `sysctl -w "
              "net.ipv4.tcp_rfc1337=1` prevents it; look in the frames before for what {peer} answered, or for a "
              "device that resets in its name.",
    .when = TCPS_WHEN_RST,
    .check = check,
    .reword = reword,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

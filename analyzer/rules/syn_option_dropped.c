/* syn_option_dropped.c: SYNs with ECN or an option get no answer, and the one without it does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rfc/segment.h"
#include "rules/patience.h"

/* So many unanswered with it: it is not one SYN that got lost. */
#define MANY 2

static bool is_first_answer(const tcps_rule_context *context)
{
    const tcps_observation *o = context->observation;
    return o && context->segment && o->event == TCPS_EVENT_SYN_ACK && o->sender == TCPS_SERVER;
}

/* Is it the newest SYN that the SYN+ACK answers? Its TSecr tells; without, that it came soon after it. */
static bool answers_newest(const tcps_rule_context *context, const tcps_endpoint *client)
{
    const tcps_segment *s = context->segment;
    const tcps_endpoint_more *more = client->more;

    if (s->ack != client->iss + 1)
        return false; /* it has got the first one's data */
    if (segment_has(s, TCPS_HAS_TIMESTAMPS) && more->syn_with & TCPS_SYN_WITH_TIMESTAMPS && client->ts_known)
        return s->tsecr == client->ts_last && s->tsecr != more->syn_ts;
    const int64_t waited_ns = span_between(tcps_endpoint_origin_ns(client), more->syn_last_ns);
    return span_between(more->syn_last_ns, context->now_ns) < MIN(waited_ns / 2, TCPS_PATIENCE_NS);
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *client = tcps_connection_end(c, TCPS_CLIENT);
    const tcps_tally *service = tcps_connection_tally(c, TCPS_SERVER);
    const tcps_endpoint_more *more = client->more;

    if (!more->syns_with || !service || !is_first_answer(context) || !answers_newest(context, client))
        return;
    const unsigned dropped = more->syn_without & ~service->takes_syns_with;
    if (!dropped)
        return; /* with all that, others have got through */
    const bool first = tcps_rule_mark(context, service);
    tcps_rule_raise_finding(context,
                            (tcps_finding){.end = TCPS_CLIENT,
                                           .certain = more->syns_with >= MANY || !first ? TCPS_PROVEN : TCPS_PRESUMED,
                                           .detail = (uint8_t)dropped,
                                           .began_frame = c->first_frame,
                                           .began_ns = c->first_ns,
                                           .count = more->syns_with});
}

/* "ECN and TCP Fast Open" */
static void append_what(GString *to, unsigned with)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {{TCPS_SYN_WITH_ECN, "ECN (ECE and CWR)"},
                 {TCPS_SYN_WITH_FAST_OPEN, "TCP Fast Open"},
                 {TCPS_SYN_WITH_TIMESTAMPS, "timestamps"},
                 {TCPS_SYN_WITH_WSCALE, "window scaling"},
                 {TCPS_SYN_WITH_SACK, "SACK"}};
    const char *between = "";

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (with & names[i].bit) {
            const unsigned left = with >> (i + 1);
            g_string_append_printf(to, "%s%s", between, names[i].name);
            between = left & (left - 1) ? ", " : " and ";
        }
}

static void describe(const tcps_finding *f, GString *to)
{
    tcps_address_append(to, &f->ends[TCPS_SERVER]);
    g_string_append_printf(to, " did not answer %u SYN%s of ", f->count, f->count == 1 ? "" : "s");
    tcps_address_append(to, &f->ends[TCPS_CLIENT]);
    g_string_append(to, " with ");
    append_what(to, f->detail);
    g_string_append(to, ", and answered the one without it at once");
}

static const char *const set_when[] = {
    "a SYN with ECN, TCP Fast Open or an option (timestamps, window scaling, SACK) was not answered, and came again "
    "without it",
    "a SYN+ACK answers the one without it: by its timestamp, or it came sooner than the SYN had been repeated",
    "no SYN with it was captured that the service has answered",
    "it happened at least twice to SYNs to the service (presumed, where it was once: that may be chance)",
    NULL,
};

static const char *const supersedes[] = {"syn_unanswered", "fast_open", NULL};

const tcps_rule tcps_rule_syn_option_dropped = {
    .id = "syn_option_dropped",
    .severity = TCPS_WARN,
    .title = "SYNs with an option unanswered, the plain one answered",
    .presumed = {"SYN with an option unanswered, the plain one answered", TCPS_NOTE,
                 "It got lost by chance, or a middlebox on the way to {peer} drops SYNs with it: see whether that "
                 "happens again. Capture at {peer}, too."},
    .set_when = set_when,
    .false_positives = "SYNs that got lost by chance; a service that was not up yet when they came.",
    .faked_by = TCPS_FAKED_BY_DROPS,
    .supersedes = supersedes,
    .clause = "RFC 3168 §6.1.1.1, RFC 7413 §4.1.3",
    .advice = "A middlebox on the way to {peer} may drop SYNs with it: capture at {peer} and see whether they arrive. "
              "Until it is found, the host of {end} can do without.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
};

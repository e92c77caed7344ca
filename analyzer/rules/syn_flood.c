/* syn_flood.c: many half-open sockets of one service at once, or a burst of SYNs after which nothing comes.
 *
 * A burst of clients is no flood, for their handshakes are complete within a round trip. So either sockets count that have been half-open for
 * longer than a second, until the service's host gives them up (hosts/socket_counts.h); or SYNs of many hosts, of which hardly any has gone
 * on after the longest round trip that many of them could have (hosts/openings.h): with SYN cookies, no SYN+ACK comes again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

enum { HALF_OPEN, BURST };

/* In slots of time: a round trip of nearly all clients; and of some of so many. */
#define ROUND_TRIP 10
#define SHORT_ROUND_TRIP 4
/* So many times the preference is a burst of which some would have gone on by then. */
#define LARGE 5
/* Of so many that were asked for, one may go on. */
#define ONE_OF 10
/* A client that gets no answer sends its SYN again by then (RFC 6298 §2.1, and all stacks). */
#define REPEATED_NS INT64_C(1500000000)

static bool hardly_any_goes_on(const tcps_rule_context *context, const tcps_openings *o, unsigned slots, uint32_t many,
                               unsigned one_of)
{
    const tcps_openings_sum sum = tcps_openings_before(o, slots, context->now_ns);
    return sum.asked - sum.went_on >= many && (uint64_t)sum.went_on * one_of <= sum.asked &&
           tcps_openings_hosts_before(o, slots, context->now_ns) >= MIN(context->config->syn_flood, 128) / 2;
}

/* Without any answer it may be the service that is down: then true clients send their SYNs again. */
static bool may_be_down(const tcps_rule_context *context, const tcps_openings *o, uint32_t many)
{
    if (o->answered)
        return false;
    if (span_between(o->first_ns, context->now_ns) > REPEATED_NS)
        return o->again > o->asked / ONE_OF;
    return !context->at_end || o->asked < many * LARGE;
}

static bool is_burst(const tcps_rule_context *context, const tcps_openings *o)
{
    const uint32_t many = context->config->syn_flood;

    if (!o || o->asked < many || may_be_down(context, o, many))
        return false;
    return hardly_any_goes_on(context, o, ROUND_TRIP, many, ONE_OF) ||
           hardly_any_goes_on(context, o, SHORT_ROUND_TRIP, context->at_end ? many : many * LARGE, UINT32_MAX);
}

/* How many it answered, and how many went on, stand in the halves of other. */
static void count(tcps_finding *f, const tcps_openings *o, int64_t now_ns)
{
    f->value = o->asked;
    f->count = MAX(f->count, tcps_openings_hosts_before(o, 0, now_ns));
    f->other = (int64_t)((uint64_t)o->answered << 32 | o->went_on);
}

static void raise_burst(const tcps_rule_context *context, const tcps_openings *o)
{
    tcps_finding f = {.end = TCPS_SERVER,
                      .certain = TCPS_PROVEN,
                      .detail = BURST,
                      .began_frame = o->first_frame,
                      .began_ns = o->first_ns};
    count(&f, o, context->now_ns);
    tcps_rule_raise_finding(context, f);
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_tally *service = tcps_connection_tally(c, TCPS_SERVER);

    if (!service || !context->config->syn_flood)
        return;
    /* no listener, no half-open socket: where nothing was answered, it is syn_unanswered */
    const bool half_open = service->half_open >= context->config->syn_flood && service->half_answered;
    if (!half_open && !is_burst(context, service->openings))
        return;
    if (!tcps_rule_mark(context, service))
        return;
    if (half_open)
        tcps_rule_raise(context, TCPS_SERVER, HALF_OPEN, c->first_frame, c->first_ns, service->half_open);
    else
        raise_burst(context, service->openings);
}

/* The burst goes on. Where another one has begun, what was said of this one stays. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_tally *service = tcps_connection_tally(context->connection, TCPS_SERVER);
    const tcps_openings *o = service ? service->openings : NULL;

    if (f->detail != BURST || !o || o->first_ns != f->began_ns || o->asked <= f->value)
        return;
    tcps_finding_goes_on(context, f);
    count(f, o, context->now_ns);
}

static void describe_burst(const tcps_finding *f, GString *to)
{
    const uint64_t other = (uint64_t)f->other;

    g_string_append_printf(to, " was asked for %" G_GINT64_FORMAT " connections within ", f->value);
    tcps_duration_append(to, span_between(f->began_ns, f->until_ns));
    g_string_append_printf(to, ", by %u hosts at least: it answered %u, and %u went on", f->count,
                           (uint32_t)(other >> 32), (uint32_t)other);
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[TCPS_SERVER]);
    if (finding->detail == BURST)
        describe_burst(finding, to);
    else
        g_string_append_printf(to, " has at least %" G_GINT64_FORMAT " half-open connections at once", finding->value);
}

static const char *const set_when[] = {
    "as many connections to one address and port as the preference says are in SYN_RCVD at once, each for longer than "
    "1 s and for less than the 63 s after which Linux gives up, and the service has answered one at least with a "
    "SYN+ACK",
    "or: so many were asked for within 1.6 s, by many hosts, and of those asked for half a second ago not one in ten "
    "has gone on; or none after 0.2 s, of five times as many or at the capture's end",
    "where it has answered none: hardly any SYN comes again, as those of true clients do",
    NULL,
};

const tcps_rule tcps_rule_syn_flood = {
    .id = "syn_flood",
    .severity = TCPS_ERROR,
    .title = "SYN flood",
    .set_when = set_when,
    .false_positives =
        "A capture that misses most of what the clients send; a path back to many clients that is broken.",
    .supersedes = NULL,
    .clause = "RFC 4987 §2",
    .advice = "Somebody fills the SYN queue of {end}, most likely from forged addresses: new clients get no answer. "
              "See there that `sysctl net.ipv4.tcp_syncookies` is 1, and look at `ss -tn state syn-recv | wc -l` and "
              "`nstat -az TcpExtTCPReqQFullDrop TcpExtSyncookiesSent`.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .follow = follow,
    .describe = describe,
};

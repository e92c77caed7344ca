/* syn_unanswered.c: a SYN without any answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "infer/belief.h"
#include "rfc/segment.h"
#include "rules/flood.h"
#include "rules/patience.h"

enum {
    SILENT,        /* nothing of the service meanwhile */
    OTHERS,        /* it has answered another SYN meanwhile */
    BEHIND_CLOCK,  /* those of the same address, but those with a later timestamp only */
    ANSWERED_LATE, /* in the end */
};

/* A clock that is not as far behind as that may be the same one. */
#define BEHIND_NS INT64_C(1000000000)

/* The clock of those SYNs of the same host that the service has answered before and meanwhile; NULL: there is none, or this one is not behind
 * it. Where one was answered that was behind, no timestamp is the reason. */
static const tcps_clock *clock_ahead(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];
    const tcps_clocks *clocks = tcps_tallies_clocks(context->sink->tallies);
    const tcps_clock *k = clocks ? tcps_clocks_get(clocks, &c->addresses[end], &c->addresses[1 - end]) : NULL;
    const int64_t began_ns = tcps_endpoint_origin_ns(e), at_ns = e->more->syn_last_ns;

    if (!k || k->n < 2 || k->went_back || k->first_ns >= began_ns || k->newest_ns <= began_ns)
        return NULL;
    if (!(e->more->syn_with & TCPS_SYN_WITH_TIMESTAMPS) || !e->ts_known)
        return NULL;
    return seq_gt(tcps_clock_at(k, at_ns - BEHIND_NS), e->ts_last) ? k : NULL;
}

/* What else is known of the service. */
static void look_around(const tcps_rule_context *context, unsigned end, tcps_finding *f)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];
    const tcps_clock *ahead = clock_ahead(context, end);
    const tcps_tally *service = c->tallies[1 - end];

    if (ahead) {
        f->detail = BEHIND_CLOCK;
        f->other = (int64_t)((uint64_t)e->more->syn_ts << 32 | ahead->first_ts);
    } else if (f->detail == SILENT && service && service->answered_ns > tcps_endpoint_origin_ns(e)) {
        f->detail = OTHERS;
    }
}

static bool waits(const tcps_connection *c, const tcps_endpoint *e, const tcps_endpoint *peer)
{
    return e->syn_sent && !peer->first_frame && !e->rst_sent && !c->self &&
           tcps_endpoint_without(e, TCPS_DID_ABORT) == TCPS_SYN_SENT;
}

/* How long it has asked; where it has asked once, how long it has waited. The frames may be out of order. */
static int64_t asks_for(const tcps_rule_context *context, const tcps_endpoint *e)
{
    const int64_t first_ns = tcps_endpoint_origin_ns(e), last_ns = e->more->syn_last_ns;
    if (e->more->syns < 2)
        return span_between(first_ns, context->now_ns);
    return span_between(MIN(first_ns, last_ns), MAX(first_ns, last_ns));
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];

    if (!waits(c, e, &c->ends[1 - end]))
        return;
    if (!tcps_handshake_left_unanswered(context, e)) {
        tcps_rule_ask(context, span_after(tcps_handshake_due_ns(context, e), 1));
        return;
    }
    tcps_finding f = {.end = (uint8_t)tcps_role_of(c, end),
                      .certain = e->more->syns > 1 ? TCPS_PROVEN : TCPS_PRESUMED,
                      .began_frame = e->first_frame,
                      .began_ns = c->first_ns,
                      .count = e->more->syns,
                      .value = asks_for(context, e)};
    look_around(context, end, &f);
    tcps_rule_raise_finding(context, f);
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context) || tcps_is_flooded(context->connection))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

/* Is its SYN answered after all, or was it, and the capture has one direction only? */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_connection *c = context->connection;
    const unsigned end = f->end == TCPS_CLIENT ? c->client : 1 - c->client;
    const tcps_endpoint *e = &c->ends[end], *peer = &c->ends[1 - end];

    if (f->status == TCPS_OVER)
        return;
    if (peer->first_frame && peer->syn_sent && c->first_ns == f->began_ns) {
        tcps_finding_is_over(context, f);
        f->detail = ANSWERED_LATE;
        f->value = span_between(f->began_ns, context->now_ns);
    } else if (!waits(c, e, peer)) {
        if (e->syn_sent && !e->rst_sent)
            tcps_finding_withdraw(f);
    } else {
        if (e->more->syns > f->count) {
            tcps_finding_goes_on(context, f);
            f->value = MAX(f->count > 1 ? f->value : 0, asks_for(context, e));
        }
        f->count = MAX(f->count, e->more->syns);
        if (f->certain == TCPS_PRESUMED && f->count > 1) {
            f->certain = TCPS_PROVEN;
            f->status = TCPS_CONFIRMED;
        }
        look_around(context, end, f);
    }
}

static void describe_clock(GString *to, const tcps_finding *f)
{
    const uint64_t both = (uint64_t)f->other;

    g_string_append_printf(
        to,
        ". SYNs of its address from other ports were answered meanwhile: those had a TSval above %u, and this one %u",
        (uint32_t)both, (uint32_t)(both >> 32));
}

static void describe(const tcps_finding *f, GString *to)
{
    tcps_address_append(to, &f->ends[f->end]);
    g_string_append(to, f->detail == ANSWERED_LATE ? " got an answer to " : " got no answer to ");
    if (f->count > 1)
        g_string_append_printf(to, "%s%u SYNs from ", f->detail == ANSWERED_LATE ? "the last of " : "", f->count);
    else
        g_string_append(to, "its SYN from ");
    tcps_address_append(to, &f->ends[1 - f->end]);
    g_string_append(to, f->detail == ANSWERED_LATE ? " after " : " in ");
    tcps_duration_append(to, f->value);
    if (f->detail == BEHIND_CLOCK)
        describe_clock(to, f);
    else if (f->detail == OTHERS)
        g_string_append(to, ", which answered other SYNs meanwhile");
}

static void reword(const tcps_finding *f, tcps_rule_words *words)
{
    if (f->status == TCPS_OVER)
        return;
    if (f->detail == BEHIND_CLOCK)
        words->advice =
            "Several hosts behind a NAT share the address of {end}, and the host of {peer} or a firewall before it "
            "drops SYNs whose timestamp is below the newest of that address (PAWS per host). Look there: `sysctl "
            "net.ipv4.tcp_tw_recycle` has to be 0; `netstat -s | grep -i \"time stamp\"` counts what was dropped.";
    else if (f->detail == OTHERS)
        words->advice = "{peer} answers others. Its accept queue is full now and then, a firewall or rate limit drops "
                        "this SYN, or the path loses it. Capture there: if the SYN arrives, look at `nstat -az "
                        "TcpExtListenDrops TcpExtListenOverflows` and the packet filter.";
}

static const char *const set_when[] = {
    "an endpoint is in SYN_SENT, and no segment of its peer was captured",
    "the preference's time has passed, or what is known of the connection ends after repeats of the SYN",
    "it has sent the SYN at least twice (else presumed: the capture may miss the rest)",
    "no ICMP error says why (unreachable), and the peer is not under a SYN flood (syn_flood)",
    NULL,
};

const tcps_rule tcps_rule_syn_unanswered = {
    .id = "syn_unanswered",
    .severity = TCPS_WARN,
    .title = "SYN unanswered",
    .presumed =
        {"SYN unanswered, sent once", TCPS_NOTE,
         "A host sends a SYN again after a second or three. This one has given up before (a scan, a program with a "
         "short timeout), or the capture misses what came after. Where it matters, capture at {peer}, too."},
    .over = {"SYN answered late", TCPS_NOTE,
             "The first SYNs or their answers got lost, or {peer} dropped them: its accept queue was full, or it was "
             "not up yet. Capture there, and look at `nstat -az TcpExtListenDrops TcpExtListenOverflows`."},
    .set_when = set_when,
    .false_positives = "A capture that misses the answer: one direction only, or another path back.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.8.3",
    .advice =
        "A firewall drops the SYN or its answer, the host of {peer} is down, or its accept queue is full. Capture "
        "there: if the SYN arrives, look at `nstat -az TcpExtListenDrops TcpExtListenOverflows` and the packet filter.",
    .when = TCPS_WHEN_SYN | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .follow = follow,
    .reword = reword,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS,
};

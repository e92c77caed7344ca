/* second_device.c: segments in one endpoint's name come from two devices, as what they stamp on their packets tells.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"

/* So many of the second device are no accident. */
#define SEVERAL 3

/* How the two follow each other. */
enum { BY_TURNS, TAKEN_OVER, ANSWERED_THE_SYN };

static unsigned way_of(const tcps_endpoint_more *m)
{
    if (m->other_since_syn)
        return ANSWERED_THE_SYN;
    return m->device_returns ? BY_TURNS : TAKEN_OVER;
}

/* The marks, then the TTLs of the first and the second device. */
static void measure(const tcps_endpoint *e, tcps_finding *f)
{
    const tcps_endpoint_more *m = e->more;

    f->detail = (uint8_t)way_of(m);
    f->count = m->others;
    f->other = (int64_t)m->device_ttls[1] << 16 | m->device_ttls[0] << 8 | m->other_marks;
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end];
    const tcps_tally *tally = c->tallies[end];

    if (!e->more->other_frame || (!e->more->device_returns && e->more->others < SEVERAL))
        return;
    /* whoever answers SYNs for it does so for all */
    if (way_of(e->more) == ANSWERED_THE_SYN && (!tally || !tcps_rule_mark(context, tally)))
        return;
    tcps_finding f = {.end = (uint8_t)tcps_role_of(c, end),
                      .certain = TCPS_PROVEN,
                      .began_frame = e->more->other_frame,
                      .began_ns = e->more->other_ns};
    measure(e, &f);
    tcps_rule_raise_finding(context, f);
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context) || context->connection->self || context->connection->doubled)
        return;
    check_end(context, 0);
    check_end(context, 1);
}

/* That frames turn out to be captured twice explains it. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_endpoint *e = tcps_connection_end(context->connection, (tcps_role)f->end);

    if (context->connection->doubled) {
        tcps_finding_withdraw(f);
        return;
    }
    if (e->more->other_frame != f->began_frame || e->more->others <= f->count)
        return;
    tcps_finding_goes_on(context, f);
    measure(e, f);
}

static void append_marks(GString *to, int64_t marks)
{
    static const struct {
        unsigned mark;
        const char *words;
    } words[] = {
        {TCPS_OTHER_NO_TIMESTAMPS, "no timestamps"},
        {TCPS_OTHER_CLOCK, "timestamps of another clock"},
        {TCPS_OTHER_COUNT, "IP identifications of another count"},
    };
    const char *between = "";

    if (marks & TCPS_OTHER_TTL) {
        g_string_append_printf(to, "a TTL of %u, not %u", (unsigned)(marks >> 16 & 0xff),
                               (unsigned)(marks >> 8 & 0xff));
        between = ", ";
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (marks & words[i].mark) {
            g_string_append_printf(to, "%s%s", between, words[i].words);
            between = ", ";
        }
}

static void describe(const tcps_finding *f, GString *to)
{
    if (f->detail == ANSWERED_THE_SYN) {
        g_string_append_printf(to, "another device sent the %s of ", f->end == TCPS_SERVER ? "SYN+ACK" : "SYN");
        tcps_address_append(to, &f->ends[f->end]);
        g_string_append(to, ": what follows in its name has ");
        append_marks(to, f->other);
        return;
    }
    g_string_append_printf(to, "%u segment%s in the name of ", f->count, f->count == 1 ? "" : "s");
    tcps_address_append(to, &f->ends[f->end]);
    g_string_append(to, f->count == 1 ? " has " : " have ");
    append_marks(to, f->other);
    g_string_append(to, f->detail == BY_TURNS ? ": two devices speak as it by turns"
                                              : ": another device has taken its place");
}

/* One mark may have another reason: a route that changes, a load balancer that rewrites. */
static bool is_plain(const tcps_finding *f)
{
    const unsigned marks = f->other & 0xff;
    return (marks & (marks - 1)) != 0;
}

static void reword(const tcps_finding *f, tcps_rule_words *words)
{
    if (f->detail == ANSWERED_THE_SYN) {
        words->title = "Another device opens the connection";
        words->severity = TCPS_NOTE;
        words->advice =
            "A SYN proxy, a firewall with SYN cookies, a load balancer or a transparent proxy stands before "
            "{end}: {peer} is connected before {end} knows of it. Where handshakes succeed and then "
            "nothing comes, look there first.";
    } else if (!is_plain(f)) {
        words->severity = TCPS_NOTE;
    }
}

static const char *const set_when[] = {
    "segments in the name of one endpoint, none of them a RST, differ from those before by more than 5 hops of TTL, by "
    "timestamps that they lack, or by timestamps that are far behind",
    "their IP identifications do not go on with those before",
    "one as before follows, or there are three of them at least",
    "a note, where they differ in one respect alone; and where only a SYN or SYN+ACK came before: once for an "
    "endpoint",
    "frames of the connection were not captured twice, at two places (duplicate_frames)",
    NULL,
};

const tcps_rule tcps_rule_second_device = {
    .id = "second_device",
    .severity = TCPS_WARN,
    .title = "Two devices in one endpoint's name",
    .set_when = set_when,
    .false_positives = "A route that changes by many hops; a network that rewrites TTLs; a host that sends packets of "
                       "low TTL itself, to trace the route or to mislead inspection on the way.",
    .supersedes = NULL,
    .clause = "RFC 5961 §1",
    .advice =
        "Something on the way sends in the name of {end} (an intrusion prevention system, a proxy, an attacker), or "
        "another host has its address. Compare the MAC addresses of the segments, and what they carry; "
        "`ip neigh` and `arping -D` show a second host with the address.",
    .reword = reword,
    .when = TCPS_WHEN_REPEAT,
    .check = check,
    .follow = follow,
    .describe = describe,
};

/* homing.c: see homing.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/homing.h"

#include "base/span.h"

static tcps_home_setting told(const tcps_connection *c, const tcps_config *config)
{
    const unsigned point = c->addresses[0].point;
    return point < TCPS_MAX_POINTS ? (tcps_home_setting)config->home[point] : TCPS_HOME_AUTO;
}

static bool is_at_home(const tcps_connection *c, const tcps_homes *homes, tcps_home_setting setting, unsigned end)
{
    if (setting == TCPS_HOME_PATH)
        return false;
    if (tcps_homes_are_local(&c->addresses[0], &c->addresses[1]))
        return true;
    if (setting == TCPS_HOME_AUTO)
        return tcps_homes_has(homes, &c->addresses[end]);
    /* Of two SYNs that cross the own one is captured first. */
    return (setting == TCPS_HOME_CLIENT || tcps_connection_crossed(c)) == (end == c->client);
}

void tcps_homing_find(tcps_connection *c, const tcps_homes *homes, const tcps_config *config)
{
    c->homes_version = tcps_homes_version(homes);
    c->on_path = told(c, config) == TCPS_HOME_PATH;
    for (unsigned i = 0; i < 2; i++) {
        const bool here = is_at_home(c, homes, told(c, config), i);
        if (c->ends[i].at_home && !here)
            tcps_connection_leave_home(c, i);
        c->ends[i].at_home = here;
        if (c->rival)
            c->rival->ends[i].at_home = here;
    }
}

static uint8_t marked(unsigned end, unsigned mark)
{
    return (uint8_t)(mark << 4 * end);
}

static void note_mark(tcps_connection *c, tcps_homes *homes, unsigned from, const tcps_segment *s)
{
    const uint8_t mark = marked(from, s->mark & TCPS_MARKS);
    if (c->marks & mark)
        return;
    c->marks |= mark;
    if (!tcps_homes_are_local(&c->addresses[0], &c->addresses[1]))
        tcps_homes_note_mark(homes, &c->addresses[from], (s->mark & TCPS_MARKS) == TCPS_MARK_OUT);
}

/* So many in a row come so by no chance. */
enum { OPEN_SUMS = 3 };

/* So many of its own are open, and none of its peer's was. */
static bool sums_tell(const tcps_connection *c, unsigned end)
{
    const uint8_t peers = c->marks & marked(1 - end, TCPS_SUM_OPEN | TCPS_SUM_DONE);
    return c->open_sums[end] >= OPEN_SUMS && peers == marked(1 - end, TCPS_SUM_DONE);
}

/* A host leaves the checksums of what it sends to its interface, and its own capture sees them before that. Segments with data are left out:
 * where a receiver puts several together, the sum of the whole is open again; and RSTs, which many hosts complete themselves. */
static void note_sum(tcps_connection *c, tcps_homes *homes, unsigned from, const tcps_segment *s)
{
    const unsigned sum = s->mark & (TCPS_SUM_OPEN | TCPS_SUM_DONE);
    if (s->len > 0 || !sum || s->flags & TCPS_RST)
        return;
    c->marks |= marked(from, sum);
    if (sum == TCPS_SUM_DONE)
        c->open_sums[from] = 0;
    else if (c->open_sums[from] < UINT8_MAX)
        c->open_sums[from]++;
    for (unsigned i = 0; i < 2; i++)
        if (sums_tell(c, i) && !c->ends[i].at_home)
            tcps_homes_note_open_sums(homes, &c->addresses[i], c->ends[i].ttl);
}

/* It has sent nothing before, and refuses the SYN that was just sent to it. The other end answers nothing, then, by which it could be told
 * how near that is. */
static void note_refusal(const tcps_connection *c, tcps_homes *homes, unsigned from, const tcps_segment *s)
{
    const int64_t took_ns = span_between(c->last_ns, s->time_ns);
    const tcps_endpoint *e = &c->ends[from];
    if (!(s->flags & TCPS_RST) || !c->ends[1 - from].syn_sent || e->ttl || c->ends[1 - from].rtt_ns || took_ns <= 0)
        return;
    tcps_homes_note_refusal(homes, &c->addresses[from], took_ns, s->ttl);
}

/* Addresses of no station are made up by tools, too; but what a host sends to itself goes nowhere else. */
static bool is_on_loopback(const tcps_connection *c, const tcps_segment *s)
{
    const uint32_t link = s->link[0] == s->link[1] ? s->link[0] : 0;
    return link == TCPS_LINK_LOOPBACK ||
           (link == TCPS_LINK_NOBODY && tcps_address_same_host(&c->addresses[0], &c->addresses[1]));
}

void tcps_homing_before(tcps_connection *c, const tcps_incarnations *above, unsigned from, const tcps_segment *s)
{
    tcps_homes *homes = tcps_tallies_homes(above->tallies);
    if (s->mark & TCPS_MARKS)
        note_mark(c, homes, from, s);
    note_sum(c, homes, from, s);
    note_refusal(c, homes, from, s);
    if (is_on_loopback(c, s))
        for (unsigned i = 0; i < 2; i++)
            if (!c->ends[i].at_home)
                tcps_homes_note_loopback(homes, &c->addresses[i]);
    if (c->homes_version != tcps_homes_version(homes))
        tcps_homing_find(c, homes, above->config);
}

/* A host that forwards, or one that is only near: its packet filter apart, what did not arrive shows that. */
static void doubt_home(tcps_connection *c, tcps_homes *homes)
{
    const tcps_address *end = &c->addresses[c->not_got - 1];
    const tcps_home *home = tcps_homes_get(homes, end);
    if (home && home->why == TCPS_EVIDENCE_HOME_BY_ANSWERS)
        tcps_homes_refute(homes, end);
    c->not_got = 0;
}

static void vote(tcps_connection *c, tcps_homes *homes, unsigned end)
{
    const tcps_endpoint *e = &c->ends[end], *peer = &c->ends[1 - end];
    const tcps_answers answers = {.near_ns = e->rtt_ns, .far_ns = peer->rtt_ns, .ttl = e->ttl, .peers_ttl = peer->ttl};
    c->voted = true;
    tcps_homes_note_answers(homes, &c->addresses[end], &answers);
}

static void learn(tcps_connection *c, tcps_homes *homes, const tcps_config *config)
{
    if (told(c, config) != TCPS_HOME_AUTO || c->self)
        return;
    if (c->not_got)
        doubt_home(c, homes);
    for (unsigned i = 0; i < 2 && !c->voted; i++)
        if (!c->ends[i].at_home && tcps_answers_tell(c->ends[i].rtt_ns, c->ends[1 - i].rtt_ns))
            vote(c, homes, i);
}

void tcps_homing_after(tcps_connection *c, const tcps_incarnations *above, tcps_observation *o)
{
    tcps_homes *homes = tcps_tallies_homes(above->tallies);
    learn(c, homes, above->config);
    const bool other_end =
        told(c, above->config) == TCPS_HOME_SERVER && tcps_connection_crossed(c) && !c->ends[c->client].at_home;
    if (!other_end && c->homes_version == tcps_homes_version(homes))
        return;
    tcps_homing_find(c, homes, above->config); /* this very segment has told */
    o->captured_at = tcps_connection_captured_at(c, c->client);
}

/* homing.c: see homing.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/homing.h"

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
    return (setting == TCPS_HOME_CLIENT) == (end == c->client);
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

static void note_mark(tcps_connection *c, tcps_homes *homes, unsigned from, const tcps_segment *s)
{
    const uint8_t mark = (uint8_t)(s->mark << 2 * from);
    if (c->marks & mark)
        return;
    c->marks |= mark;
    if (!tcps_homes_are_local(&c->addresses[0], &c->addresses[1]))
        tcps_homes_note_mark(homes, &c->addresses[from], s->mark == TCPS_MARK_OUT);
}

void tcps_homing_before(tcps_connection *c, const tcps_incarnations *above, unsigned from, const tcps_segment *s)
{
    tcps_homes *homes = tcps_tallies_homes(above->tallies);
    if (s->mark != TCPS_MARK_NONE)
        note_mark(c, homes, from, s);
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
    if (c->homes_version == tcps_homes_version(homes))
        return;
    tcps_homing_find(c, homes, above->config); /* this very segment has told */
    o->captured_at = tcps_connection_captured_at(c, c->client);
}

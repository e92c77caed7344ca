/* counting.c: see counting.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/counting.h"

#include "base/span.h"
#include "hosts/socket_counts.h"
#include "rfc/segment.h"

/* Half-open for longer than this is no round trip: the SYN+ACK has been sent again. */
#define HALF_OPEN_NS 1000000000
/* When Linux has given it up: after 1 + 2 + 4 + 8 + 16 + 32 s. */
#define FORGOTTEN_NS 63000000000

static bool is_gone(tcps_state state)
{
    return state == TCPS_CLOSED || state == TCPS_TIME_WAIT;
}

static void look_at(tcps_counting *n, int64_t time_ns)
{
    n->look_ns = MIN(n->look_ns, time_ns);
}

/* An end is counted from its incarnation's first segment; a new incarnation takes the old one's place. */
static void count_anew(tcps_counting *n, tcps_connection *c)
{
    for (unsigned i = 0; i < (c->self ? 1 : 2); i++) {
        tcps_role role = i == c->client ? TCPS_CLIENT : TCPS_SERVER;
        if (c->tallies[i] && c->tallies[i]->role == TCPS_SERVER) {
            c->tallies[i]->half_open -= c->half_open;
            c->tallies[i]->half_answered -= c->half_answered;
            c->half_open = c->half_answered = false;
        }
        if (c->tallies[i])
            tcps_tally_move(c->tallies[i], c->counted[i], TCPS_UNKNOWN, n->now.time_ns, n->now.frame);
        c->tallies[i] = tcps_tallies_of(n->tallies, &c->addresses[i], role);
        c->tallies[i]->opened++;
        c->counted[i] = TCPS_UNKNOWN;
        c->gone[i] = false;
    }
    c->counting = true;
    if (!c->self && c->role_basis == TCPS_BASIS_SYN)
        tcps_tally_ask(tcps_connection_tally(c, TCPS_SERVER), &c->addresses[c->client], n->now.time_ns, n->now.frame);
}

void tcps_count_segment(tcps_tallies *tallies, const tcps_connection *c, const tcps_segment *s,
                        const tcps_observation *o)
{
    tcps_tally *service = c->used && !c->self ? tcps_connection_tally(c, TCPS_SERVER) : NULL;
    if (!service)
        return;
    if (service->openings && o->event == TCPS_EVENT_SYN_REPEATED)
        service->openings->again++;
    if (o->event != TCPS_EVENT_SYN_ACK || o->sender != TCPS_SERVER)
        return;
    service->answered_ns = s->time_ns;
    if (service->openings)
        service->openings->answered++;
    if (segment_has(s, TCPS_HAS_TIMESTAMPS) && s->tsecr)
        tcps_clocks_note(tcps_tallies_need_clocks(tallies), &c->addresses[c->client], &c->addresses[1 - c->client],
                         s->tsecr, s->time_ns);
}

void tcps_count_half_open(tcps_counting *n, tcps_connection *c)
{
    const tcps_endpoint *server = &c->ends[1 - c->client];
    tcps_tally *tally = c->tallies[1 - c->client];
    const int64_t age = span_between(server->since_ns, n->now.time_ns);
    const bool opening = server->shown == TCPS_SYN_RCVD && age < FORGOTTEN_NS;
    const bool half_open = opening && age >= HALF_OPEN_NS, answered = half_open && server->known == TCPS_SYN_RCVD;

    tally->half_open = tally->half_open + half_open - c->half_open;
    tally->half_answered = tally->half_answered + answered - c->half_answered;
    c->half_open = half_open;
    c->half_answered = answered;
    if (opening)
        look_at(n, span_after(server->since_ns, half_open ? FORGOTTEN_NS : HALF_OPEN_NS));
}

/* How far the connection has come, by what its ends are counted as. */
typedef enum { OPENING, OPEN, OVER } stage;

static stage stage_of(const tcps_connection *c)
{
    const tcps_state one = c->counted[0], other = c->counted[c->self ? 0 : 1];
    if (is_gone(one) && is_gone(other))
        return OVER;
    return one > TCPS_SYN_RCVD && other > TCPS_SYN_RCVD ? OPEN : OPENING;
}

/* Brings the tallies up to the state shown of one end. */
static void count_state(tcps_counting *n, tcps_connection *c, unsigned i)
{
    const tcps_endpoint *e = &c->ends[i];
    if (c->counted[i] == e->shown)
        return;
    if (is_gone(e->shown) && !is_gone(c->counted[i]) && !c->gone[i]) { /* not again after a presumption taken back */
        c->tallies[i]->closed++;
        c->gone[i] = true;
    }
    tcps_tally_move(c->tallies[i], c->counted[i], e->shown, n->now.time_ns, n->now.frame);
    c->counted[i] = e->shown;
    if (e->shown == TCPS_TIME_WAIT)
        look_at(n, span_after(e->since_ns, n->config->two_msl_ns));
}

/* A host in whose name a SYN was forged resets the SYN+ACK: that is no going on. */
static void note_going_on(const tcps_connection *c)
{
    const tcps_tally *service = c->self ? NULL : tcps_connection_tally(c, TCPS_SERVER);
    if (service && service->openings && c->rst_by != c->client + 1)
        tcps_openings_go_on(service->openings, c->first_ns);
}

bool tcps_count_states(tcps_counting *n, tcps_connection *c)
{
    if (!c->used)
        return false;
    if (c->counting && c->counted[0] == c->ends[0].shown && c->counted[1] == c->ends[1].shown && !c->half_open &&
        c->ends[1 - c->client].shown != TCPS_SYN_RCVD)
        return false;
    if (!c->counting)
        count_anew(n, c);
    const stage before = stage_of(c);
    for (unsigned i = 0; i < (c->self ? 1 : 2); i++)
        count_state(n, c, i);
    if (!c->self)
        tcps_count_half_open(n, c);
    const stage after = stage_of(c);
    if (before == OPENING && after != before)
        note_going_on(c);
    return after != before;
}

bool tcps_counted_over(const tcps_connection *c)
{
    return c->counting && stage_of(c) == OVER;
}

void tcps_count_gauges(const tcps_connection *c, tcps_gauges gauges[2])
{
    for (unsigned role = 0; role < 2; role++) {
        const tcps_tally *t = tcps_connection_tally(c, (tcps_role)role);
        gauges[role] = t ? t->gauges : (tcps_gauges){0};
    }
}

/* --- what is laid by --- */

/* Made anew, it is as it was when the SYN had been counted. */
static void count_syn(tcps_tally *host, const tcps_connection *c, unsigned end)
{
    host->opened++;
    tcps_tally_move(host, TCPS_UNKNOWN, (tcps_state)c->counted[end], c->first_ns, c->first_frame);
    host->closed += c->gone[end];
}

void tcps_count_known(tcps_tallies *tallies, tcps_connection *c)
{
    for (unsigned i = 0; i < 2; i++) {
        const tcps_role role = i == c->client ? TCPS_CLIENT : TCPS_SERVER;
        c->tallies[i] = tcps_tallies_of(tallies, &c->addresses[i], role);
        c->counted[i] = c->ends[i].shown;
        c->gone[i] = is_gone((tcps_state)c->counted[i]);
        if (role == TCPS_CLIENT)
            count_syn(c->tallies[i], c, i);
    }
    c->counting = true;
}

void tcps_count_lay_by(tcps_tallies *tallies, const tcps_connection *c)
{
    const unsigned client = c->client;
    tcps_tally *host = c->tallies[client];
    tcps_tally_move(host, (tcps_state)c->counted[client], TCPS_UNKNOWN, 0, 0);
    host->closed -= c->gone[client];
    if (--host->opened == 0 && !host->disorder && !host->outlives_rst && !host->raised)
        tcps_tallies_drop(tallies, host);
}

/* twins.c: see twins.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/twins.h"

#include <string.h>

#include "base/span.h"
#include "rfc/segment.h"

enum { PLACES = 4096 };
/* So many bytes are sent either way, at most: two connections have numbers as near as that once in 4096. */
#define FAR (1u << 26)
/* The same where nothing else is alike but the timestamps, of which each is as near by chance once in 4096, too, after ten minutes. */
#define NEAR_BITS 22
#define NEAR (1u << NEAR_BITS)
/* Whoever begins in the same stretch of numbers has one of a few places there. */
enum { STRETCHES = 1 << (32 - NEAR_BITS), IN_STRETCH = 4 };
/* Clocks of timestamps tick once a millisecond, or less often (RFC 7323 §5.4), but for their drift. */
#define MOST_TICKS(ns) ((ns) / 950000 + 100)

/* A handshake: hosts, numbers and timestamps by tcps_role. */
typedef struct {
    int64_t time_ns; /* 0: none */
    uint32_t hosts[2];
    uint32_t iss[2];
    uint32_t clocks[2];
    uint32_t index;
    uint16_t ports[2];
    uint8_t point;
} twin;

struct tcps_twins {
    twin *places;             /* NULL: no handshake so far */
    twin (*near)[IN_STRETCH]; /* by the client's number, those with timestamps; NULL: none */
    uint8_t next[STRETCHES];
};

tcps_twins *tcps_twins_new(void)
{
    return g_new0(tcps_twins, 1);
}

void tcps_twins_free(tcps_twins *twins)
{
    g_free(twins->places);
    g_free(twins->near);
    g_free(twins);
}

static uint32_t host_of(const tcps_address *a)
{
    uint64_t words[2];
    memcpy(words, a->bytes, sizeof words);
    const uint64_t hash = (words[0] ^ words[1] * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(hash >> 32);
}

static void note_near(tcps_twins *twins, const twin *t)
{
    const unsigned stretch = t->iss[TCPS_CLIENT] >> NEAR_BITS;
    if (!twins->near)
        twins->near = g_malloc0_n(STRETCHES, sizeof *twins->near);
    twins->near[stretch][twins->next[stretch]++ % IN_STRETCH] = *t;
}

static void note(tcps_twins *twins, const tcps_connection *c)
{
    const unsigned client = c->client;
    if (!twins->places)
        twins->places = g_new0(twin, PLACES);
    const twin t = {
        .time_ns = c->last_ns,
        .hosts = {host_of(&c->addresses[client]), host_of(&c->addresses[1 - client])},
        .iss = {c->ends[client].iss, c->ends[1 - client].iss},
        .clocks = {c->ends[client].ts_last, c->ends[1 - client].ts_last},
        .index = c->index,
        .ports = {c->addresses[client].port, c->addresses[1 - client].port},
        .point = c->addresses[client].point,
    };
    twins->places[c->addresses[client].port % PLACES] = t;
    if (c->ends[0].ts_known && c->ends[1].ts_known)
        note_near(twins, &t);
}

/* Is end `client` of the connection that of the twin, or is its peer, and not both? And do the numbers of its end `from` go on? */
static bool fits(const twin *t, const tcps_connection *c, unsigned client, unsigned from, const tcps_segment *s)
{
    const tcps_address *a = &c->addresses[client], *b = &c->addresses[1 - client];
    if (t->ports[TCPS_CLIENT] != a->port || t->point != a->point)
        return false;
    const bool same_client = t->hosts[TCPS_CLIENT] == host_of(a);
    const bool same_server = t->hosts[TCPS_SERVER] == host_of(b) && t->ports[TCPS_SERVER] == b->port;
    const tcps_role sender = from == client ? TCPS_CLIENT : TCPS_SERVER;
    return same_client != same_server && s->seq - t->iss[sender] < FAR && s->ack - t->iss[1 - sender] < FAR;
}

static uint32_t find(const tcps_twins *twins, const tcps_connection *c, unsigned from, const tcps_segment *s)
{
    for (unsigned client = 0; client < 2; client++) {
        const twin *t = &twins->places[c->addresses[client].port % PLACES];
        if (t->ports[TCPS_CLIENT] && fits(t, c, client, from, s))
            return t->index;
    }
    return UINT32_MAX;
}

static bool clock_has_come_to(uint32_t then, uint32_t now, int64_t passed_ns)
{
    return passed_ns >= 0 && (int64_t)(now - then) <= MOST_TICKS(passed_ns);
}

/* Do both numbers and both clocks go on, with that end as the client? And another end has other addresses or ports. */
static bool fits_by_clocks(const twin *t, const tcps_connection *c, unsigned client, unsigned from,
                           const tcps_segment *s)
{
    const tcps_role sender = from == client ? TCPS_CLIENT : TCPS_SERVER;
    const int64_t passed_ns = span_between(t->time_ns, s->time_ns);
    bool same = true;
    for (unsigned role = 0; role < 2; role++) {
        const tcps_address *a = &c->addresses[role == TCPS_CLIENT ? client : 1 - client];
        same = same && t->hosts[role] == host_of(a) && t->ports[role] == a->port;
    }
    return t->time_ns && !same && t->point == c->addresses[0].point && s->seq - t->iss[sender] < NEAR &&
           s->ack - t->iss[1 - sender] < NEAR && clock_has_come_to(t->clocks[sender], s->tsval, passed_ns) &&
           clock_has_come_to(t->clocks[1 - sender], s->tsecr, passed_ns);
}

/* Numbers as near as that began in the same stretch, or in the one before. */
static uint32_t find_by_clocks(const tcps_twins *twins, const tcps_connection *c, unsigned from, const tcps_segment *s)
{
    for (unsigned client = 0; client < 2; client++) {
        const unsigned stretch = (from == client ? s->seq : s->ack) >> NEAR_BITS;
        for (unsigned i = 0; i < 2 * IN_STRETCH; i++) {
            const twin *t = &twins->near[(stretch - i / IN_STRETCH) % STRETCHES][i % IN_STRETCH];
            if (fits_by_clocks(t, c, client, from, s))
                return t->index;
        }
    }
    return UINT32_MAX;
}

tcps_twin tcps_twins_of(tcps_twins *twins, const tcps_connection *c, const tcps_segment *s, const tcps_observation *o)
{
    tcps_twin found = {.index = UINT32_MAX};
    if (c->self || !s)
        return found;
    if (o->event == TCPS_EVENT_SYN_ACK && c->ends[0].iss_known && c->ends[1].iss_known)
        note(twins, c);
    if (!o->opens || !c->mid_stream || !(s->flags & TCPS_ACK) || s->flags & (TCPS_SYN | TCPS_RST))
        return found;
    const unsigned from = o->sender == TCPS_CLIENT ? c->client : 1u - c->client;
    if (twins->places)
        found.index = find(twins, c, from, s);
    if (found.index == UINT32_MAX && twins->near && segment_has(s, TCPS_HAS_TIMESTAMPS) && s->tsecr) {
        found.index = find_by_clocks(twins, c, from, s);
        found.by_clocks = true;
    }
    return found;
}

/* twins.c: see twins.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/twins.h"

enum { PLACES = 4096 };
/* So many bytes are sent either way, at most: two connections have numbers as near as that once in 4096. */
#define FAR (1u << 26)

/* A handshake: hosts and numbers by tcps_role. */
typedef struct {
    uint32_t hosts[2];
    uint32_t iss[2];
    uint32_t index;
    uint16_t ports[2];
} twin;

struct tcps_twins {
    twin *places; /* NULL: no handshake so far */
};

tcps_twins *tcps_twins_new(void)
{
    return g_new0(tcps_twins, 1);
}

void tcps_twins_free(tcps_twins *twins)
{
    g_free(twins->places);
    g_free(twins);
}

static uint32_t host_of(const tcps_address *a)
{
    uint32_t hash = 2166136261u;
    for (unsigned i = 0; i < sizeof a->bytes; i++)
        hash = (hash ^ a->bytes[i]) * 16777619u;
    return hash;
}

static void note(tcps_twins *twins, const tcps_connection *c)
{
    const unsigned client = c->client;
    if (!twins->places)
        twins->places = g_new0(twin, PLACES);
    twins->places[c->addresses[client].port % PLACES] = (twin){
        .hosts = {host_of(&c->addresses[client]), host_of(&c->addresses[1 - client])},
        .iss = {c->ends[client].iss, c->ends[1 - client].iss},
        .index = c->index,
        .ports = {c->addresses[client].port, c->addresses[1 - client].port},
    };
}

/* Is end `client` of the connection that of the twin, or is its peer, and not both? And do the numbers of its end `from` go on? */
static bool fits(const twin *t, const tcps_connection *c, unsigned client, unsigned from, const tcps_segment *s)
{
    const tcps_address *a = &c->addresses[client], *b = &c->addresses[1 - client];
    if (t->ports[TCPS_CLIENT] != a->port)
        return false;
    const bool same_client = t->hosts[TCPS_CLIENT] == host_of(a);
    const bool same_server = t->hosts[TCPS_SERVER] == host_of(b) && t->ports[TCPS_SERVER] == b->port;
    const tcps_role sender = from == client ? TCPS_CLIENT : TCPS_SERVER;
    return same_client != same_server && s->seq - t->iss[sender] < FAR && s->ack - t->iss[1 - sender] < FAR;
}

static uint32_t find(const tcps_twins *twins, const tcps_connection *c, const tcps_segment *s,
                     const tcps_observation *o)
{
    const unsigned from = o->sender == TCPS_CLIENT ? c->client : 1u - c->client;
    for (unsigned client = 0; twins->places && client < 2; client++) {
        const twin *t = &twins->places[c->addresses[client].port % PLACES];
        if (t->ports[TCPS_CLIENT] && fits(t, c, client, from, s))
            return t->index;
    }
    return UINT32_MAX;
}

uint32_t tcps_twins_of(tcps_twins *twins, const tcps_connection *c, const tcps_segment *s, const tcps_observation *o)
{
    if (c->self || !s)
        return UINT32_MAX;
    if (o->event == TCPS_EVENT_SYN_ACK && c->ends[0].iss_known && c->ends[1].iss_known)
        note(twins, c);
    if (o->opens && c->mid_stream && s->flags & TCPS_ACK && !(s->flags & (TCPS_SYN | TCPS_RST)))
        return find(twins, c, s, o);
    return UINT32_MAX;
}

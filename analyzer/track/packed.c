/* packed.c: see packed.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/packed.h"

#include <stdlib.h>
#include <string.h>

#include "base/likeness.h"

enum { OTHER_REASONS = TCPS_N_EXPERIENCES - TCPS_USUAL_REASONS };

/* A connection and what its ends hold, in one piece. */
typedef struct {
    tcps_connection connection;
    tcps_endpoint_more more[2];
    tcps_reason other_reasons[2][OTHER_REASONS];
} whole;

/* What comes first tells which connection it is. */
enum { FIRST_BYTES = offsetof(tcps_connection, index) + sizeof(uint32_t) };

_Static_assert(sizeof(whole) % sizeof(uint32_t) == 0, "whole words are packed");
_Static_assert(FIRST_BYTES % sizeof(uint32_t) == 0, "whole words are shown");

struct tcps_packer {
    tcps_likeness *likeness;
    tcps_endpoint_memory *memory;
    const void *unpacked; /* last; NULL: none, or it is there no more */
    whole last;           /* what that was */
};

tcps_packer *tcps_packer_new(tcps_endpoint_memory *memory)
{
    tcps_packer *p = aligned_alloc(TCPS_CACHE_LINE, sizeof *p);
    if (!p)
        g_error("cannot allocate %" G_GSIZE_FORMAT " bytes", sizeof *p);
    memset(p, 0, sizeof *p);
    p->likeness = tcps_likeness_new(sizeof(whole));
    p->memory = memory;
    return p;
}

void tcps_packer_free(tcps_packer *p)
{
    tcps_likeness_free(p->likeness);
    free(p);
}

static bool fits(const tcps_connection *c)
{
    if (c->self || c->rival || c->older || c->previous != &tcps_no_previous)
        return false;
    for (unsigned i = 0; i < 2; i++)
        if (c->ends[i].more->n_pending > TCPS_USUAL_PENDING || c->ends[i].more->n_stretches > 0)
            return false;
    return true;
}

static void put_together(whole *w, const tcps_connection *c)
{
    memset(w, 0, sizeof *w);
    memcpy(&w->connection, c, sizeof *c);
    w->connection.previous = NULL;
    for (unsigned i = 0; i < 2; i++) {
        const tcps_endpoint_more *m = c->ends[i].more;
        w->connection.ends[i].more = NULL;
        if (!m->held)
            continue;
        memcpy(&w->more[i], m, sizeof *m);
        w->more[i].home = NULL;
        w->more[i].other_pending = NULL;
        w->more[i].stretches = NULL;
        w->more[i].other_reasons =
            (tcps_reason *)(uintptr_t)(m->other_reasons != NULL); /* no place: that there are some */
        if (m->other_reasons)
            memcpy(w->other_reasons[i], m->other_reasons, sizeof w->other_reasons[i]);
    }
}

static unsigned sort_of(const tcps_connection *c)
{
    return (unsigned)(c->ends[0].shown == TCPS_TIME_WAIT) << 2 | (unsigned)(c->ends[1].shown == TCPS_TIME_WAIT) << 1 |
           (c->client != 0);
}

void *tcps_pack(tcps_packer *p, const tcps_connection *c)
{
    whole w;
    if (!fits(c))
        return NULL;
    put_together(&w, c);
    return tcps_likeness_keep(p->likeness, &w, sort_of(c));
}

void tcps_packed_drop(tcps_packer *p, void *packed)
{
    if (p->unpacked == packed)
        p->unpacked = NULL;
    tcps_likeness_drop(p->likeness, packed);
}

void *tcps_pack_again(tcps_packer *p, void *packed, const tcps_connection *c)
{
    whole w;
    const bool still = fits(c);
    if (still)
        put_together(&w, c);
    if (still && p->unpacked == packed && memcmp(&w, &p->last, sizeof w) == 0)
        return packed;
    tcps_packed_drop(p, packed);
    return still ? tcps_likeness_keep(p->likeness, &w, sort_of(c)) : NULL;
}

static void unpack_more(tcps_endpoint *e, tcps_endpoint_memory *memory, const tcps_endpoint_more *from,
                        const tcps_reason *other_reasons)
{
    e->more = &memory->nothing;
    if (!from->held)
        return;
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    *m = *from;
    m->home = memory;
    if (!from->other_reasons)
        return;
    m->other_reasons = tcps_slab_take(&memory->reasons);
    memcpy(m->other_reasons, other_reasons, OTHER_REASONS * sizeof *other_reasons);
}

void tcps_unpack(tcps_packer *p, void *packed, tcps_connection *c)
{
    whole *w = &p->last;
    tcps_likeness_show(p->likeness, packed, w, sizeof *w);
    p->unpacked = packed;
    memcpy(c, &w->connection, sizeof *c);
    c->previous = &tcps_no_previous;
    for (unsigned i = 0; i < 2; i++)
        unpack_more(&c->ends[i], p->memory, &w->more[i], w->other_reasons[i]);
}

bool tcps_packed_is_of(const tcps_packer *packer, const void *packed, const tcps_address ends[2])
{
    tcps_connection c;
    tcps_likeness_show(packer->likeness, packed, &c, FIRST_BYTES);
    return tcps_address_same(&c.addresses[0], &ends[0]) && tcps_address_same(&c.addresses[1], &ends[1]);
}

uint32_t tcps_packed_index(const tcps_packer *packer, const void *packed)
{
    tcps_connection c;
    tcps_likeness_show(packer->likeness, packed, &c, FIRST_BYTES);
    return c.index;
}

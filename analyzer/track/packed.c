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

_Static_assert(sizeof(whole) % sizeof(uint32_t) == 0, "whole words are packed");

struct tcps_packer {
    tcps_likeness *likeness;
    tcps_endpoint_memory *memory;
    whole made;           /* of the one that is packed */
    const void *unpacked; /* last; NULL: none, or it is there no more */
    whole last;           /* what that was; once it is there again, with its places in memory */
};

tcps_packer *tcps_packer_new(tcps_endpoint_memory *memory)
{
    tcps_packer *p = aligned_alloc(TCPS_CACHE_LINE, sizeof *p);
    if (!p)
        g_error("cannot allocate %" G_GSIZE_FORMAT " bytes", sizeof *p);
    memset(p, 0, sizeof *p);
    p->likeness = tcps_likeness_new(sizeof(whole), offsetof(whole, connection.index));
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

/* Whatever stood there before. */
static void put_more(whole *w, unsigned i, const tcps_endpoint_more *m)
{
    tcps_endpoint_more *to = &w->more[i];
    const bool other = m->held && m->other_reasons, other_before = to->other_reasons;
    if (m->held)
        memcpy(to, m, sizeof *to);
    else if (to->held)
        memset(to, 0, sizeof *to);
    to->home = NULL;
    to->other_pending = NULL;
    to->stretches = NULL;
    to->other_reasons = (tcps_reason *)(uintptr_t)other; /* no place: that there are some */
    if (other)
        memcpy(w->other_reasons[i], m->other_reasons, sizeof w->other_reasons[i]);
    else if (other_before)
        memset(w->other_reasons[i], 0, sizeof w->other_reasons[i]);
}

static const whole *put_together(tcps_packer *p, const tcps_connection *c)
{
    whole *w = &p->made;
    memcpy(&w->connection, c, sizeof *c);
    w->connection.previous = NULL;
    for (unsigned i = 0; i < 2; i++) {
        put_more(w, i, c->ends[i].more);
        w->connection.ends[i].more = NULL;
    }
    return w;
}

/* Those that are over, by who is in TIME_WAIT; and the others, by who is open. */
static unsigned sort_of(const tcps_connection *c)
{
    const bool over = c->ends[0].shown <= TCPS_SYN_RCVD || c->ends[0].shown == TCPS_TIME_WAIT;
    const tcps_state one = over ? TCPS_TIME_WAIT : TCPS_ESTABLISHED;
    return (unsigned)!over << 3 | (unsigned)(c->ends[0].shown == one) << 2 | (unsigned)(c->ends[1].shown == one) << 1 |
           (c->client != 0);
}

void *tcps_pack(tcps_packer *p, const tcps_connection *c)
{
    return fits(c) ? tcps_likeness_keep(p->likeness, put_together(p, c), sort_of(c)) : NULL;
}

void tcps_packed_drop(tcps_packer *p, void *packed)
{
    if (p->unpacked == packed)
        p->unpacked = NULL;
    tcps_likeness_drop(p->likeness, packed);
}

static bool same_more(const whole *w, unsigned i, const tcps_endpoint_more *m)
{
    return !m->held ||
           (memcmp(m, &w->more[i], sizeof *m) == 0 &&
            (!m->other_reasons || memcmp(m->other_reasons, w->other_reasons[i], sizeof w->other_reasons[i]) == 0));
}

/* With the same places in memory: what is not held, was not held before. */
static bool is_unchanged(const tcps_packer *p, const void *packed, const tcps_connection *c)
{
    const whole *w = &p->last;
    return p->unpacked == packed && memcmp(c, &w->connection, sizeof *c) == 0 && same_more(w, 0, c->ends[0].more) &&
           same_more(w, 1, c->ends[1].more);
}

void *tcps_pack_again(tcps_packer *p, void *packed, const tcps_connection *c)
{
    if (is_unchanged(p, packed, c))
        return packed;
    tcps_packed_drop(p, packed);
    return tcps_pack(p, c);
}

static void unpack_more(tcps_packer *p, unsigned i)
{
    tcps_endpoint *e = &p->last.connection.ends[i];
    tcps_endpoint_more *from = &p->last.more[i];
    e->more = &p->memory->nothing;
    if (!from->held)
        return;
    from->home = p->memory;
    if (from->other_reasons) {
        from->other_reasons = tcps_slab_take(&p->memory->reasons);
        memcpy(from->other_reasons, p->last.other_reasons[i], sizeof p->last.other_reasons[i]);
    }
    memcpy(tcps_endpoint_need(e), from, sizeof *from);
}

static const whole *show(tcps_packer *p, const void *packed)
{
    if (p->unpacked != packed)
        tcps_likeness_show(p->likeness, packed, &p->last);
    p->unpacked = packed;
    return &p->last;
}

void tcps_unpack(tcps_packer *p, void *packed, tcps_connection *c)
{
    const whole *w = show(p, packed);
    p->last.connection.previous = &tcps_no_previous;
    unpack_more(p, 0);
    unpack_more(p, 1);
    memcpy(c, &w->connection, sizeof *c);
}

bool tcps_packed_is_of(tcps_packer *p, const void *packed, const tcps_address ends[2])
{
    const whole *w = show(p, packed);
    return tcps_address_same(&w->connection.addresses[0], &ends[0]) &&
           tcps_address_same(&w->connection.addresses[1], &ends[1]);
}

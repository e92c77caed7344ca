/* fragments.c: see fragments.h. A hash table of fixed size, of sets of a few slots each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "decode/fragments.h"

#include <string.h>

enum {
    LONGEST = 65535,
    UNIT = 8, /* offsets count these */
    UNITS = (LONGEST + UNIT) / UNIT,
    SETS = 512,
    WAYS = 4
};

typedef struct {
    tcps_fragment_key key;
    uint64_t age;
    uint32_t total; /* 0: the last fragment has not been captured */
    uint32_t got;   /* units captured */
    uint8_t has[UNITS / 8 + 1];
    uint8_t head[TCPS_FRAGMENTS_HEAD];
} datagram;

struct tcps_fragments {
    uint64_t now;
    datagram *slots[SETS][WAYS];
};

tcps_fragments *tcps_fragments_new(void)
{
    return g_new0(tcps_fragments, 1);
}

void tcps_fragments_free(tcps_fragments *f)
{
    if (!f)
        return;
    for (unsigned i = 0; i < SETS; i++)
        for (unsigned j = 0; j < WAYS; j++)
            g_free(f->slots[i][j]);
    g_free(f);
}

static uint32_t hash_key(const tcps_fragment_key *key)
{
    uint32_t h = (key->id ^ key->protocol << 24) * 0x9E3779B1u;
    for (unsigned i = 0; i < sizeof key->addresses; i++)
        h = (h ^ key->addresses[i]) * 0x01000193u;
    return h ^ h >> 15;
}

static bool same_key(const tcps_fragment_key *a, const tcps_fragment_key *b)
{
    return a->id == b->id && a->protocol == b->protocol && memcmp(a->addresses, b->addresses, sizeof a->addresses) == 0;
}

/* The datagram's slot, or the one that is to be its. */
static datagram **find(tcps_fragments *f, const tcps_fragment_key *key)
{
    datagram **set = f->slots[hash_key(key) % SETS], **best = &set[0];
    for (unsigned i = 0; i < WAYS; i++) {
        if (set[i] && same_key(&set[i]->key, key))
            return &set[i];
        if (*best && (!set[i] || set[i]->age < (*best)->age))
            best = &set[i];
    }
    return best;
}

static datagram *start(datagram **slot, const tcps_fragment_key *key, uint64_t now)
{
    if (!*slot)
        *slot = g_new(datagram, 1);
    memset(*slot, 0, sizeof **slot);
    (*slot)->key = *key;
    (*slot)->age = now;
    return *slot;
}

static void mark(datagram *d, uint32_t unit)
{
    const uint8_t bit = (uint8_t)(1u << unit % 8);
    if (d->has[unit / 8] & bit)
        return;
    d->has[unit / 8] |= bit;
    d->got++;
}

static void put(datagram *d, const tcps_fragment *fragment)
{
    const uint32_t end = fragment->offset + fragment->length;
    const uint32_t units = fragment->more ? end / UNIT : (end + UNIT - 1) / UNIT;
    for (uint32_t unit = fragment->offset / UNIT; unit < units; unit++)
        mark(d, unit);
    if (!fragment->more && !d->total)
        d->total = end;
    if (fragment->offset < TCPS_FRAGMENTS_HEAD)
        memcpy(d->head + fragment->offset, fragment->p, MIN(fragment->length, TCPS_FRAGMENTS_HEAD - fragment->offset));
}

uint32_t tcps_fragments_add(tcps_fragments *f, const tcps_fragment_key *key, const tcps_fragment *fragment,
                            uint8_t head[TCPS_FRAGMENTS_HEAD])
{
    if (fragment->offset > LONGEST || fragment->length > LONGEST - fragment->offset)
        return 0;
    datagram **slot = find(f, key), *d = *slot;
    if (!d || !same_key(&d->key, key))
        d = start(slot, key, ++f->now);
    put(d, fragment);
    if (!d->total || d->got < (d->total + UNIT - 1) / UNIT)
        return 0;
    const uint32_t total = d->total;
    memcpy(head, d->head, TCPS_FRAGMENTS_HEAD);
    g_free(d);
    *slot = NULL;
    return total;
}

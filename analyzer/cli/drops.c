/* drops.c: see drops.h. The format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html, section 4.6
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drops.h"

struct drops {
    GHashTable *captures; /* key and value: one_interface */
    unsigned files;
    bool told;
    uint64_t beside_packets;
};

/* Of one capture. dumpcap counts on through the files of a ring buffer, all of which name the same start. */
typedef struct {
    uint64_t started; /* 0: not told */
    unsigned file;    /* then each file has its own counts */
    unsigned number;  /* of the interface */
    uint64_t dropped, received;
} one_interface;

static guint hash(gconstpointer item)
{
    const one_interface *i = item;
    return (guint)(i->started ^ i->started >> 32) * 31 + i->file * 7 + i->number;
}

static gboolean same(gconstpointer a, gconstpointer b)
{
    const one_interface *x = a, *y = b;
    return x->started == y->started && x->file == y->file && x->number == y->number;
}

drops *drops_new(void)
{
    drops *d = g_new0(drops, 1);
    d->captures = g_hash_table_new_full(hash, same, NULL, g_free);
    return d;
}

void drops_free(drops *d)
{
    g_hash_table_destroy(d->captures);
    g_free(d);
}

static void take(drops *d, unsigned number, const capture_statistics *s)
{
    const one_interface key = {.started = s->started, .file = s->started ? 0 : d->files, .number = number};
    one_interface *known = g_hash_table_lookup(d->captures, &key);
    if (!known) {
        known = g_memdup2(&key, sizeof key);
        g_hash_table_add(d->captures, known);
    }
    known->dropped = MAX(known->dropped, s->dropped);
    known->received = MAX(known->received, s->received);
    d->told |= s->told;
}

void drops_add(drops *d, capture *c)
{
    capture_statistics s;
    for (unsigned i = 0; capture_interface_statistics(c, i, &s); i++)
        take(d, i, &s);
    d->beside_packets += capture_dropped_beside_packets(c);
    d->files++;
}

bool drops_told(const drops *d, uint64_t *dropped, uint64_t *received)
{
    GHashTableIter at;
    gpointer item;
    *dropped = *received = 0;
    g_hash_table_iter_init(&at, d->captures);
    while (g_hash_table_iter_next(&at, &item, NULL)) {
        const one_interface *i = item;
        *dropped += i->dropped;
        *received += i->received;
    }
    *dropped = MAX(*dropped, d->beside_packets);
    return d->told || d->beside_packets;
}

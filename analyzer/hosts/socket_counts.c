/* socket_counts.c: counts of sockets by endpoint and state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hosts/socket_counts.h"

#include <string.h>

#include "base/span.h"

struct tcps_tallies {
    GHashTable *table; /* keys and values: the tallies */
    GPtrArray *order;
};

static guint hash(gconstpointer key)
{
    const tcps_tally *t = key;
    uint64_t words[2];
    memcpy(words, t->address.bytes, sizeof words);
    uint64_t h = (words[0] ^ words[1] * 31 ^ (uint64_t)t->address.port << 8 ^ t->role) * 0x9E3779B97F4A7C15u;
    return (guint)(h >> 32);
}

static gboolean same(gconstpointer a, gconstpointer b)
{
    const tcps_tally *x = a, *y = b;
    return x->role == y->role && x->address.port == y->address.port && x->address.len == y->address.len &&
           memcmp(x->address.bytes, y->address.bytes, sizeof x->address.bytes) == 0;
}

tcps_tallies *tcps_tallies_new(void)
{
    tcps_tallies *t = g_new0(tcps_tallies, 1);
    t->table = g_hash_table_new_full(hash, same, NULL, g_free);
    t->order = g_ptr_array_new();
    return t;
}

void tcps_tallies_free(tcps_tallies *t)
{
    if (!t)
        return;
    g_ptr_array_free(t->order, TRUE);
    g_hash_table_destroy(t->table);
    g_free(t);
}

tcps_tally *tcps_tallies_of(tcps_tallies *tallies, const tcps_address *address, tcps_role role)
{
    tcps_tally probe; /* as far as hash and same look at it */
    probe.address = *address;
    probe.role = (uint8_t)role;
    if (role == TCPS_CLIENT)
        probe.address.port = 0;
    tcps_tally *t = g_hash_table_lookup(tallies->table, &probe);
    if (t)
        return t;
    t = g_new0(tcps_tally, 1);
    t->address = probe.address;
    t->role = probe.role;
    t->number = tallies->order->len;
    g_hash_table_insert(tallies->table, t, t);
    g_ptr_array_add(tallies->order, t);
    return t;
}

unsigned tcps_tallies_count(const tcps_tallies *tallies)
{
    return tallies->order->len;
}

const tcps_tally *tcps_tallies_get(const tcps_tallies *tallies, unsigned n)
{
    return tcps_tallies_numbered(tallies, n);
}

tcps_tally *tcps_tallies_numbered(const tcps_tallies *tallies, uint32_t number)
{
    return number < tallies->order->len ? tallies->order->pdata[number] : NULL;
}

void tcps_tally_move(tcps_tally *t, tcps_state from, tcps_state to, int64_t time_ns, uint32_t frame)
{
    if (from != TCPS_UNKNOWN && t->now[from] > 0)
        t->now[from]--;
    if (to == TCPS_UNKNOWN)
        return;
    if (++t->now[to] > t->peak[to]) {
        t->peak[to] = t->now[to];
        t->peak_ns[to] = time_ns;
        t->peak_frame[to] = frame;
    }
}

#define SECOND_NS 1000000000

void tcps_rate_count(tcps_rate *r, int64_t time_ns)
{
    if (r->n == 0 || time_ns < r->second_ns || span_between(r->second_ns, time_ns) >= SECOND_NS) {
        r->second_ns = time_ns;
        r->n = 0;
    }
    if (++r->n > r->peak) {
        r->peak = r->n;
        r->peak_ns = r->second_ns;
    }
}

/* socket_counts.c: counts of sockets by endpoint and state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hosts/socket_counts.h"

#include <stddef.h>
#include <string.h>

#include "base/slab.h"
#include "base/span.h"

struct tcps_tallies {
    GHashTable *table; /* keys and values: the tallies */
    GPtrArray *order;
    tcps_slab memory;
    tcps_clocks *clocks; /* NULL: none */
    GHashTable *keys;    /* of uint64_t, each its own value; NULL: none */
    tcps_homes *homes;
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
    return x->role == y->role && tcps_address_same(&x->address, &y->address);
}

tcps_tallies *tcps_tallies_new(bool for_reports)
{
    tcps_tallies *t = g_new0(tcps_tallies, 1);
    t->table = g_hash_table_new(hash, same);
    t->order = g_ptr_array_new();
    t->homes = tcps_homes_new();
    t->memory.size = for_reports ? sizeof(tcps_tally) : offsetof(tcps_tally, first_ns);
    return t;
}

void tcps_tallies_free(tcps_tallies *t)
{
    if (!t)
        return;
    for (guint i = 0; i < t->order->len; i++) {
        const tcps_tally *tally = t->order->pdata[i];
        g_free(tally->others);
        g_free(tally->openings);
    }
    g_ptr_array_free(t->order, TRUE);
    g_hash_table_destroy(t->table);
    tcps_slab_clear(&t->memory);
    tcps_clocks_free(t->clocks);
    if (t->keys)
        g_hash_table_destroy(t->keys);
    tcps_homes_free(t->homes);
    g_free(t);
}

/* As far as hash and same look at it. */
static void probe_for(tcps_tally *probe, const tcps_address *address, tcps_role role)
{
    probe->address = *address;
    probe->role = (uint8_t)role;
    if (role == TCPS_CLIENT)
        probe->address.port = 0;
}

tcps_tally *tcps_tallies_find(const tcps_tallies *tallies, const tcps_address *address, tcps_role role)
{
    tcps_tally probe;
    probe_for(&probe, address, role);
    return g_hash_table_lookup(tallies->table, &probe);
}

tcps_tally *tcps_tallies_of(tcps_tallies *tallies, const tcps_address *address, tcps_role role)
{
    tcps_tally probe;
    probe_for(&probe, address, role);
    tcps_tally *t = g_hash_table_lookup(tallies->table, &probe);
    if (t)
        return t;
    t = tcps_slab_take(&tallies->memory);
    t->address = probe.address;
    t->role = probe.role;
    t->number = tallies->order->len;
    g_hash_table_insert(tallies->table, t, t);
    g_ptr_array_add(tallies->order, t);
    return t;
}

void tcps_tallies_drop(tcps_tallies *tallies, tcps_tally *t)
{
    g_hash_table_remove(tallies->table, t);
    if (g_ptr_array_remove_index_fast(tallies->order, t->number) && t->number < tallies->order->len)
        ((tcps_tally *)tallies->order->pdata[t->number])->number = t->number; /* the last takes its place */
    g_free(t->others);
    g_free(t->openings);
    tcps_slab_give_back(&tallies->memory, t);
}

tcps_homes *tcps_tallies_homes(const tcps_tallies *tallies)
{
    return tallies->homes;
}

const tcps_clocks *tcps_tallies_clocks(const tcps_tallies *tallies)
{
    return tallies->clocks;
}

tcps_clocks *tcps_tallies_need_clocks(tcps_tallies *tallies)
{
    if (!tallies->clocks)
        tallies->clocks = tcps_clocks_new();
    return tallies->clocks;
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

/* To count in. */
static tcps_in_state *place_for(tcps_tally *t, tcps_state state)
{
    if (!t->places[state])
        t->places[state] = ++t->n_states;
    if (t->places[state] > TCPS_USUAL_STATES && !t->others)
        t->others = g_new0(tcps_in_state, TCPS_N_STATES - TCPS_USUAL_STATES);
    return (tcps_in_state *)tcps_tally_of(t, state);
}

/* NULL: sockets in that state are not among them. */
static inline uint32_t *gauge_of(tcps_tally *t, tcps_state state)
{
    switch (state) {
    case TCPS_SYN_RCVD:
        return &t->gauges.half_open;
    case TCPS_CLOSE_WAIT:
        return &t->gauges.close_wait;
    case TCPS_TIME_WAIT:
        return &t->gauges.time_wait;
    default:
        return NULL;
    }
}

static inline void set_now(tcps_tally *t, tcps_state state, tcps_in_state *in, uint32_t now)
{
    uint32_t *gauge = gauge_of(t, state);
    in->now = now;
    if (gauge)
        *gauge = now;
}

void tcps_tally_move(tcps_tally *t, tcps_state from, tcps_state to, int64_t time_ns, uint32_t frame)
{
    if (from != TCPS_UNKNOWN && t->places[from]) {
        tcps_in_state *in = (tcps_in_state *)tcps_tally_of(t, from);
        if (in->now > 0)
            set_now(t, from, in, in->now - 1);
    }
    if (to == TCPS_UNKNOWN)
        return;
    tcps_in_state *in = place_for(t, to);
    set_now(t, to, in, in->now + 1);
    if (in->now > in->peak) {
        in->peak = in->now;
        in->peak_ns = time_ns;
        in->peak_frame = frame;
    }
}

/* Of few connections nothing is to be said; and there are many services that are asked for few. */
#define FEW 16

void tcps_tally_ask(tcps_tally *service, const tcps_address *client, int64_t time_ns, uint32_t frame)
{
    if (!service->openings && service->opened < FEW)
        return;
    if (!service->openings)
        service->openings = g_new0(tcps_openings, 1);
    tcps_openings_ask(service->openings, client, time_ns, frame);
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

enum { MOST_KEYS = 4096 };

bool tcps_tallies_first_of(tcps_tallies *t, uint64_t key)
{
    if (!t->keys)
        t->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    if (g_hash_table_size(t->keys) >= MOST_KEYS || g_hash_table_contains(t->keys, &key))
        return false;
    uint64_t *kept = g_new(uint64_t, 1);
    *kept = key;
    return g_hash_table_add(t->keys, kept);
}

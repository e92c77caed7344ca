/* homes.c: see homes.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hosts/homes.h"

#include <string.h>

/* Nobody answers so late who is near; and by that factor later than the host at home. */
#define FAR_NS 500000
#define FAR_FACTOR 10
/* Where the others are nearer than that, so many connections must speak for it; fewer, where the TTL does, too. */
#define MANY_VOTES 4
#define FEW_VOTES 2

struct tcps_homes {
    GHashTable *table; /* keys and values: the homes */
    GPtrArray *here;   /* those at home; not owned */
    uint32_t version;
};

static guint hash(gconstpointer key)
{
    const tcps_address *a = key;
    uint64_t words[2];
    memcpy(words, a->bytes, sizeof words);
    return (guint)((words[0] ^ words[1] * 31 ^ a->point) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

static gboolean same(gconstpointer a, gconstpointer b)
{
    return tcps_address_same(a, b);
}

tcps_homes *tcps_homes_new(void)
{
    tcps_homes *h = g_new0(tcps_homes, 1);
    h->table = g_hash_table_new_full(hash, same, NULL, g_free);
    h->here = g_ptr_array_new();
    return h;
}

void tcps_homes_free(tcps_homes *h)
{
    if (!h)
        return;
    g_hash_table_destroy(h->table);
    g_ptr_array_free(h->here, TRUE);
    g_free(h);
}

static tcps_address host_of(const tcps_address *end)
{
    tcps_address host = *end;
    host.port = 0;
    return host;
}

const tcps_home *tcps_homes_get(const tcps_homes *h, const tcps_address *end)
{
    const tcps_address host = host_of(end);
    return g_hash_table_lookup(h->table, &host);
}

bool tcps_homes_has(const tcps_homes *h, const tcps_address *end)
{
    const tcps_home *home = h->here->len > 0 ? tcps_homes_get(h, end) : NULL;
    return home && home->why != TCPS_EVIDENCE_NONE;
}

uint32_t tcps_homes_version(const tcps_homes *h)
{
    return h->version;
}

const tcps_home *tcps_homes_at(const tcps_homes *h, unsigned n)
{
    return n < h->here->len ? h->here->pdata[n] : NULL;
}

static tcps_home *need(tcps_homes *h, const tcps_address *end)
{
    const tcps_address host = host_of(end);
    tcps_home *home = g_hash_table_lookup(h->table, &host);
    if (home)
        return home;
    home = g_new0(tcps_home, 1);
    *home = (tcps_home){.host = host, .near_ns = INT64_MAX};
    g_hash_table_insert(h->table, home, home);
    return home;
}

static void set(tcps_homes *h, tcps_home *home, tcps_evidence why)
{
    if ((home->why != TCPS_EVIDENCE_NONE) == (why != TCPS_EVIDENCE_NONE))
        return;
    home->why = (uint8_t)why;
    h->version++;
    if (why != TCPS_EVIDENCE_NONE)
        g_ptr_array_add(h->here, home);
    else
        g_ptr_array_remove(h->here, home);
}

/* Unless something shows that it is not at home. */
static void take(tcps_homes *h, tcps_home *home, tcps_evidence why)
{
    if (!home->refuted && !home->came_in)
        set(h, home, why);
}

/* As systems send it: no router has been passed. */
static bool is_initial(uint8_t ttl)
{
    return ttl == 0 || ttl == 32 || ttl == 64 || ttl == 128 || ttl == 255;
}

static unsigned votes_needed(const tcps_answers *a)
{
    if (a->far_ns >= FAR_NS && a->far_ns >= FAR_FACTOR * a->near_ns)
        return 1;
    if (a->near_ns <= TCPS_INSIDE_NS && a->far_ns >= TCPS_INSIDE_FACTOR * a->near_ns)
        return 1;
    return a->ttl && !is_initial(a->peers_ttl) ? FEW_VOTES : MANY_VOTES;
}

void tcps_homes_note_answers(tcps_homes *h, const tcps_address *end, const tcps_answers *a)
{
    if (!is_initial(a->ttl))
        return;
    tcps_home *home = need(h, end);
    home->near_ns = MIN(home->near_ns, a->near_ns);
    home->ttl = a->ttl;
    if (home->votes < UINT16_MAX)
        home->votes++;
    if (home->votes >= votes_needed(a))
        take(h, home, TCPS_EVIDENCE_HOME_BY_ANSWERS);
}

/* Over a cable, no usual kernel refuses so soon; and several times there is no chance. */
#define REFUSES_AT_ONCE_NS 25000
enum { REFUSALS = 3 };

void tcps_homes_note_refusal(tcps_homes *h, const tcps_address *end, int64_t took_ns, uint8_t ttl)
{
    if (took_ns > REFUSES_AT_ONCE_NS || !ttl || !is_initial(ttl))
        return;
    tcps_home *home = need(h, end);
    home->near_ns = MIN(home->near_ns, took_ns);
    home->ttl = ttl;
    if (home->refusals < UINT8_MAX)
        home->refusals++;
    if (home->refusals >= REFUSALS)
        take(h, home, TCPS_EVIDENCE_HOME_BY_ANSWERS);
}

void tcps_homes_note_mark(tcps_homes *h, const tcps_address *end, bool out)
{
    const tcps_home *here = tcps_homes_get(h, end);
    if (here && (out ? here->sent_out : here->came_in))
        return;
    tcps_home *home = need(h, end);
    home->sent_out |= out;
    home->came_in |= !out;
    if (home->why == TCPS_EVIDENCE_HOME_LOCAL)
        return;
    if (home->came_in)
        set(h, home, TCPS_EVIDENCE_NONE);
    take(h, home, TCPS_EVIDENCE_HOME_BY_MARKS);
}

void tcps_homes_note_open_sums(tcps_homes *h, const tcps_address *end, uint8_t ttl)
{
    if (!is_initial(ttl)) /* a router beside it, on the same machine */
        return;
    take(h, need(h, end), TCPS_EVIDENCE_HOME_BY_CHECKSUMS);
}

static bool is_loopback(const tcps_address *a)
{
    static const uint8_t one[16] = {[15] = 1};
    return a->len == 4 ? a->bytes[0] == 127 : a->len == 16 && memcmp(a->bytes, one, sizeof one) == 0;
}

void tcps_homes_note_loopback(tcps_homes *h, const tcps_address *end)
{
    if (!is_loopback(end) && !tcps_homes_has(h, end))
        set(h, need(h, end), TCPS_EVIDENCE_HOME_LOCAL);
}

void tcps_homes_refute(tcps_homes *h, const tcps_address *end)
{
    tcps_home *home = need(h, end);
    home->refuted = true;
    set(h, home, TCPS_EVIDENCE_NONE);
}

bool tcps_homes_are_local(const tcps_address *one, const tcps_address *other)
{
    return is_loopback(one) && is_loopback(other);
}

/* store.c: see store.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/store.h"

#include <stddef.h>
#include <string.h>

#include "base/address.h"
#include "base/span.h"
#include "base/table.h"
#include "track/pack.h"

/* So many are kept awake whatever they do. */
enum { KEEP_AWAKE = 1024 };
/* Beyond those, a connection is put to sleep that nothing has happened to for so long. Packing it and unpacking it takes longer than
 * most segments, so those in use stay as they are, and cost memory: up to so many, if it must be. */
#define IDLE_NS 1000000000
enum { MAX_AWAKE = 1 << 20 };

enum {
    CHUNK = 64,
    LOOK_AFTER = 32,    /* have been woken */
    PACKED_BYTES = 320, /* about */
    HOT_BYTES = offsetof(tcps_connection, ends),
    HOT_BYTES_OF_END = offsetof(tcps_endpoint, news) + sizeof(tcps_news)
};

/* Where the connection with a number is. When something falls due for it stands here, and not with the connection, because most
 * of that is outdated when it comes: then the connection is not touched. */
typedef struct {
    guintptr at; /* a tcps_connection; a tcps_packed, with the lowest bit set; 0: the number is free */
    int64_t due_ns;
} place;

struct tcps_store {
    tcps_analyzer *analyzer;
    const tcps_tallies *tallies;
    tcps_shapes *shapes; /* of those packed */
    tcps_table *table;   /* of numbers, by their ends' hash */
    uint64_t seed;
    GArray *places; /* of place, by number */
    GArray *free_numbers;
    tcps_connection *newest, *oldest; /* of those awake: looked at last, first */
    tcps_connection *latest;          /* found last, if it is awake */
    unsigned n_awake, n_woken;        /* n_woken: since it was looked for idle ones */
    tcps_connection *spare;           /* by their `older` */
    GPtrArray *chunks;
    bool none_awake;
};

tcps_store *tcps_store_new(tcps_analyzer *analyzer, const tcps_tallies *tallies)
{
    tcps_store *s = g_new0(tcps_store, 1);
    s->analyzer = analyzer;
    s->tallies = tallies;
    s->shapes = tcps_shapes_new();
    s->table = tcps_table_new();
    s->seed = (uint64_t)g_random_int() << 32 | g_random_int(); /* no capture can be made to fill one bucket */
    s->places = g_array_new(FALSE, FALSE, sizeof(place));
    s->free_numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    s->chunks = g_ptr_array_new_with_free_func(g_free);
    return s;
}

static place *place_of(const tcps_store *s, uint32_t number)
{
    return &g_array_index(s->places, place, number);
}

static bool is_packed(guintptr at)
{
    return at & 1;
}

static tcps_packed *packed_at(guintptr at)
{
    return (tcps_packed *)(at & ~(guintptr)1); /* NOLINT(performance-no-int-to-ptr): the lowest bit tells which */
}

static tcps_connection *awake_at(guintptr at)
{
    return (tcps_connection *)at; /* NOLINT(performance-no-int-to-ptr) */
}

void tcps_store_free(tcps_store *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->places->len; i++)
        if (is_packed(place_of(s, i)->at))
            g_free(packed_at(place_of(s, i)->at));
    g_ptr_array_free(s->chunks, TRUE);
    g_array_free(s->places, TRUE);
    g_array_free(s->free_numbers, TRUE);
    tcps_table_free(s->table);
    tcps_shapes_free(s->shapes);
    g_free(s);
}

void tcps_store_keep_none_awake(tcps_store *s)
{
    s->none_awake = true;
}

/* --- ends --- */

static inline uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The words are multiplied side by side, not one after the other; those of different places by different numbers. */
uint32_t tcps_store_hash(const tcps_store *s, const tcps_address ends[2])
{
    const uint64_t ports =
        (uint64_t)ends[0].port << 32 | (uint64_t)ends[1].port << 16 | (uint64_t)ends[0].len << 8 | ends[1].len;
    uint64_t h = (ports ^ s->seed) * UINT64_C(0x9E3779B97F4A7C15);
    h ^= (word_at(ends[0].bytes) + s->seed) * UINT64_C(0xFF51AFD7ED558CCD);
    h ^= (word_at(ends[1].bytes) + (h >> 47)) * UINT64_C(0xC4CEB9FE1A85EC53);
    if (ends[0].len != 4 || ends[1].len != 4) {
        h ^= (word_at(ends[0].bytes + 8) + (h >> 45)) * UINT64_C(0x87C37B91114253D5);
        h ^= (word_at(ends[1].bytes + 8) + (h >> 43)) * UINT64_C(0x4CF5AD432745937F);
    }
    h = (h ^ h >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return (uint32_t)(h ^ h >> 32);
}

static bool same_ends(const tcps_connection *c, const tcps_address ends[2])
{
    return tcps_address_same(&c->addresses[0], &ends[0]) && tcps_address_same(&c->addresses[1], &ends[1]);
}

static bool is_of(const tcps_store *s, uint32_t number, const tcps_address ends[2])
{
    const guintptr at = place_of(s, number)->at;
    return is_packed(at) ? tcps_packed_is_of(packed_at(at), ends) : same_ends(awake_at(at), ends);
}

/* --- those awake --- */

static void link_newest(tcps_store *s, tcps_connection *c)
{
    c->newer = NULL;
    c->older = s->newest;
    *(s->newest ? &s->newest->newer : &s->oldest) = c;
    s->newest = c;
    s->n_awake++;
}

static void unlink_awake(tcps_store *s, tcps_connection *c)
{
    *(c->newer ? &c->newer->older : &s->newest) = c->older;
    *(c->older ? &c->older->newer : &s->oldest) = c->newer;
    s->n_awake--;
}

static void allocate_chunk(tcps_store *s)
{
    void *room = g_malloc(CHUNK * sizeof(tcps_connection) + TCPS_CACHE_LINE);
    const size_t beyond = GPOINTER_TO_SIZE(room) % TCPS_CACHE_LINE;
    tcps_connection *chunk = (tcps_connection *)(void *)((char *)room + TCPS_CACHE_LINE - beyond);
    g_ptr_array_add(s->chunks, room);
    for (unsigned i = CHUNK; i-- > 0;) {
        chunk[i].older = s->spare;
        s->spare = &chunk[i];
    }
}

static tcps_connection *allocate(tcps_store *s)
{
    if (!s->spare)
        allocate_chunk(s);
    tcps_connection *c = s->spare;
    s->spare = c->older;
    s->n_woken++;
    return c;
}

static void release(tcps_store *s, tcps_connection *c)
{
    if (s->latest == c)
        s->latest = NULL;
    unlink_awake(s, c);
    c->older = s->spare;
    s->spare = c;
}

static void put_to_sleep(tcps_store *s, tcps_connection *c, int64_t now_ns)
{
    place_of(s, c->number)->at = (guintptr)tcps_pack(c, s->shapes, now_ns) | 1;
    release(s, c);
}

static void unpack(const tcps_store *s, uint32_t number, tcps_connection *c)
{
    tcps_unpack(packed_at(place_of(s, number)->at), s->shapes, s->tallies, c);
    c->analyzer = s->analyzer;
    c->number = number;
    c->slept = true;
}

static tcps_connection *wake(tcps_store *s, uint32_t number)
{
    guintptr *at = &place_of(s, number)->at;
    if (!is_packed(*at))
        return awake_at(*at);
    tcps_connection *c = allocate(s);
    unpack(s, number, c);
    g_free(packed_at(*at));
    *at = (guintptr)c;
    link_newest(s, c);
    return c;
}

tcps_connection *tcps_store_peek(const tcps_store *s, uint32_t number, tcps_connection *room)
{
    const guintptr at = place_of(s, number)->at;
    if (!is_packed(at))
        return awake_at(at);
    unpack(s, number, room);
    return room;
}

void tcps_store_repack(tcps_store *s, const tcps_connection *room, int64_t now_ns)
{
    guintptr *at = &place_of(s, room->number)->at;
    g_free(packed_at(*at));
    *at = (guintptr)tcps_pack(room, s->shapes, now_ns) | 1;
}

static bool is_idle(const tcps_connection *c, int64_t now_ns)
{
    return span_between(c->last_ns, now_ns) > IDLE_NS;
}

/* The one that was looked at the longest time ago is put to sleep, or has its next turn when all others have had theirs. Returns
 * whether it sleeps. */
static bool look_at_oldest(tcps_store *s, int64_t now_ns)
{
    tcps_connection *c = s->oldest;
    if (is_idle(c, now_ns) || s->n_awake > MAX_AWAKE) {
        put_to_sleep(s, c, now_ns);
        return true;
    }
    unlink_awake(s, c);
    link_newest(s, c);
    return false;
}

/* Looks at as many as are found idle, and at half as many others as have been woken: at most two in three of those awake are idle,
 * and where none are, next to nothing is spent on looking. */
static void look_for_idle(tcps_store *s, int64_t now_ns)
{
    for (unsigned n = s->n_woken / 2; n > 0 && s->n_awake > KEEP_AWAKE;)
        n -= !look_at_oldest(s, now_ns);
    s->n_woken = 0;
}

void tcps_store_rest(tcps_store *s, tcps_connection *c, bool over, int64_t now_ns)
{
    if (s->none_awake || (s->n_awake > KEEP_AWAKE && (is_idle(c, now_ns) || (over && !c->slept))))
        put_to_sleep(s, c, now_ns); /* while it is in the processor's cache */
    if (s->n_woken >= LOOK_AFTER)
        look_for_idle(s, now_ns);
}

/* --- connections --- */

tcps_connection *tcps_store_find(tcps_store *s, const tcps_address ends[2], uint32_t hash)
{
    if (s->latest && same_ends(s->latest, ends)) /* segments come in bursts */
        return s->latest;
    tcps_table_cursor at = tcps_table_start(s->table, hash);
    for (uint32_t number; tcps_table_next(s->table, &at, &number);)
        if (is_of(s, number, ends))
            return s->latest = wake(s, number);
    return NULL;
}

/* Without waiting for it. */
static inline void fetch(const void *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += TCPS_CACHE_LINE)
        __builtin_prefetch((const char *)from + i);
}

void tcps_store_expect_number(const tcps_store *s, uint32_t hash)
{
    tcps_table_fetch(s->table, hash);
}

/* Of the first connection with that hash, which is hardly ever another one. */
static const place *expected(const tcps_store *s, uint32_t hash)
{
    tcps_table_cursor first = tcps_table_start(s->table, hash);
    uint32_t number;
    return tcps_table_next(s->table, &first, &number) ? place_of(s, number) : NULL;
}

void tcps_store_expect_place(const tcps_store *s, uint32_t hash)
{
    const place *p = expected(s, hash);
    if (p)
        __builtin_prefetch(p);
}

void tcps_store_expect(const tcps_store *s, uint32_t hash)
{
    const place *p = expected(s, hash);
    if (!p)
        return;
    if (is_packed(p->at)) {
        fetch(packed_at(p->at), PACKED_BYTES);
        return;
    }
    const tcps_connection *c = awake_at(p->at);
    fetch(c, HOT_BYTES);
    fetch(&c->ends[0], HOT_BYTES_OF_END);
    fetch(&c->ends[1], HOT_BYTES_OF_END);
}

static uint32_t take_number(tcps_store *s)
{
    uint32_t number = s->places->len;
    if (s->free_numbers->len > 0) {
        number = g_array_index(s->free_numbers, uint32_t, s->free_numbers->len - 1);
        g_array_set_size(s->free_numbers, s->free_numbers->len - 1);
    } else {
        g_array_set_size(s->places, number + 1);
    }
    return number;
}

tcps_connection *tcps_store_add(tcps_store *s, const tcps_address ends[2], uint32_t hash)
{
    tcps_connection *c = allocate(s);
    memset(c, 0, sizeof *c);
    memcpy(c->addresses, ends, sizeof c->addresses);
    c->analyzer = s->analyzer;
    c->number = take_number(s);
    *place_of(s, c->number) = (place){(guintptr)c, INT64_MAX};
    link_newest(s, c);
    tcps_table_add(s->table, hash, c->number);
    return s->latest = c;
}

int64_t *tcps_store_due_ns(tcps_store *s, const tcps_connection *c)
{
    return &place_of(s, c->number)->due_ns;
}

tcps_connection *tcps_store_due(tcps_store *s, uint32_t number, int64_t due_ns)
{
    const place *p = place_of(s, number);
    return p->at && p->due_ns == due_ns ? wake(s, number) : NULL;
}

void tcps_store_forget(tcps_store *s, tcps_connection *c)
{
    const uint32_t number = c->number;
    tcps_table_remove(s->table, tcps_store_hash(s, c->addresses), number);
    *place_of(s, number) = (place){0};
    g_array_append_val(s->free_numbers, number);
    release(s, c);
}

static uint32_t index_of(const tcps_store *s, uint32_t number)
{
    const guintptr at = place_of(s, number)->at;
    return is_packed(at) ? tcps_packed_index(packed_at(at)) : awake_at(at)->index;
}

static gint ascending(gconstpointer a, gconstpointer b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Numbers stand in that order already, where few have been used again. */
static void sort(GArray *indexed)
{
    for (guint i = 1; i < indexed->len; i++)
        if (g_array_index(indexed, uint64_t, i - 1) > g_array_index(indexed, uint64_t, i)) {
            g_array_sort(indexed, ascending);
            return;
        }
}

GArray *tcps_store_numbers(tcps_store *s)
{
    GArray *indexed = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (uint32_t i = 0; i < s->places->len; i++) {
        if (!place_of(s, i)->at)
            continue;
        const uint64_t entry = (uint64_t)index_of(s, i) << 32 | i;
        g_array_append_val(indexed, entry);
    }
    sort(indexed);
    GArray *numbers = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), indexed->len);
    for (guint i = 0; i < indexed->len; i++) {
        const uint32_t number = (uint32_t)g_array_index(indexed, uint64_t, i);
        g_array_append_val(numbers, number);
    }
    g_array_unref(indexed);
    return numbers;
}

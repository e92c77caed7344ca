/* store.c: see store.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/store.h"

#include <stddef.h>

#include "base/span.h"
#include "base/table.h"
#include "track/ends.h"
#include "track/quiet.h"

/* So many lone SYNs stay what they are for now: nearly all are answered soon. */
enum { N_FRESH = 1024 };
/* And so many connections that are over: of some, a straggler follows. */
enum { N_OVER = 64 };

enum { HOT_BYTES = offsetof(tcps_connection, ends), HOT_BYTES_OF_END = offsetof(tcps_endpoint, unanswered_ns) };

/* Where the connection with a number is. When something falls due for it stands here, and not with the connection, because most
 * of that is outdated when it comes: then the connection is not touched. */
typedef struct {
    uintptr_t at; /* tcps_connection, or tcps_small; 0: the number is free */
    int64_t due_ns;
} place;

/* A SYN that came as its connection's first. */
typedef struct {
    tcps_connection *of; /* NULL: none */
    uint32_t number, index;
    tcps_segment syn;
} fresh_syn;

/* A connection that was over as of that frame. */
typedef struct {
    tcps_connection *of; /* NULL: none */
    uint32_t number, last_frame;
} over_as_of;

/* Pieces of a slab begin with a line of the cache. */
_Static_assert(sizeof(tcps_connection) % TCPS_CACHE_LINE == 0, "each connection begins with one");

struct tcps_store {
    tcps_table *table; /* of numbers, by their ends' hash */
    uint64_t seed;
    GArray *places; /* of place, by number */
    GArray *free_numbers;
    tcps_connection *latest;     /* found last */
    tcps_slab room;              /* of connections */
    tcps_endpoint_memory memory; /* of what they hold */
    tcps_smalls smalls;
    fresh_syn *fresh; /* a ring */
    unsigned next_fresh;
    over_as_of *over; /* a ring */
    unsigned next_over;
    tcps_quiet *quiet; /* of those that are not small */
    int64_t now_ns;
    tcps_connection *borrowed; /* what is small, while somebody looks at it */
};

static tcps_connection *allocate(tcps_store *s);

tcps_store *tcps_store_new(tcps_lone_care care)
{
    tcps_store *s = g_new0(tcps_store, 1);
    s->table = tcps_table_new();
    s->seed = (uint64_t)g_random_int() << 32 | g_random_int(); /* no capture can be made to fill one bucket */
    s->places = g_array_new(FALSE, FALSE, sizeof(place));
    s->free_numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    s->room.size = sizeof(tcps_connection);
    tcps_endpoint_memory_init(&s->memory);
    tcps_smalls_init(&s->smalls, &s->memory, care);
    s->fresh = g_new0(fresh_syn, N_FRESH);
    s->over = g_new0(over_as_of, N_OVER);
    s->quiet = tcps_quiet_new();
    s->borrowed = allocate(s);
    return s;
}

static place *place_of(const tcps_store *s, uint32_t number)
{
    return &g_array_index(s->places, place, number);
}

/* NULL where there is none, or something else. */
static inline tcps_connection *connection_at(const place *p)
{
    return p->at & TCPS_SMALL_ANY ? NULL : (tcps_connection *)p->at;
}

/* 0 where there is none, or something else. */
static inline tcps_small small_at(const place *p)
{
    return p->at & TCPS_SMALL_ANY ? p->at : 0;
}

uint32_t tcps_store_hash(const tcps_store *s, const tcps_address ends[2])
{
    return tcps_ends_hash(ends, s->seed);
}

void tcps_store_free(tcps_store *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->places->len; i++)
        if (connection_at(place_of(s, i)))
            tcps_connection_clear(connection_at(place_of(s, i)));
    tcps_smalls_clear(&s->smalls);
    g_free(s->fresh);
    g_free(s->over);
    tcps_quiet_free(s->quiet);
    tcps_slab_clear(&s->room);
    tcps_endpoint_memory_clear(&s->memory);
    g_array_free(s->places, TRUE);
    g_array_free(s->free_numbers, TRUE);
    tcps_table_free(s->table);
    g_free(s);
}

/* --- room --- */

static tcps_connection *allocate(tcps_store *s)
{
    return tcps_slab_take(&s->room);
}

/* --- what is small --- */

/* More of it is captured. */
static tcps_connection *grow(tcps_store *s, uint32_t number)
{
    const tcps_small small = small_at(place_of(s, number));
    tcps_connection *c = allocate(s);
    tcps_small_show(&s->smalls, small, number, c);
    tcps_small_drop(&s->smalls, small);
    place_of(s, number)->at = (uintptr_t)c;
    tcps_quiet_watch(s->quiet, number, s->now_ns);
    return c;
}

static void put_away(tcps_store *s, tcps_connection *c)
{
    if (s->latest == c)
        s->latest = NULL;
    tcps_connection_clear(c);
    tcps_slab_give_back(&s->room, c);
}

static void shrink(tcps_store *s, tcps_connection *c, tcps_small to)
{
    if (!to)
        return;
    place_of(s, c->number)->at = to;
    put_away(s, c);
}

static void shrink_fresh(tcps_store *s, const fresh_syn *f)
{
    if (f->of && connection_at(place_of(s, f->number)) == f->of && f->of->lone && f->of->index == f->index)
        shrink(s, f->of, tcps_small_syn(&s->smalls, &f->syn, f->of));
}

static void shrink_over(tcps_store *s, const over_as_of *o)
{
    if (o->of && connection_at(place_of(s, o->number)) == o->of && o->of->last_frame == o->last_frame)
        shrink(s, o->of, tcps_small_packed(&s->smalls, o->of));
}

void tcps_store_over(tcps_store *s, tcps_connection *c)
{
    over_as_of *o = &s->over[s->next_over];
    if (c == s->borrowed)
        return;
    shrink_over(s, o);
    *o = (over_as_of){c, c->number, c->last_frame};
    s->next_over = (s->next_over + 1) % N_OVER;
}

/* What a lone SYN is all of is kept as that, sooner or later. */
static bool is_quiet(const tcps_store *s, const tcps_connection *c)
{
    return !c->lone && s->now_ns >= c->last_ns && span_between(c->last_ns, s->now_ns) >= TCPS_QUIET_NS;
}

void tcps_store_pass(tcps_store *s, int64_t now_ns)
{
    s->now_ns = now_ns;
    for (uint32_t number; tcps_quiet_take(s->quiet, now_ns, &number);) {
        tcps_connection *c = connection_at(place_of(s, number));
        if (c && is_quiet(s, c))
            shrink(s, c, tcps_small_packed(&s->smalls, c));
        if (connection_at(place_of(s, number)))
            tcps_quiet_watch(s->quiet, number, now_ns);
    }
}

void tcps_store_lone(tcps_store *s, tcps_connection *c, const tcps_segment *syn)
{
    fresh_syn *f = &s->fresh[s->next_fresh];
    if (!tcps_lone_syn_fits(syn, c->addresses))
        return;
    shrink_fresh(s, f);
    *f = (fresh_syn){c, c->number, c->index, *syn};
    c->lone = true;
    s->next_fresh = (s->next_fresh + 1) % N_FRESH;
}

static tcps_connection *borrow(tcps_store *s, uint32_t number)
{
    const place *p = place_of(s, number);
    if (!small_at(p))
        return connection_at(p);
    tcps_small_show(&s->smalls, small_at(p), number, s->borrowed);
    return s->borrowed;
}

void tcps_store_return(tcps_store *s, tcps_connection *c)
{
    if (c != s->borrowed)
        return;
    place *p = place_of(s, c->number);
    p->at = tcps_small_renew(&s->smalls, small_at(p), c);
    if (p->at) {
        tcps_connection_clear(c);
    } else {
        p->at = (uintptr_t)c;
        s->borrowed = allocate(s);
    }
}

/* --- connections --- */

/* A hint is a number and 1. */
static tcps_connection *hinted(const tcps_store *s, const tcps_address ends[2], uint32_t hint)
{
    tcps_connection *c = hint - 1 < s->places->len ? connection_at(place_of(s, hint - 1)) : NULL;
    return c && tcps_ends_same(c->addresses, ends) ? c : NULL;
}

tcps_connection *tcps_store_find(tcps_store *s, const tcps_address ends[2], uint32_t hash, uint32_t hint)
{
    if (!s->latest || !tcps_ends_same(s->latest->addresses, ends)) /* segments come in bursts */
        s->latest = hinted(s, ends, hint);
    if (s->latest) {
        s->latest->lone = false;
        return s->latest;
    }
    tcps_table_cursor at = tcps_table_start(s->table, hash);
    for (uint32_t number; tcps_table_next(s->table, &at, &number);) {
        const place *p = place_of(s, number);
        const tcps_small small = small_at(p);
        if (!(small ? tcps_small_is_of(&s->smalls, small, ends) : tcps_ends_same(connection_at(p)->addresses, ends)))
            continue;
        s->latest = small ? grow(s, number) : connection_at(p);
        s->latest->lone = false;
        return s->latest;
    }
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
uint32_t tcps_store_expect_place(const tcps_store *s, uint32_t hash)
{
    tcps_table_cursor first = tcps_table_start(s->table, hash);
    uint32_t number;
    if (!tcps_table_next(s->table, &first, &number))
        return 0;
    __builtin_prefetch(place_of(s, number));
    return number + 1;
}

void tcps_store_expect(const tcps_store *s, uint32_t hint)
{
    if (hint - 1 >= s->places->len)
        return;
    const place *p = place_of(s, hint - 1);
    const tcps_connection *c = connection_at(p);
    if (!c) {
        fetch(tcps_small_at(p->at), sizeof(tcps_lone_syn));
        return;
    }
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
    tcps_connection_init(c, ends, &s->memory);
    c->number = take_number(s);
    *place_of(s, c->number) = (place){(uintptr_t)c, INT64_MAX};
    tcps_table_add(s->table, hash, c->number);
    tcps_quiet_watch(s->quiet, c->number, s->now_ns);
    return s->latest = c;
}

int64_t *tcps_store_due_ns(tcps_store *s, const tcps_connection *c)
{
    return &place_of(s, c->number)->due_ns;
}

tcps_connection *tcps_store_due(tcps_store *s, uint32_t number, int64_t due_ns)
{
    const place *p = place_of(s, number);
    return p->at && p->due_ns == due_ns ? borrow(s, number) : NULL;
}

void tcps_store_forget(tcps_store *s, tcps_connection *c)
{
    const uint32_t number = c->number;
    const tcps_small small = small_at(place_of(s, number));
    tcps_table_remove(s->table, tcps_store_hash(s, c->addresses), number);
    *place_of(s, number) = (place){0};
    g_array_append_val(s->free_numbers, number);
    if (c != s->borrowed) {
        put_away(s, c);
        return;
    }
    tcps_small_forget(&s->smalls, small, c);
    tcps_connection_clear(c);
}

static uint32_t index_at(const place *p)
{
    return small_at(p) ? tcps_small_index(p->at) : connection_at(p)->index;
}

static gint ascending(gconstpointer a, gconstpointer b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Index and number of each, in order; NULL where that is the order of the numbers, which it is where few have been used again. */
static GArray *order(const tcps_store *s)
{
    GArray *indexed = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    bool in_order = true;
    uint64_t last = 0;
    for (int round = 0; round < 2 && (round == 0 || !in_order); round++)
        for (uint32_t i = 0; i < s->places->len; i++) {
            const place *p = place_of(s, i);
            if (!p->at)
                continue;
            const uint64_t entry = (uint64_t)index_at(p) << 32 | i;
            in_order &= entry >= last;
            last = entry;
            if (round > 0)
                g_array_append_val(indexed, entry);
        }
    g_array_sort(indexed, ascending);
    if (!in_order)
        return indexed;
    g_array_unref(indexed);
    return NULL;
}

void tcps_store_each(tcps_store *s, void (*visit)(void *data, tcps_connection *c), void *data)
{
    GArray *indexed = order(s);
    const uint32_t n = indexed ? indexed->len : s->places->len;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t number = indexed ? (uint32_t)g_array_index(indexed, uint64_t, i) : i;
        if (!place_of(s, number)->at)
            continue;
        tcps_connection *c = borrow(s, number);
        visit(data, c);
        tcps_store_return(s, c);
    }
    if (indexed)
        g_array_unref(indexed);
}

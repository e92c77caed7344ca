/* likeness.c: see likeness.h.
 *
 * What is kept: a number (which example it is like, how many marks follow), then the marks. A mark is a byte and what the word is more
 * than it ought to be, in 1 to 4 bytes, small numbers of either sign in few; the byte's lower 2 bits tell how many, the upper 6 how many words
 * before it are as they ought to be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/likeness.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/slab.h"

enum {
    MAX_EXAMPLES = 16,
    MARKS_BITS = 12, /* as many marks as words, and more */
    BLOCK = 8,       /* words, which are looked at together */
    NOTHING = 0,     /* where words are looked at, the first one is 0, and the object's own follow */
    SETTLED_BY = 64, /* so many like it have to come before it is clear what is by chance in an example */
    HEAD_BYTES = 2,
    SKIP = 63,      /* so many words before it are as they ought to be, and it is no word itself */
    UNIT = 8,       /* of memory */
    SMALL = 0x10000 /* what is below that is equal to another by chance */
};

typedef uint32_t word __attribute__((may_alias)); /* of any object */

/* A word ought to be the one at from, and so much more. */
typedef struct {
    uint32_t more;
    uint16_t from; /* NOTHING: it follows from none */
} rule;

/* How the words of objects of one sort follow from each other. What is kept like it needs it for ever; as long as it is a draft, made of
 * one object alone, much in it is by chance, and when it is clear what, another one takes its place for those to come. */
typedef struct {
    uint16_t *from; /* of each word's rule */
    word *more;     /* the same */
    word *object;   /* it was made of; NULL: it is no draft */
    unsigned n_like;
    bool replaced;
} example;

struct tcps_likeness {
    unsigned words;
    unsigned blocks; /* that they are in, the last of which may not be full */
    word *looked_at; /* 0, the object's words, and zeros */
    unsigned n_examples;
    unsigned latest[TCPS_LIKENESS_SORTS]; /* examples, by sort */
    example examples[MAX_EXAMPLES];
    uint8_t *room;     /* for one that is about to be kept */
    tcps_slab *memory; /* by size */
    unsigned n_sizes;
};

tcps_likeness *tcps_likeness_new(size_t bytes)
{
    tcps_likeness *l = g_new0(tcps_likeness, 1);
    l->words = (unsigned)(bytes / sizeof(uint32_t));
    l->blocks = (l->words + BLOCK - 1) / BLOCK;
    l->looked_at = g_new0(word, 1 + (size_t)l->blocks * BLOCK);
    const size_t most = HEAD_BYTES + (1 + sizeof(uint32_t)) * l->words + l->words / SKIP;
    l->room = g_malloc(most);
    l->n_sizes = (unsigned)((most + UNIT - 1) / UNIT) + 1;
    l->memory = g_new0(tcps_slab, l->n_sizes);
    for (unsigned i = 1; i < l->n_sizes; i++)
        l->memory[i].size = (size_t)i * UNIT;
    return l;
}

void tcps_likeness_free(tcps_likeness *l)
{
    if (!l)
        return;
    for (unsigned i = 0; i < l->n_examples; i++) {
        g_free(l->examples[i].from);
        g_free(l->examples[i].more);
        g_free(l->examples[i].object);
    }
    for (unsigned i = 0; i < l->n_sizes; i++)
        tcps_slab_clear(&l->memory[i]);
    g_free(l->memory);
    g_free(l->room);
    g_free(l->looked_at);
    g_free(l);
}

/* --- examples --- */

static uint32_t distance(uint32_t a, uint32_t b)
{
    return a - b < b - a ? a - b : b - a;
}

static rule follows(const word *object, unsigned n, unsigned from)
{
    return (rule){.from = (uint16_t)(1 + from), .more = object[n] - object[from]};
}

/* Of two objects, a word that is the same in both is what it always is, or the same as another one, such as a time's upper half. One
 * that is not is what the word before it is that differs as much; of several, the one that is nearest to it. With one object alone
 * (b is a), there is nothing but that to tell from. */
static rule rule_of(const word *a, const word *b, unsigned n)
{
    rule best = {.more = a[n]};
    uint32_t least = distance(a[n], b[n]), nearest = UINT32_MAX;
    const bool same = least == 0;
    if (same && a[n] < SMALL)
        return best;
    for (unsigned i = 0; i < n; i++) {
        const uint32_t differs = distance(a[n] - a[i], b[n] - b[i]), away = distance(a[n], a[i]);
        if (differs > least || (differs == least && away >= nearest) || (same && away > 0 && a != b))
            continue;
        least = differs;
        nearest = away;
        best = follows(a, n, i);
    }
    return best;
}

/* The other object is NULL: there is but one. */
static unsigned add_example(tcps_likeness *l, const word *object, const word *other)
{
    example *e = &l->examples[l->n_examples];
    *e = (example){.from = g_new0(uint16_t, (gsize)l->blocks * BLOCK), .more = g_new0(word, (gsize)l->blocks * BLOCK)};
    if (!other)
        e->object = memcpy(g_new(word, l->words), object, l->words * sizeof *object);
    for (unsigned i = 0; i < l->words; i++) {
        const rule r = rule_of(object, other ? other : object, i);
        e->from[i] = r.from;
        e->more[i] = r.more;
    }
    return l->n_examples++;
}

/* How much more than it ought to be a word is. */
static inline uint32_t difference_at(const example *e, const word *looked_at, unsigned i)
{
    return looked_at[1 + i] - looked_at[e->from[i]] - e->more[i];
}

/* Not 0 where any word of the block that begins there is not as it ought to be. */
static inline uint32_t differs(const example *e, const word *looked_at, unsigned begin)
{
    const uint16_t *from = e->from + begin;
    const word *more = e->more + begin, *is = looked_at + 1 + begin;
    uint32_t any = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < BLOCK; i++)
        any |= is[i] - looked_at[from[i]] - more[i];
    return any;
}

/* As far as they are fewer than so many. */
static unsigned n_exceptions(const tcps_likeness *l, unsigned of, unsigned limit)
{
    const example *e = &l->examples[of];
    unsigned n = 0;
    for (unsigned i = 0; i < l->blocks * BLOCK && n < limit; i++)
        n += difference_at(e, l->looked_at, i) != 0;
    return n;
}

/* It is like that example: once there have been enough, two of them tell what holds for all. */
static unsigned settle(tcps_likeness *l, unsigned of, const word *object)
{
    example *e = &l->examples[of];
    if (!e->object || ++e->n_like < SETTLED_BY || l->n_examples == MAX_EXAMPLES)
        return of;
    const unsigned settled = add_example(l, e->object, object);
    g_free(e->object);
    e->object = NULL;
    e->replaced = true;
    return settled;
}

/* --- bytes --- */

static uint8_t *put_mark(uint8_t *to, unsigned gap, uint32_t difference)
{
    uint32_t value = difference << 1 ^ (difference >> 31 ? UINT32_MAX : 0);
    const unsigned bytes = (32 - (unsigned)__builtin_clz(value | 1) + 7) / 8;
    *to++ = (uint8_t)(gap << 2 | (bytes - 1));
    for (unsigned i = 0; i < bytes; i++, value >>= 8)
        *to++ = (uint8_t)value;
    return to;
}

typedef struct {
    size_t bytes; /* in l->room */
    unsigned marks;
} packed;

/* What is looked at. */
static packed pack(tcps_likeness *l, unsigned of)
{
    const example *e = &l->examples[of];
    unsigned marks = 0, gap = 0;
    uint8_t *to = l->room + HEAD_BYTES;
    for (unsigned begin = 0; begin < l->blocks * BLOCK; begin += BLOCK) {
        if (!differs(e, l->looked_at, begin)) {
            gap += BLOCK;
            continue;
        }
        for (unsigned i = begin; i < begin + BLOCK; i++) {
            const uint32_t difference = difference_at(e, l->looked_at, i);
            if (difference == 0) {
                gap++;
                continue;
            }
            for (; gap >= SKIP; gap -= SKIP, marks++)
                *to++ = SKIP << 2;
            to = put_mark(to, gap, difference);
            marks++;
            gap = 0;
        }
    }
    const uint16_t head = (uint16_t)(of << MARKS_BITS | marks);
    memcpy(l->room, &head, sizeof head);
    return (packed){(size_t)(to - l->room), marks};
}

/* Of the others, some are the first of their kind. */
static unsigned example_for(tcps_likeness *l, const word *object, unsigned most)
{
    unsigned best = 0, least = UINT32_MAX;
    for (unsigned i = 0; i < l->n_examples; i++) {
        const unsigned n = l->examples[i].replaced ? UINT32_MAX : n_exceptions(l, i, least);
        best = n < least ? i : best;
        least = MIN(n, least);
    }
    return least > most && l->n_examples + 1 < MAX_EXAMPLES ? add_example(l, object, NULL) : best;
}

/* Most are like the one of their sort before. */
static size_t pack_best(tcps_likeness *l, const word *object, unsigned *latest)
{
    const unsigned good = l->words / 8 + 6;
    packed p = {0};
    memcpy(l->looked_at + 1, object, l->words * sizeof *object);
    if (l->n_examples)
        p = pack(l, *latest);
    if (!l->n_examples || p.marks > good)
        *latest = example_for(l, object, good + good / 2);
    const unsigned settled = settle(l, *latest, object);
    if (p.bytes && settled == *latest && p.marks <= good)
        return p.bytes;
    *latest = settled;
    return pack(l, settled).bytes;
}

typedef struct {
    const uint8_t *at;
    unsigned of, marks;
} reader;

static reader begin(const void *kept)
{
    uint16_t head;
    memcpy(&head, kept, sizeof head);
    return (reader){(const uint8_t *)kept + HEAD_BYTES, head >> MARKS_BITS, head & ((1u << MARKS_BITS) - 1)};
}

/* How many words before the next one that does not follow, and how much more that is. Of the end: as many as there may be. */
static unsigned read_mark(reader *r, uint32_t *difference)
{
    unsigned gap = 0;
    for (; r->marks > 0 && *r->at >> 2 == SKIP; r->marks--, r->at++)
        gap += SKIP;
    if (r->marks == 0)
        return UINT32_MAX;
    r->marks--;
    const unsigned bytes = (*r->at & 3) + 1;
    gap += *r->at++ >> 2;
    uint32_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint32_t)*r->at++ << 8 * i;
    *difference = value >> 1 ^ (value & 1 ? UINT32_MAX : 0);
    return gap;
}

size_t tcps_likeness_bytes(const void *kept)
{
    reader r = begin(kept);
    for (; r.marks > 0; r.marks--)
        r.at += *r.at >> 2 == SKIP ? 1 : (*r.at & 3) + 2;
    return (size_t)(r.at - (const uint8_t *)kept);
}

/* As they ought to be: from word i to the one before end. */
static inline void show_expected(const example *e, word *looked_at, unsigned i, unsigned end)
{
    const uint16_t *from = e->from;
    const word *more = e->more;
#pragma GCC unroll 4
    for (; i < end; i++)
        looked_at[1 + i] = looked_at[from[i]] + more[i];
}

void tcps_likeness_show(const tcps_likeness *l, const void *kept, void *object, size_t bytes)
{
    reader r = begin(kept);
    const example *e = &l->examples[r.of];
    word *looked_at = l->looked_at;
    uint32_t difference = 0;
    const unsigned n = (unsigned)(bytes / sizeof(uint32_t));
    for (unsigned i = 0; i < n; i++) {
        const unsigned gap = read_mark(&r, &difference), next = i + MIN(gap, n - i);
        show_expected(e, looked_at, i, next);
        i = next;
        if (i == n)
            break;
        looked_at[1 + i] = looked_at[e->from[i]] + e->more[i] + difference;
    }
    memcpy(object, looked_at + 1, n * sizeof *looked_at);
}

static tcps_slab *memory_for(tcps_likeness *l, size_t bytes)
{
    return &l->memory[(bytes + UNIT - 1) / UNIT];
}

void *tcps_likeness_keep(tcps_likeness *l, const void *object, unsigned sort)
{
    const size_t bytes = pack_best(l, object, &l->latest[sort % TCPS_LIKENESS_SORTS]);
    return memcpy(tcps_slab_take(memory_for(l, bytes)), l->room, bytes);
}

void tcps_likeness_drop(tcps_likeness *l, void *kept)
{
    tcps_slab_give_back(memory_for(l, tcps_likeness_bytes(kept)), kept);
}

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
    BLOCK = 8,       /* words, which are often all the same in all objects */
    SETTLED_BY = 64, /* so many like it have to come before it is clear what is by chance in an example */
    HEAD_BYTES = 2,
    SKIP = 63,      /* so many words before it are as they ought to be, and it is no word itself */
    UNIT = 8,       /* of memory */
    SMALL = 0x10000 /* what is below that is equal to another by chance */
};

typedef uint32_t word __attribute__((may_alias)); /* of any object */

/* A word ought to be: word[from] & mask, and so much more. The mask is 0 where it follows from none. */
typedef struct {
    uint32_t mask, more;
    uint16_t from;
} rule;

/* How the words of objects of one sort follow from each other. What is kept like it needs it for ever; as long as it is a draft, made of
 * one object alone, much in it is by chance, and when it is clear what, another one takes its place for those to come. */
typedef struct {
    rule *rules;
    word *values; /* more, of each rule */
    bool *plain;  /* of each whole block: no word of it follows from another one */
    word *object; /* it was made of; NULL: it is no draft */
    unsigned n_like;
    bool replaced;
} example;

struct tcps_likeness {
    unsigned words;
    unsigned n_examples, latest;
    example examples[MAX_EXAMPLES];
    uint8_t *room;     /* for one that is about to be kept */
    tcps_slab *memory; /* by size */
    unsigned n_sizes;
};

tcps_likeness *tcps_likeness_new(size_t bytes)
{
    tcps_likeness *l = g_new0(tcps_likeness, 1);
    l->words = (unsigned)(bytes / sizeof(uint32_t));
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
        g_free(l->examples[i].rules);
        g_free(l->examples[i].values);
        g_free(l->examples[i].plain);
        g_free(l->examples[i].object);
    }
    for (unsigned i = 0; i < l->n_sizes; i++)
        tcps_slab_clear(&l->memory[i]);
    g_free(l->memory);
    g_free(l->room);
    g_free(l);
}

/* --- examples --- */

static uint32_t distance(uint32_t a, uint32_t b)
{
    return a - b < b - a ? a - b : b - a;
}

static rule follows(const word *object, unsigned n, unsigned from)
{
    return (rule){.mask = UINT32_MAX, .from = (uint16_t)from, .more = object[n] - object[from]};
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

/* The other object is NULL, or the same: there is but one. */
static unsigned add_example(tcps_likeness *l, const word *object, const word *other)
{
    example *e = &l->examples[l->n_examples];
    *e = (example){
        .rules = g_new(rule, l->words), .values = g_new(word, l->words), .plain = g_new(bool, l->words / BLOCK + 1)};
    if (!other)
        e->object = memcpy(g_new(word, l->words), object, l->words * sizeof *object);
    memset(e->plain, true, l->words / BLOCK + 1);
    e->plain[l->words / BLOCK] = false; /* it is no whole one */
    for (unsigned i = 0; i < l->words; i++) {
        e->rules[i] = rule_of(object, other ? other : object, i);
        e->values[i] = e->rules[i].more;
        e->plain[i / BLOCK] &= e->rules[i].mask == 0;
    }
    return l->n_examples++;
}

static inline uint32_t expected(const rule *r, const word *object)
{
    return (object[r->from] & r->mask) + r->more;
}

/* The block that begins there is as it ought to be, and that is plain to see. */
static inline bool is_plain(const example *e, const word *object, unsigned i)
{
    return e->plain[i / BLOCK] && memcmp(object + i, e->values + i, BLOCK * sizeof *object) == 0;
}

/* As far as they are fewer than so many. */
static unsigned n_exceptions(const tcps_likeness *l, unsigned of, const word *object, unsigned limit)
{
    const example *e = &l->examples[of];
    unsigned n = 0;
    for (unsigned i = 0; i < l->words && n < limit; i += BLOCK)
        for (unsigned k = i; k < MIN(i + BLOCK, l->words) && !(k == i && is_plain(e, object, i)); k++)
            n += object[k] != expected(&e->rules[k], object);
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

static packed pack(tcps_likeness *l, unsigned of, const word *object)
{
    const example *e = &l->examples[of];
    unsigned marks = 0, gap = 0;
    uint8_t *to = l->room + HEAD_BYTES;
    for (unsigned i = 0; i < l->words;) {
        if (i % BLOCK == 0 && is_plain(e, object, i)) {
            gap += BLOCK;
            i += BLOCK;
            continue;
        }
        const uint32_t difference = object[i] - expected(&e->rules[i], object);
        i++;
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
    const uint16_t head = (uint16_t)(of << MARKS_BITS | marks);
    memcpy(l->room, &head, sizeof head);
    return (packed){(size_t)(to - l->room), marks};
}

/* Of the others, some are the first of their sort. */
static unsigned example_for(tcps_likeness *l, const word *object, unsigned most)
{
    unsigned best = l->latest, least = UINT32_MAX;
    for (unsigned i = 0; i < l->n_examples; i++) {
        const unsigned n = l->examples[i].replaced ? UINT32_MAX : n_exceptions(l, i, object, least);
        best = n < least ? i : best;
        least = MIN(n, least);
    }
    return least > most && l->n_examples + 1 < MAX_EXAMPLES ? add_example(l, object, NULL) : best;
}

/* Most are like the one before. */
static size_t pack_best(tcps_likeness *l, const word *object)
{
    const unsigned good = l->words / 8 + 4;
    packed p = {0};
    if (l->n_examples)
        p = pack(l, l->latest, object);
    if (!l->n_examples || p.marks > good)
        l->latest = example_for(l, object, good + good / 2);
    const unsigned settled = settle(l, l->latest, object);
    if (p.bytes && settled == l->latest && p.marks <= good)
        return p.bytes;
    l->latest = settled;
    return pack(l, settled, object).bytes;
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

/* From word i to the one before end. */
static void show_expected(const example *e, word *words, unsigned i, unsigned end)
{
    while (i < end) {
        if (i % BLOCK == 0 && i + BLOCK <= end && e->plain[i / BLOCK]) {
            memcpy(words + i, e->values + i, BLOCK * sizeof *words);
            i += BLOCK;
            continue;
        }
        words[i] = expected(&e->rules[i], words);
        i++;
    }
}

void tcps_likeness_show(const tcps_likeness *l, const void *kept, void *object, size_t bytes)
{
    reader r = begin(kept);
    const example *e = &l->examples[r.of];
    word *words = object;
    uint32_t difference = 0;
    const unsigned n = (unsigned)(bytes / sizeof(uint32_t));
    for (unsigned i = 0; i < n; i++) {
        const unsigned gap = read_mark(&r, &difference), next = i + MIN(gap, n - i);
        show_expected(e, words, i, next);
        i = next;
        if (i < n)
            words[i] = expected(&e->rules[i], words) + difference;
    }
}

static tcps_slab *memory_for(tcps_likeness *l, size_t bytes)
{
    return &l->memory[(bytes + UNIT - 1) / UNIT];
}

void *tcps_likeness_keep(tcps_likeness *l, const void *object)
{
    const size_t bytes = pack_best(l, object);
    return memcpy(tcps_slab_take(memory_for(l, bytes)), l->room, bytes);
}

void tcps_likeness_drop(tcps_likeness *l, void *kept)
{
    tcps_slab_give_back(memory_for(l, tcps_likeness_bytes(kept)), kept);
}

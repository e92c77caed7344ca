/* example.c: see example.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/example.h"

#include <glib.h>
#include <limits.h>

#include "base/marks.h"

enum {
    SMALL = 0x10000, /* of one object alone: what is below that is equal to another by chance */
    SLACK_BITS = 1   /* for each object: two words that may be one number are */
};

/* One way in which a place could follow. */
typedef struct {
    uint16_t from;
    uint64_t more;
    unsigned bits; /* that the objects differ in from that, all together */
    unsigned away; /* the same of the two places of the first object */
} way;

typedef struct {
    const tcps_word *const *objects;
    unsigned n, words, label;
    uint16_t *singles, *doubles; /* what may be followed from, in the object's order */
    unsigned n_singles, n_doubles;
    tcps_place *found[2][2]; /* by whether it is double, and whether it is loose; in the object's order */
    unsigned n_found[2][2];
    tcps_example *to;
} lesson;

static unsigned bits_of(uint64_t difference)
{
    const uint64_t folded = tcps_fold_sign(difference);
    return folded ? 64 - (unsigned)__builtin_clzll(folded) : 0;
}

static uint64_t value(const lesson *l, unsigned object, unsigned at, bool is_double)
{
    return is_double ? tcps_double_at(l->objects[object], at) : l->objects[object][at];
}

/* How much more a place is than another; the place itself: what it is. */
static uint64_t more_than(const lesson *l, unsigned object, unsigned at, unsigned from, bool is_double)
{
    const uint64_t here = value(l, object, at, is_double);
    if (from == at)
        return here;
    const uint64_t more = here - value(l, object, from, is_double);
    return is_double ? more : tcps_widen((uint32_t)more);
}

/* What most have, if most have the same. */
static uint64_t usual(const lesson *l, unsigned at, unsigned from, bool is_double)
{
    uint64_t most = 0;
    unsigned votes = 0;
    for (unsigned i = 0; i < l->n; i++) {
        const uint64_t more = more_than(l, i, at, from, is_double);
        if (votes == 0)
            most = more;
        votes += most == more ? 1 : -1u;
    }
    return most;
}

/* As far as it is not worse than so many bits. */
static way way_from(const lesson *l, unsigned at, unsigned from, bool is_double, unsigned limit)
{
    way w = {.from = (uint16_t)from, .more = usual(l, at, from, is_double)};
    for (unsigned i = 0; i < l->n && w.bits <= limit; i++) {
        const uint64_t differs = more_than(l, i, at, from, is_double) - w.more;
        w.bits += bits_of(is_double ? differs : tcps_widen((uint32_t)differs));
    }
    w.away = bits_of(more_than(l, 0, at, from, is_double));
    return w;
}

static bool better(const way *a, const way *b)
{
    return a->bits < b->bits || (a->bits == b->bits && a->away < b->away);
}

static way best_way(const lesson *l, unsigned at, bool is_double)
{
    const uint16_t *before = is_double ? l->doubles : l->singles;
    const unsigned n = is_double ? l->n_doubles : l->n_singles;
    way best = way_from(l, at, at, is_double, UINT_MAX);
    for (unsigned i = 0; i < n; i++) {
        const way w = way_from(l, at, before[i], is_double, best.bits);
        if (better(&w, &best))
            best = w;
    }
    return best;
}

static bool varies(const lesson *l, unsigned at)
{
    if (l->n == 1)
        return l->objects[0][at] >= SMALL;
    for (unsigned i = 1; i < l->n; i++)
        if (l->objects[i][at] != l->objects[0][at])
            return true;
    return false;
}

static void take(lesson *l, unsigned at, const way *w, bool is_double)
{
    const bool loose = w->from == at;
    l->found[is_double][loose][l->n_found[is_double][loose]++] =
        (tcps_place){(uint16_t)at, loose ? (uint16_t)l->words : w->from};
    if (is_double)
        tcps_double_put(l->to->words, at, w->more);
    else
        l->to->words[at] = (uint32_t)w->more;
    if (w->bits == 0 && l->n > 1) /* what follows from it may as well follow from what it follows from itself */
        return;
    l->singles[l->n_singles++] = (uint16_t)at;
    if (!is_double)
        return;
    l->singles[l->n_singles++] = (uint16_t)(at + 1);
    l->doubles[l->n_doubles++] = (uint16_t)at;
}

static void take_single(lesson *l, unsigned at)
{
    if (at == l->label)
        l->singles[l->n_singles++] = (uint16_t)at;
    if (at == l->label || !varies(l, at))
        return;
    const way w = best_way(l, at, false);
    take(l, at, &w, false);
}

static void take_pair(lesson *l, unsigned at)
{
    const bool first = varies(l, at), second = varies(l, at + 1);
    if (at / 2 == l->label / 2 || l->n == 1) { /* of one alone, none can be told from two words */
        take_single(l, at);
        take_single(l, at + 1);
        return;
    }
    if (!first && !second)
        return;
    const way none = {0}, both = best_way(l, at, true);
    const way low = first ? best_way(l, at, false) : none, high = second ? best_way(l, at + 1, false) : none;
    const way apart = {.bits = low.bits + high.bits + SLACK_BITS * l->n, .away = low.away + high.away + SLACK_BITS};
    if (!better(&apart, &both)) {
        take(l, at, &both, true);
        return;
    }
    take_single(l, at);
    take_single(l, at + 1);
}

/* Backwards, so that who follows comes first. */
static unsigned put_places(const lesson *l, unsigned n, bool is_double, bool loose)
{
    for (unsigned i = l->n_found[is_double][loose]; i > 0; i--)
        l->to->places[n++] = l->found[is_double][loose][i - 1];
    return n;
}

void tcps_example_learn(tcps_example *e, const tcps_word *const *objects, unsigned n_objects, unsigned words,
                        unsigned label)
{
    lesson l = {.objects = objects, .n = n_objects, .words = words, .label = label, .to = e};
    l.singles = g_new(uint16_t, words);
    l.doubles = g_new(uint16_t, words);
    for (unsigned i = 0; i < 4; i++)
        l.found[i / 2][i % 2] = g_new(tcps_place, words);
    e->words = memcpy(g_new(tcps_word, words), objects[0], words * sizeof *e->words);
    e->places = g_new(tcps_place, words);
    for (unsigned at = 0; at + 1 < words; at += 2)
        take_pair(&l, at);
    if (words % 2)
        take_single(&l, words - 1);
    e->n_single = put_places(&l, 0, false, false);
    e->n_followers = put_places(&l, e->n_single, true, false);
    e->n_double_end = put_places(&l, e->n_followers, true, true);
    e->n_places = put_places(&l, e->n_double_end, false, true);
    for (unsigned i = 0; i < 4; i++)
        g_free(l.found[i / 2][i % 2]);
    g_free(l.singles);
    g_free(l.doubles);
}

void tcps_example_clear(tcps_example *e)
{
    g_free(e->words);
    g_free(e->places);
    *e = (tcps_example){0};
}

/* likeness.c: see likeness.h.
 *
 * What is kept: the object's label; a number (which example it is like, how many units of memory it takes); then the marks
 * (marks.h). Of places there are first those that vary, in the example's order, then all words: what follows and what is loose is looked
 * at one by one, the rest at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/likeness.h"

#include <glib.h>
#include <stdbool.h>

#include "base/example.h"
#include "base/marks.h"
#include "base/slab.h"

enum {
    MAX_EXAMPLES = 32,
    SIZE_BITS = 11,
    SETTLING = 11, /* so many objects tell what is by chance in an example: the 1st, 2nd, 4th, ... like it */
    LESSON = 4,    /* and it is learned anew after so many more of them: from 3, 7 and all */
    HEAD_BYTES = sizeof(uint32_t) + sizeof(uint16_t),
    UNIT = 8, /* of memory */
    BLOCK = 8 /* words, which are looked at together */
};

/* What is kept like it needs it. As long as it is a draft, made of few objects, much in it is by chance; when it is clearer what,
 * another one takes its place for those to come. */
typedef struct {
    tcps_example is;
    tcps_word *objects[SETTLING]; /* it is to be made of; none: it is no draft */
    unsigned n_like;
    unsigned n_kept;
    bool replaced;
} model;

struct tcps_likeness {
    unsigned words;
    unsigned label;       /* the word that is kept as it is */
    size_t good;          /* so many bytes are as few as may be expected */
    tcps_word *looked_at; /* the object, where what has been looked at is made as it ought to be; then two zeros */
    unsigned n_models;
    unsigned latest[TCPS_LIKENESS_SORTS]; /* models, by sort */
    model models[MAX_EXAMPLES];
    uint8_t *room;     /* for one that is about to be kept */
    tcps_slab *memory; /* by size */
    unsigned n_sizes;
};

tcps_likeness *tcps_likeness_new(size_t bytes, size_t label)
{
    tcps_likeness *l = g_new0(tcps_likeness, 1);
    l->words = (unsigned)(bytes / sizeof(uint32_t));
    l->label = (unsigned)(label / sizeof(uint32_t));
    l->good = MIN(l->words * 5 / 8 + 22, l->words / 2 + 32);
    l->looked_at = g_new0(tcps_word, l->words + 2);
    /* each word is marked once, by itself or with another; each place may be skipped */
    const size_t most =
        HEAD_BYTES + (1 + sizeof(uint32_t)) * l->words + 2 * l->words / TCPS_MARK_SKIP + 2 * sizeof(uint64_t);
    l->room = g_malloc(most);
    l->n_sizes = (unsigned)((most + UNIT - 1) / UNIT) + 1;
    l->memory = g_new0(tcps_slab, l->n_sizes);
    for (unsigned i = 1; i < l->n_sizes; i++)
        l->memory[i].size = (size_t)i * UNIT;
    return l;
}

static void forget_objects(model *m)
{
    for (unsigned i = 0; i < SETTLING; i++) {
        g_free(m->objects[i]);
        m->objects[i] = NULL;
    }
}

void tcps_likeness_free(tcps_likeness *l)
{
    if (!l)
        return;
    for (unsigned i = 0; i < l->n_models; i++) {
        tcps_example_clear(&l->models[i].is);
        forget_objects(&l->models[i]);
    }
    for (unsigned i = 0; i < l->n_sizes; i++)
        tcps_slab_clear(&l->memory[i]);
    g_free(l->memory);
    g_free(l->room);
    g_free(l->looked_at);
    g_free(l);
}

/* --- what an object differs in --- */

static void mark_singles(tcps_mark_writer *w, const tcps_example *e, unsigned begin, unsigned end, tcps_word *is)
{
    const tcps_word *words = e->words;
    const tcps_place *first = e->places;
#pragma GCC unroll 4
    for (const tcps_place *p = first + begin; p < first + end; p++) {
        const unsigned at = p->at;
        const uint32_t ought = words[at], more = is[at] - is[p->from];
        is[at] = ought;
        if (more != ought)
            tcps_mark_single(w, (unsigned)(p - first), more - ought);
    }
}

static void mark_doubles(tcps_mark_writer *w, const tcps_example *e, unsigned begin, unsigned end, tcps_word *is)
{
    const tcps_word *words = e->words;
    const tcps_place *first = e->places;
#pragma GCC unroll 4
    for (const tcps_place *p = first + begin; p < first + end; p++) {
        const unsigned at = p->at;
        const uint64_t ought = tcps_double_at(words, at), more = tcps_double_at(is, at) - tcps_double_at(is, p->from);
        tcps_double_put(is, at, ought);
        if (more != ought)
            tcps_mark_double(w, (unsigned)(p - first), more - ought);
    }
}

/* Not 0 where any of so many words is not as it ought to be. */
static inline uint32_t differ(const tcps_word *is, const tcps_word *ought)
{
    uint32_t any = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        any |= is[i] ^ ought[i];
    return any;
}

static void mark_rest(tcps_mark_writer *w, const tcps_likeness *l, const tcps_example *e)
{
    const tcps_word *is = l->looked_at, *ought = e->words;
    for (unsigned begin = 0; begin < l->words; begin += BLOCK) {
        const unsigned end = MIN(begin + BLOCK, l->words);
        if (end == begin + BLOCK && !differ(is + begin, ought + begin))
            continue;
        for (unsigned i = begin; i < end; i++)
            if (is[i] != ought[i])
                tcps_mark_single(w, e->n_places + i, is[i] - ought[i]);
    }
}

/* Into l->room; returns how many bytes that are, whole units of memory. */
static size_t write(tcps_likeness *l, unsigned of, const tcps_word *object)
{
    const tcps_example *e = &l->models[of].is;
    const size_t bytes = l->words * sizeof *object;
    tcps_mark_writer w = {.to = l->room + HEAD_BYTES};
    memcpy(l->looked_at, object, bytes);
    memcpy(l->room, object + l->label, sizeof *object);
    mark_singles(&w, e, 0, e->n_single, l->looked_at);
    mark_doubles(&w, e, e->n_single, e->n_double_end, l->looked_at);
    mark_singles(&w, e, e->n_double_end, e->n_places, l->looked_at);
    l->looked_at[l->label] = e->words[l->label];
    if (memcmp(l->looked_at, e->words, bytes) != 0)
        mark_rest(&w, l, e);
    for (; (w.to - l->room) % UNIT != 0; w.to++)
        *w.to = TCPS_MARK_END;
    const size_t size = (size_t)(w.to - l->room);
    const uint16_t head = (uint16_t)(of << SIZE_BITS | size / UNIT);
    memcpy(l->room + sizeof *object, &head, sizeof head);
    return size;
}

/* --- how it ought to be --- */

/* How much more than it ought to be each marked place is. */
static void add_differences(const tcps_example *e, tcps_mark_reader r, tcps_word *object, unsigned words)
{
    for (; r.at < r.end && *r.at != TCPS_MARK_END; r.next++) {
        const unsigned code = *r.at & 3, gap = *r.at >> 2;
        r.at++;
        r.next += gap;
        if (gap == TCPS_MARK_SKIP) {
            r.next--;
            continue;
        }
        const bool is_double = tcps_example_is_double(e, r.next);
        const uint64_t difference = tcps_mark_difference(&r, tcps_mark_sizes[is_double][code]);
        const unsigned at = r.next < e->n_places ? e->places[r.next].at : r.next - e->n_places;
        if (at + is_double >= words)
            return;
        if (is_double)
            tcps_double_put(object, at, tcps_double_at(object, at) + difference);
        else
            object[at] += (uint32_t)difference;
    }
}

static void follow(const tcps_example *e, tcps_word *object)
{
    const tcps_place *first = e->places, *doubles = first + e->n_single;
#pragma GCC unroll 4
    for (const tcps_place *p = first + e->n_followers; p-- > doubles;)
        tcps_double_put(object, p->at, tcps_double_at(object, p->at) + tcps_double_at(object, p->from));
#pragma GCC unroll 4
    for (const tcps_place *p = doubles; p-- > first;)
        object[p->at] += object[p->from];
}

static uint16_t head_of(const void *kept)
{
    uint16_t head;
    memcpy(&head, (const uint8_t *)kept + sizeof(uint32_t), sizeof head);
    return head;
}

size_t tcps_likeness_bytes(const void *kept)
{
    return (size_t)(head_of(kept) & ((1u << SIZE_BITS) - 1)) * UNIT;
}

void tcps_likeness_show(const tcps_likeness *l, const void *kept, void *object)
{
    const tcps_example *e = &l->models[head_of(kept) >> SIZE_BITS].is;
    const uint8_t *begin = kept;
    memcpy(object, e->words, l->words * sizeof *e->words);
    ((tcps_word *)object)[l->label] = tcps_likeness_label(kept);
    add_differences(e, (tcps_mark_reader){begin + HEAD_BYTES, begin + tcps_likeness_bytes(kept), 0}, object, l->words);
    follow(e, object);
}

/* --- examples --- */

/* Of whose nothing is kept any more, the room is another one's. MAX_EXAMPLES: there is none. */
static unsigned room_for_model(tcps_likeness *l)
{
    for (unsigned i = 0; i < l->n_models; i++)
        if (l->models[i].replaced && l->models[i].n_kept == 0)
            return i;
    return l->n_models < MAX_EXAMPLES ? l->n_models++ : MAX_EXAMPLES;
}

static model *new_model(tcps_likeness *l, unsigned at, tcps_word *const *objects, unsigned n)
{
    model *m = &l->models[at];
    tcps_example_clear(&m->is);
    *m = (model){0};
    tcps_example_learn(&m->is, (const tcps_word *const *)objects, n, l->words, l->label);
    return m;
}

static tcps_word *copy(const tcps_likeness *l, const tcps_word *object)
{
    return memcpy(g_new(tcps_word, l->words), object, l->words * sizeof *object);
}

static unsigned draft(tcps_likeness *l, unsigned at, const tcps_word *object)
{
    tcps_word *first = copy(l, object);
    model *m = new_model(l, at, &first, 1);
    m->objects[0] = first;
    m->n_like = 1;
    return at;
}

/* What was learned from more objects takes its place for those to come. */
static unsigned replace(tcps_likeness *l, unsigned of, unsigned n_objects)
{
    const unsigned at = room_for_model(l);
    model *m = &l->models[of];
    if (at == MAX_EXAMPLES) /* it stays what it is */
        return of;
    model *settled = new_model(l, at, m->objects, n_objects);
    settled->n_like = m->n_like;
    memcpy(settled->objects, m->objects, sizeof m->objects);
    memset(m->objects, 0, sizeof m->objects);
    m->replaced = true;
    for (unsigned i = 0; i < TCPS_LIKENESS_SORTS; i++)
        if (l->latest[i] == of)
            l->latest[i] = at;
    return at;
}

/* It is like that draft: once there have been enough, those of different moments tell what holds for all. */
static void settle(tcps_likeness *l, unsigned of, const tcps_word *object)
{
    model *m = &l->models[of];
    if (!m->objects[0])
        return;
    m->n_like++;
    for (unsigned i = 1; i < SETTLING; i++) {
        if (m->n_like != 1u << i)
            continue;
        m->objects[i] = copy(l, object);
        if (i % LESSON == SETTLING % LESSON - 1)
            of = replace(l, of, i + 1);
        if (i == SETTLING - 1)
            forget_objects(&l->models[of]);
        return;
    }
}

/* It takes many bytes like the model of its sort before; of the others, one may be better, or it is the first of its kind. */
static unsigned model_for(tcps_likeness *l, const tcps_word *object, unsigned latest, size_t bytes)
{
    unsigned best = latest;
    for (unsigned i = 0; i < l->n_models; i++) {
        const size_t n = i == latest || l->models[i].replaced ? SIZE_MAX : write(l, i, object);
        best = n < bytes ? i : best;
        bytes = MIN(n, bytes);
    }
    if (bytes <= l->good + l->good / 2)
        return best;
    const unsigned at = room_for_model(l);
    return at < MAX_EXAMPLES ? draft(l, at, object) : best;
}

/* Most are like the one of their sort before. */
static size_t write_best(tcps_likeness *l, const tcps_word *object, unsigned *latest)
{
    const size_t bytes = l->n_models ? write(l, *latest, object) : SIZE_MAX;
    if (bytes <= l->good)
        return bytes;
    *latest = model_for(l, object, *latest, bytes);
    return write(l, *latest, object);
}

static tcps_slab *memory_for(tcps_likeness *l, size_t bytes)
{
    return &l->memory[bytes / UNIT];
}

void *tcps_likeness_keep(tcps_likeness *l, const void *object, unsigned sort)
{
    unsigned *latest = &l->latest[sort % TCPS_LIKENESS_SORTS];
    const size_t bytes = write_best(l, object, latest);
    void *kept = memcpy(tcps_slab_take(memory_for(l, bytes)), l->room, bytes);
    l->models[*latest].n_kept++;
    settle(l, *latest, object);
    return kept;
}

void tcps_likeness_drop(tcps_likeness *l, void *kept)
{
    l->models[head_of(kept) >> SIZE_BITS].n_kept--;
    tcps_slab_give_back(memory_for(l, tcps_likeness_bytes(kept)), kept);
}

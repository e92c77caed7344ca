/* example.h: how the words of objects of one sort follow from each other (likeness.h).
 *
 * It is learned from some of them. A place is a word of 32 bits, or two that are one number of 64 bits, such as a time. Of each:
 *  - it is what it always is;
 *  - it follows from another place before it in the object, and is so much more than that one;
 *  - it is loose: it follows from nothing, and is hardly ever the same twice.
 * Numbers of 64 bits follow from those alone. One word of an object, its label, is none of these: it is known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_EXAMPLE_H
#define TCPS_EXAMPLE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint32_t tcps_word __attribute__((may_alias)); /* of any object */

/* By words, from the object's beginning. */
typedef struct {
    uint16_t at, from; /* of what is loose: where the object ends, which is where zeros are to be */
} tcps_place;

typedef struct {
    /* Of what follows: how much more it is; else what it is most of the time. As many words as an object has. */
    tcps_word *words;
    /* Each place that varies: who follows stands before whom it follows from, the single words first, then those of 64 bits;
     * then what is loose, of 64 bits first. */
    tcps_place *places;
    unsigned n_single, n_followers, n_double_end, n_places; /* each sort ends there */
} tcps_example;

/* Of so many objects, which have so many words; of one alone, it is guessed. */
void tcps_example_learn(tcps_example *example, const tcps_word *const *objects, unsigned n_objects, unsigned words,
                        unsigned label);
void tcps_example_clear(tcps_example *example);

static inline bool tcps_example_is_double(const tcps_example *e, unsigned place)
{
    return place - e->n_single < e->n_double_end - e->n_single;
}

static inline uint64_t tcps_double_at(const tcps_word *words, unsigned at)
{
    uint64_t value;
    memcpy(&value, words + at, sizeof value);
    return value;
}

static inline void tcps_double_put(tcps_word *words, unsigned at, uint64_t value)
{
    memcpy(words + at, &value, sizeof value);
}

#endif

/* test_likeness.c: objects that are kept as what they differ in from others (base/likeness.h) come out as they went in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "base/likeness.h"

enum { WORDS = 203, OBJECTS = 3000, SORTS = 24 };

typedef struct {
    uint32_t words[WORDS];
} object;

/* Words of its sort, some of which follow from others; and a few that are anything. */
static void make(object *o, unsigned sort, unsigned n_any)
{
    const uint32_t base = g_random_int(), other = g_random_int();
    for (unsigned i = 0; i < WORDS; i++)
        o->words[i] = (i * (sort + 3)) % 5 == 0 ? base + i * sort
                      : (i * sort) % 7 == 1     ? other
                      : i % 11 == 2             ? sort
                                                : 0;
    for (unsigned i = 0; i < n_any; i++)
        o->words[g_random_int_range(0, WORDS)] = g_random_int() >> g_random_int_range(0, 32);
}

static void expect_same(const tcps_likeness *l, const void *kept, const object *o)
{
    object shown;
    memset(&shown, 0xa5, sizeof shown);
    tcps_likeness_show(l, kept, &shown, sizeof shown);
    g_assert_cmpmem(&shown, sizeof shown, o, sizeof *o);
}

/* More sorts than there is room for examples, objects that are like nothing, and some dropped in between. */
static void objects_come_out(void)
{
    tcps_likeness *l = tcps_likeness_new(sizeof(object));
    object *objects = g_new0(object, OBJECTS);
    void **kept = g_new0(void *, OBJECTS);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < OBJECTS; i++) {
            if (kept[i])
                continue;
            make(&objects[i], (unsigned)g_random_int_range(0, SORTS), i % 50 == 0 ? 10 * WORDS : i % 9);
            kept[i] = tcps_likeness_keep(l, &objects[i], i % 11);
            g_assert_cmpuint((uintptr_t)kept[i] % 8, ==, 0);
        }
        for (unsigned i = 0; i < OBJECTS; i++)
            expect_same(l, kept[i], &objects[i]);
        for (unsigned i = round; i < OBJECTS; i += 3) {
            tcps_likeness_drop(l, kept[i]);
            kept[i] = NULL;
        }
    }
    tcps_likeness_free(l);
    g_free(kept);
    g_free(objects);
}

/* Without what lies behind them. */
static void the_first_words_alone(void)
{
    tcps_likeness *l = tcps_likeness_new(sizeof(object));
    for (unsigned i = 0; i < 200; i++) {
        object o, shown;
        make(&o, 5, i % 4);
        void *kept = tcps_likeness_keep(l, &o, 0);
        for (unsigned n = 0; n <= WORDS; n += 1 + i % 9) {
            memset(&shown, 0xa5, sizeof shown);
            tcps_likeness_show(l, kept, &shown, n * sizeof(uint32_t));
            g_assert_cmpmem(&shown, n * sizeof(uint32_t), &o, n * sizeof(uint32_t));
            g_assert_true(n == WORDS || shown.words[n] == 0xa5a5a5a5);
        }
        tcps_likeness_drop(l, kept);
    }
    tcps_likeness_free(l);
}

/* Those of one sort take few bytes once it is known; one word that does not follow, not many more; what is like nothing, no more than its
 * words and a mark for each. */
static void like_ones_are_small(void)
{
    tcps_likeness *l = tcps_likeness_new(sizeof(object));
    object o;
    size_t bytes = 0;
    for (unsigned i = 0; i < 200; i++) {
        make(&o, 5, 0);
        void *kept = tcps_likeness_keep(l, &o, 0);
        bytes = tcps_likeness_bytes(kept);
        tcps_likeness_drop(l, kept);
    }
    g_assert_cmpuint(bytes, <, 20);
    o.words[100] ^= 0x7fff0000;
    void *one_off = tcps_likeness_keep(l, &o, 0);
    g_assert_cmpuint(tcps_likeness_bytes(one_off), >, bytes);
    g_assert_cmpuint(tcps_likeness_bytes(one_off), <, bytes + 20);
    for (unsigned i = 0; i < WORDS; i++)
        o.words[i] = g_random_int() | 0x80000000;
    void *strange = tcps_likeness_keep(l, &o, 0);
    g_assert_cmpuint(tcps_likeness_bytes(strange), <, 6 * sizeof o / 4);
    expect_same(l, strange, &o);
    tcps_likeness_free(l);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/likeness/objects_come_out", objects_come_out);
    g_test_add_func("/likeness/the_first_words_alone", the_first_words_alone);
    g_test_add_func("/likeness/like_ones_are_small", like_ones_are_small);
    return g_test_run();
}

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
    tcps_likeness_show(l, kept, &shown);
    g_assert_cmpmem(&shown, sizeof shown, o, sizeof *o);
}

/* More sorts than there is room for examples, objects that are like nothing, and some dropped in between. */
static void objects_come_out(void)
{
    tcps_likeness *l = tcps_likeness_new(sizeof(object), 0);
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

/* It is there without the rest, wherever it stands. */
static void the_label(void)
{
    for (unsigned label = 0; label < WORDS; label += 29) {
        tcps_likeness *l = tcps_likeness_new(sizeof(object), label * sizeof(uint32_t));
        for (unsigned i = 0; i < 200; i++) {
            object o;
            make(&o, 5, i % 4);
            void *kept = tcps_likeness_keep(l, &o, 0);
            g_assert_cmpuint(tcps_likeness_label(kept), ==, o.words[label]);
            expect_same(l, kept, &o);
            tcps_likeness_drop(l, kept);
        }
        tcps_likeness_free(l);
    }
}

/* Numbers of 64 bits, such as times, that follow from one another and differ by a little, over a carry and by much. */
static void numbers_of_64_bits(void)
{
    enum { NUMBERS = 40, TIMES = 500 };
    tcps_likeness *l = tcps_likeness_new(NUMBERS * sizeof(uint64_t), 0);
    size_t bytes = 0;
    for (unsigned i = 0; i < TIMES; i++) {
        uint64_t o[NUMBERS], shown[NUMBERS];
        const uint64_t now = (UINT64_C(1700000000) + i) * 1000000000 + g_random_int() % 1000;
        for (unsigned n = 0; n < NUMBERS; n++)
            o[n] = n % 10 == 9 ? n : now + n / 5 * UINT64_C(1000000000);
        o[i % NUMBERS] += UINT64_C(1) << i % 64;
        void *kept = tcps_likeness_keep(l, o, 0);
        bytes = tcps_likeness_bytes(kept);
        tcps_likeness_show(l, kept, shown);
        g_assert_cmpmem(shown, sizeof shown, o, sizeof o);
    }
    g_assert_cmpuint(bytes, <=, 40);
    tcps_likeness_free(l);
}

/* Those of one sort take few bytes once it is known; two words that do not follow, more than one unit of memory, and not many more; what is
 * like nothing, no more than its words and a mark for each. */
static void like_ones_are_small(void)
{
    tcps_likeness *l = tcps_likeness_new(sizeof(object), 0);
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
    o.words[150] ^= 0x7fff0000;
    void *odd = tcps_likeness_keep(l, &o, 0);
    g_assert_cmpuint(tcps_likeness_bytes(odd), >, bytes);
    g_assert_cmpuint(tcps_likeness_bytes(odd), <, bytes + 20);
    expect_same(l, odd, &o);
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
    g_test_add_func("/likeness/the_label", the_label);
    g_test_add_func("/likeness/numbers_of_64_bits", numbers_of_64_bits);
    g_test_add_func("/likeness/like_ones_are_small", like_ones_are_small);
    return g_test_run();
}

/* test_pack.c: what is packed is unpacked again, whatever it is, and whether its shape has a number or not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "hosts/socket_counts.h"
#include "track/pack.h"

enum { ROUNDS = 3000, ALL_SHAPES = 5000 };

static uint64_t any_number(uint64_t usual)
{
    switch (g_test_rand_int_range(0, 6)) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
        return UINT64_MAX >> g_test_rand_int_range(0, 64);
    case 3:
        return (uint64_t)(uint32_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int();
    default:
        return usual + (uint64_t)g_test_rand_int_range(0, 3);
    }
}

#define FILL(it, name) (it)->name = (__typeof__((it)->name))any_number(usual)

static void fill_endpoint(tcps_endpoint *e, uint64_t usual)
{
#define PACK_ENDPOINT(name, base) FILL(e, name);
#define PACK_ENDPOINT_WITH(other, name, base) FILL(e, name);
#include "track/pack.def"
    FILL(e, snd_nxt);
    FILL(e, ts_last);
    FILL(e, last_data_ns);
    FILL(e, fin_ns);
    e->shown = (uint8_t)g_test_rand_int_range(0, TCPS_N_STATES);
}

static void fill(tcps_connection *c)
{
    const uint64_t usual = (uint64_t)g_test_rand_int_range(0, 100000);
    memset(c, 0, sizeof *c);
    FILL(c, last_ns);
    FILL(c, last_frame);
    FILL(c, index);
#define PACK_CONNECTION(name, base) FILL(c, name);
#include "track/pack.def"
    for (unsigned i = 0; i < 2; i++) {
        fill_endpoint(&c->ends[i], usual);
        c->addresses[i] = (tcps_address){.bytes = {10, 0, 0, (uint8_t)i}, .port = (uint16_t)usual, .len = i ? 16 : 4};
    }
}

/* A number that another field gives a meaning to is lost where it has none. */
#define SAME(a, b, name) g_assert_cmpint((gint64)(a)->name, ==, (gint64)(b)->name)
#define SAME_WITH(a, b, other, name) g_assert_cmpint((a)->other ? (gint64)(a)->name : 0, ==, (gint64)(b)->name)

static void assert_same_endpoint(const tcps_endpoint *a, const tcps_endpoint *b)
{
#define PACK_ENDPOINT(name, base) SAME(a, b, name);
#define PACK_ENDPOINT_WITH(other, name, base) SAME_WITH(a, b, other, name);
#include "track/pack.def"
    SAME(a, b, snd_nxt);
    SAME(a, b, ts_last);
    SAME(a, b, last_data_ns);
    SAME(a, b, fin_ns);
    SAME(a, b, shown);
}

static void assert_same(const tcps_connection *a, const tcps_connection *b)
{
    SAME(a, b, last_ns);
    SAME(a, b, last_frame);
    SAME(a, b, index);
#define PACK_CONNECTION(name, base) SAME(a, b, name);
#include "track/pack.def"
    for (unsigned i = 0; i < 2; i++) {
        assert_same_endpoint(&a->ends[i], &b->ends[i]);
        g_assert_cmpmem(&a->addresses[i], sizeof a->addresses[i], &b->addresses[i], sizeof b->addresses[i]);
    }
}

/* Each with shapes of its own, as long as there are numbers, and then without. */
static void test_any(void)
{
    tcps_shapes *shapes = tcps_shapes_new();
    tcps_tallies *tallies = tcps_tallies_new();
    GPtrArray *packed = g_ptr_array_new_with_free_func(g_free);
    tcps_connection *before = g_new(tcps_connection, ROUNDS), after;
    for (unsigned i = 0; i < ROUNDS; i++) {
        fill(&before[i]);
        g_ptr_array_add(packed, tcps_pack(&before[i], shapes, before[i].last_ns));
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        g_assert_true(tcps_packed_is_of(packed->pdata[i], before[i].addresses));
        g_assert_cmpuint(tcps_packed_index(packed->pdata[i]), ==, before[i].index);
        tcps_unpack(packed->pdata[i], shapes, tallies, &after);
        assert_same(&before[i], &after);
    }
    g_assert_cmpuint(tcps_shapes_number(shapes, (tcps_shape){1, 1}), ==, 0);
    g_free(before);
    g_ptr_array_free(packed, TRUE);
    tcps_tallies_free(tallies);
    tcps_shapes_free(shapes);
}

/* Times as far from one another as they can be, of which a difference does not tell all. */
static void test_moments(void)
{
    static const int64_t TIMES[] = {INT64_MIN, INT64_MIN + 1, INT64_MIN / 2, -2,       -1, 0, 1,
                                    2,         INT64_MAX / 2, INT64_MAX - 1, INT64_MAX};
    tcps_shapes *shapes = tcps_shapes_new();
    tcps_tallies *tallies = tcps_tallies_new();
    for (unsigned i = 0; i < G_N_ELEMENTS(TIMES) * G_N_ELEMENTS(TIMES); i++) {
        const int64_t ns = TIMES[i % G_N_ELEMENTS(TIMES)];
        tcps_connection before = {.last_ns = TIMES[i / G_N_ELEMENTS(TIMES)]}, after;
        before.ends[0] = (tcps_endpoint){.fin_ns = ns, .fin_last_ns = ns, .since_ns = ns};
        before.ends[1] = (tcps_endpoint){.last_data_ns = ns, .filled_ns = ns};
        tcps_packed *packed = tcps_pack(&before, shapes, before.last_ns);
        tcps_unpack(packed, shapes, tallies, &after);
        assert_same(&before, &after);
        g_free(packed);
    }
    tcps_tallies_free(tallies);
    tcps_shapes_free(shapes);
}

static void test_shapes(void)
{
    tcps_shapes *shapes = tcps_shapes_new();
    uint32_t numbers[ALL_SHAPES];
    unsigned n = 0;
    for (unsigned i = 0; i < ALL_SHAPES; i++) {
        numbers[i] = tcps_shapes_number(shapes, (tcps_shape){i % 70, i / 70});
        n += numbers[i] > 0;
    }
    g_assert_cmpuint(n, >, 0);
    g_assert_cmpuint(n, <, ALL_SHAPES);
    for (unsigned i = 0; i < ALL_SHAPES; i++) {
        g_assert_cmpuint(tcps_shapes_number(shapes, (tcps_shape){i % 70, i / 70}), ==, numbers[i]);
        if (numbers[i] == 0)
            continue;
        const tcps_shape shape = tcps_shapes_get(shapes, numbers[i]);
        g_assert_cmpuint(shape.used, ==, i % 70);
        g_assert_cmpuint(shape.told, ==, i / 70);
    }
    tcps_shapes_free(shapes);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pack/any", test_any);
    g_test_add_func("/pack/moments", test_moments);
    g_test_add_func("/pack/shapes", test_shapes);
    return g_test_run();
}

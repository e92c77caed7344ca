/* test_seq.c: serial arithmetic around every edge where plain comparison goes wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "base/seq.h"

/* Places at which differences are taken: both wraps (2^32, 2^31) and their neighbours. */
static const uint32_t bases[] = {0, 1, 2, 1000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};

static void test_order(void)
{
    static const uint32_t ahead[] = {1, 2, 1460, 65535, 0x40000000, 0x7fffffff};
    for (unsigned i = 0; i < G_N_ELEMENTS(bases); i++)
        for (unsigned k = 0; k < G_N_ELEMENTS(ahead); k++) {
            uint32_t a = bases[i], b = a + ahead[k];
            g_assert_cmpint(seq_diff(b, a), ==, (int32_t)ahead[k]);
            g_assert_cmpint(seq_diff(a, b), ==, -(int32_t)ahead[k]);
            g_assert_true(seq_lt(a, b) && seq_le(a, b) && seq_gt(b, a) && seq_ge(b, a));
            g_assert_false(seq_lt(b, a) || seq_le(b, a) || seq_gt(a, b) || seq_ge(a, b));
            g_assert_cmpuint(seq_max(a, b), ==, b);
            g_assert_cmpuint(seq_max(b, a), ==, b);
        }
}

static void test_equal(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(bases); i++) {
        uint32_t a = bases[i];
        g_assert_cmpint(seq_diff(a, a), ==, 0);
        g_assert_true(seq_le(a, a) && seq_ge(a, a));
        g_assert_false(seq_lt(a, a) || seq_gt(a, a));
        g_assert_cmpuint(seq_max(a, a), ==, a);
    }
}

static void test_within(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(bases); i++) {
        uint32_t low = bases[i], high = low + 100;
        g_assert_true(seq_within(low, low, high));
        g_assert_true(seq_within(low + 50, low, high));
        g_assert_true(seq_within(high, low, high));
        g_assert_false(seq_within(low - 1, low, high));
        g_assert_false(seq_within(high + 1, low, high));
        g_assert_false(seq_within(low + 0x80000000, low, high));
        g_assert_true(seq_within(low, low, low));
        g_assert_false(seq_within(low + 1, low, low));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/seq/order", test_order);
    g_test_add_func("/seq/equal", test_equal);
    g_test_add_func("/seq/within", test_within);
    return g_test_run();
}

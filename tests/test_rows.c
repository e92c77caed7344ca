/* test_rows.c: what the model keeps of rows: times in states, and rows by number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "base/slab.h"
#include "model/row_pages.h"
#include "model/time_in_state.h"

/* More states than have a place of their own, each several times. */
static void times_add_up(void)
{
    tcps_spent s = {.more = NULL};
    for (unsigned round = 1; round <= 3; round++)
        for (unsigned end = 0; end < 2; end++)
            for (unsigned state = 0; state < TCPS_N_STATES; state++)
                tcps_spent_add(&s, end, state, (int64_t)(end * 100 + state) * round);
    for (unsigned end = 0; end < 2; end++)
        for (unsigned state = 0; state < TCPS_N_STATES; state++)
            g_assert_cmpint(tcps_spent_in(&s, end, state), ==, (int64_t)(end * 100 + state) * 6);
    tcps_spent_clear(&s);
}

static void times_do_not_overflow(void)
{
    tcps_spent s = {.more = NULL};
    g_assert_cmpint(tcps_spent_in(&s, TCPS_CLIENT, TCPS_UNKNOWN), ==, 0);
    for (unsigned i = 0; i < 2; i++)
        tcps_spent_add(&s, TCPS_SERVER, TCPS_TIME_WAIT, INT64_MAX - 1);
    g_assert_cmpint(tcps_spent_in(&s, TCPS_SERVER, TCPS_TIME_WAIT), ==, INT64_MAX);
    g_assert_cmpint(tcps_spent_in(&s, TCPS_CLIENT, TCPS_TIME_WAIT), ==, 0);
    tcps_spent_clear(&s);
}

enum { N = 1000 };

static void count(tcps_row *row, void *data)
{
    uint32_t *next = data;
    g_assert_cmpuint(row->index, ==, *next);
    *next += 2;
}

/* Every other number has a row; some are folded, and come again. */
static void rows_by_number(void)
{
    tcps_row_pages p = {0};
    tcps_row *rows = g_new0(tcps_row, N);
    uint32_t next = 0;
    g_assert_null(tcps_row_pages_get(&p, 0));
    for (uint32_t i = 0; i < N; i += 2) {
        rows[i].index = i;
        tcps_row_pages_put(&p, i, &rows[i]);
    }
    for (uint32_t i = 0; i < N; i++)
        g_assert_true(tcps_row_pages_get(&p, i) == (i % 2 ? NULL : &rows[i]));
    g_assert_null(tcps_row_pages_get(&p, N + TCPS_PAGE_ROWS));
    g_assert_null(tcps_row_pages_get(&p, -1));
    tcps_row_pages_each(&p, count, &next);
    g_assert_cmpuint(next, ==, N);
    tcps_row_pages_clear(&p);
    g_free(rows);
}

static void rows_that_were_folded(void)
{
    tcps_row_pages p = {0};
    tcps_row *rows = g_new0(tcps_row, N);
    for (uint32_t i = 0; i < N; i++) {
        rows[i].index = i;
        tcps_row_pages_put(&p, i, &rows[i]);
    }
    for (uint32_t i = 0; i < N; i++)
        if (i < N / 2 || i % 2)
            tcps_row_pages_fold(&p, i);
    for (uint32_t i = 0; i < N; i++) {
        const bool folded = i < N / 2 || i % 2;
        g_assert_true(tcps_row_pages_folded(&p, i) == folded);
        g_assert_true(tcps_row_pages_get(&p, i) == (folded ? NULL : &rows[i]));
    }
    tcps_row_pages_put(&p, 3, &rows[3]); /* of a page whose rows are all folded: no other page changes */
    g_assert_true(tcps_row_pages_get(&p, 3) == &rows[3]);
    g_assert_true(tcps_row_pages_folded(&p, 3));
    g_assert_null(tcps_row_pages_get(&p, 3 + TCPS_PAGE_ROWS));
    g_assert_false(tcps_row_pages_folded(&p, N * 2));
    tcps_row_pages_clear(&p);
    g_free(rows);
}

/* Enough for several pieces of the largest size; each keeps what is written to it, and every third is given back in between. */
static void objects_of_a_slab(void)
{
    enum { OBJECTS = 30000 };
    static const tcps_row nothing;
    tcps_slab slab = {.size = sizeof(tcps_row)};
    tcps_row **rows = g_new0(tcps_row *, OBJECTS);
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < OBJECTS; i++) {
            if (rows[i])
                continue;
            rows[i] = tcps_slab_take(&slab);
            g_assert_cmpuint((uintptr_t)rows[i] % _Alignof(tcps_row), ==, 0);
            g_assert_cmpmem(rows[i], sizeof nothing, &nothing, sizeof nothing);
            memset(rows[i], 0xff, sizeof *rows[i]);
            rows[i]->index = i;
        }
        for (uint32_t i = round; i < OBJECTS; i += 3) {
            tcps_slab_give_back(&slab, rows[i]);
            rows[i] = NULL;
        }
    }
    for (uint32_t i = 0; i < OBJECTS; i++)
        g_assert_true(rows[i] ? rows[i]->index == i : i % 3 == 1);
    const unsigned pieces = slab.n_pieces;
    for (uint32_t i = 1; i < OBJECTS; i += 3)
        tcps_slab_take(&slab);
    g_assert_cmpuint(slab.n_pieces, ==, pieces);
    tcps_slab_clear(&slab);
    g_free(rows);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rows/times_add_up", times_add_up);
    g_test_add_func("/rows/times_do_not_overflow", times_do_not_overflow);
    g_test_add_func("/rows/by_number", rows_by_number);
    g_test_add_func("/rows/that_were_folded", rows_that_were_folded);
    g_test_add_func("/rows/objects_of_a_slab", objects_of_a_slab);
    return g_test_run();
}

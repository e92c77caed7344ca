/* table.c: see table.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/table.h"

#include <glib.h>

enum { FIRST_BUCKETS = 1024 };

tcps_table *tcps_table_new(void)
{
    tcps_table *t = g_new(tcps_table, 1);
    *t = (tcps_table){.buckets = g_new0(tcps_bucket, FIRST_BUCKETS), .mask = FIRST_BUCKETS - 1};
    return t;
}

void tcps_table_free(tcps_table *t)
{
    if (!t)
        return;
    g_free(t->buckets);
    g_free(t);
}

static void insert(tcps_table *t, tcps_bucket b)
{
    uint32_t i = b.hash & t->mask;
    while (t->buckets[i].number)
        i = (i + 1) & t->mask;
    t->buckets[i] = b;
}

/* Three quarters are used at most. */
static void grow(tcps_table *t)
{
    const uint32_t n = t->mask + 1;
    if (t->n < n / 4 * 3)
        return;
    tcps_bucket *old = t->buckets;
    t->mask = 2 * n - 1;
    t->buckets = g_new0(tcps_bucket, 2 * (gsize)n);
    for (uint32_t i = 0; i < n; i++)
        if (old[i].number)
            insert(t, old[i]);
    g_free(old);
}

void tcps_table_add(tcps_table *t, uint32_t hash, uint32_t number)
{
    grow(t);
    insert(t, (tcps_bucket){hash, number + 1});
    t->n++;
}

/* Takes a bucket out: those behind it that were pushed on by it move up. */
static void empty(tcps_table *t, uint32_t hole)
{
    for (uint32_t i = (hole + 1) & t->mask; t->buckets[i].number; i = (i + 1) & t->mask) {
        const uint32_t home = t->buckets[i].hash & t->mask;
        if (((i - home) & t->mask) < ((i - hole) & t->mask))
            continue;
        t->buckets[hole] = t->buckets[i];
        hole = i;
    }
    t->buckets[hole] = (tcps_bucket){0};
    t->n--;
}

void tcps_table_remove(tcps_table *t, uint32_t hash, uint32_t number)
{
    for (uint32_t i = hash & t->mask; t->buckets[i].number; i = (i + 1) & t->mask)
        if (t->buckets[i].number == number + 1) {
            empty(t, i);
            return;
        }
}

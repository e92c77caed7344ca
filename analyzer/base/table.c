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
    *t = (tcps_table){.buckets = g_new0(tcps_bucket, FIRST_BUCKETS), .size = FIRST_BUCKETS};
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
    uint32_t i = tcps_table_home(t, b.hash);
    while (t->buckets[i].number)
        i = tcps_table_behind(t, i);
    t->buckets[i] = b;
}

/* Four fifths are used at most. */
static void grow(tcps_table *t)
{
    const uint32_t n = t->size;
    if (t->n < n / 5 * 4)
        return;
    tcps_bucket *old = t->buckets;
    t->size = (uint32_t)MIN((uint64_t)n + n / 4, UINT32_MAX);
    t->buckets = g_new0(tcps_bucket, t->size);
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

/* How many buckets i lies behind another one. */
static uint32_t behind_by(const tcps_table *t, uint32_t i, uint32_t other)
{
    return i >= other ? i - other : t->size - other + i;
}

/* Takes a bucket out: those behind it that were pushed on by it move up. */
static void empty(tcps_table *t, uint32_t hole)
{
    for (uint32_t i = tcps_table_behind(t, hole); t->buckets[i].number; i = tcps_table_behind(t, i)) {
        if (behind_by(t, i, tcps_table_home(t, t->buckets[i].hash)) < behind_by(t, i, hole))
            continue;
        t->buckets[hole] = t->buckets[i];
        hole = i;
    }
    t->buckets[hole] = (tcps_bucket){0};
    t->n--;
}

void tcps_table_remove(tcps_table *t, uint32_t hash, uint32_t number)
{
    for (uint32_t i = tcps_table_home(t, hash); t->buckets[i].number; i = tcps_table_behind(t, i))
        if (t->buckets[i].number == number + 1) {
            empty(t, i);
            return;
        }
}

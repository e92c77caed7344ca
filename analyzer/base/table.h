/* table.h: numbers, found by a hash of what they stand for.
 *
 * The table is open, with linear probing: hash and number lie side by side, and a look-up seldom leaves a line of the processor's
 * cache. It grows by a quarter each time, so that little of it is free.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TABLE_H
#define TCPS_TABLE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t hash;
    uint32_t number; /* one more; 0: free */
} tcps_bucket;

typedef struct {
    tcps_bucket *buckets;
    uint32_t size; /* how many there are */
    uint32_t n;    /* how many are used */
} tcps_table;

tcps_table *tcps_table_new(void);
void tcps_table_free(tcps_table *table);

/* number < UINT32_MAX */
void tcps_table_add(tcps_table *table, uint32_t hash, uint32_t number);
void tcps_table_remove(tcps_table *table, uint32_t hash, uint32_t number);

/* All numbers with that hash, one after the other, as long as none is added or removed. */
typedef struct {
    uint32_t hash, at;
} tcps_table_cursor;

/* The bucket where the look-up of a hash begins. */
static inline uint32_t tcps_table_home(const tcps_table *t, uint32_t hash)
{
    return (uint32_t)((uint64_t)hash * t->size >> 32);
}

static inline uint32_t tcps_table_behind(const tcps_table *t, uint32_t i)
{
    return i + 1 == t->size ? 0 : i + 1;
}

static inline tcps_table_cursor tcps_table_start(const tcps_table *t, uint32_t hash)
{
    return (tcps_table_cursor){hash, tcps_table_home(t, hash)};
}

/* False: there are no more. */
static inline bool tcps_table_next(const tcps_table *t, tcps_table_cursor *c, uint32_t *number)
{
    for (const tcps_bucket *b; (b = &t->buckets[c->at])->number;) {
        c->at = tcps_table_behind(t, c->at);
        if (b->hash != c->hash)
            continue;
        *number = b->number - 1;
        return true;
    }
    return false;
}

/* Without waiting for it. */
static inline void tcps_table_fetch(const tcps_table *t, uint32_t hash)
{
    __builtin_prefetch(&t->buckets[tcps_table_home(t, hash)]);
}

#endif

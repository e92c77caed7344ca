/* ends.h: what connections are found by.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ENDS_H
#define TCPS_ENDS_H

#include <string.h>

#include "base/address.h"

static inline uint64_t tcps_word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The words are multiplied side by side, not one after the other; those of different places by different numbers. */
static inline uint32_t tcps_ends_hash(const tcps_address ends[2], uint64_t seed)
{
    const uint64_t ports = (uint64_t)ends[0].point << 48 | (uint64_t)ends[0].port << 32 | (uint64_t)ends[1].port << 16 |
                           (uint64_t)ends[0].len << 8 | ends[1].len;
    uint64_t h = (ports ^ seed) * UINT64_C(0x9E3779B97F4A7C15);
    h ^= (tcps_word_at(ends[0].bytes) + seed) * UINT64_C(0xFF51AFD7ED558CCD);
    h ^= (tcps_word_at(ends[1].bytes) + (h >> 47)) * UINT64_C(0xC4CEB9FE1A85EC53);
    if (ends[0].len != 4 || ends[1].len != 4) {
        h ^= (tcps_word_at(ends[0].bytes + 8) + (h >> 45)) * UINT64_C(0x87C37B91114253D5);
        h ^= (tcps_word_at(ends[1].bytes + 8) + (h >> 43)) * UINT64_C(0x4CF5AD432745937F);
    }
    h = (h ^ h >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return (uint32_t)(h ^ h >> 32);
}

static inline bool tcps_ends_same(const tcps_address a[2], const tcps_address b[2])
{
    return tcps_address_same(&a[0], &b[0]) && tcps_address_same(&a[1], &b[1]);
}

#endif

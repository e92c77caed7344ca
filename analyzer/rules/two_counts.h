/* two_counts.h: two counts in the one value that a finding has.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TWO_COUNTS_H
#define TCPS_TWO_COUNTS_H

#include <stdint.h>

static inline int64_t two_counts(uint32_t high, uint32_t low)
{
    return (int64_t)((uint64_t)high << 32 | low);
}

static inline uint32_t high_count(int64_t value)
{
    return (uint32_t)((uint64_t)value >> 32);
}

static inline uint32_t low_count(int64_t value)
{
    return (uint32_t)value;
}

#endif

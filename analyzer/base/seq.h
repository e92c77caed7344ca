/* seq.h: serial arithmetic on sequence numbers and timestamps (RFC 9293 §3.4, RFC 1982), and nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SEQ_H
#define TCPS_SEQ_H

#include <stdbool.h>
#include <stdint.h>

/* How far b lies ahead of a, in -2^31 .. 2^31-1. */
static inline int32_t seq_diff(uint32_t b, uint32_t a)
{
    return (int32_t)(b - a);
}
static inline bool seq_lt(uint32_t a, uint32_t b)
{
    return seq_diff(a, b) < 0;
}
static inline bool seq_le(uint32_t a, uint32_t b)
{
    return seq_diff(a, b) <= 0;
}
static inline bool seq_gt(uint32_t a, uint32_t b)
{
    return seq_diff(a, b) > 0;
}
static inline bool seq_ge(uint32_t a, uint32_t b)
{
    return seq_diff(a, b) >= 0;
}
static inline uint32_t seq_max(uint32_t a, uint32_t b)
{
    return seq_lt(a, b) ? b : a;
}

/* low <= x <= high */
static inline bool seq_within(uint32_t x, uint32_t low, uint32_t high)
{
    return x - low <= high - low;
}

#endif

/* varint.h: numbers in as few bytes as they take.
 *
 * Seven bits a byte. The first byte's lowest bits tell how many bytes there are: as many zeros and a one. A number of more than 56
 * bits follows a byte of zeros as it is. Eight bytes are written or read whatever the number, so that there is nothing to branch
 * on: what lies behind it has to be the caller's, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_VARINT_H
#define TCPS_VARINT_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

enum { TCPS_VARINT_MAX = 9, TCPS_VARINT_SPARE = sizeof(uint64_t) };

/* Returns what lies behind it. */
static inline uint8_t *varint_put(uint8_t *to, uint64_t value)
{
    const unsigned n = (70 - (unsigned)__builtin_clzll(value | 1)) * 37 >> 8; /* bits / 7, rounded up */
    if (n > 8) {
        *to = 0;
        memcpy(to + 1, &value, sizeof value);
        return to + 1 + sizeof value;
    }
    value = GUINT64_TO_LE((value << 1 | 1) << (n - 1));
    memcpy(to, &value, sizeof value);
    return to + n;
}

static inline uint64_t varint_get(const uint8_t **from)
{
    const unsigned n = (unsigned)__builtin_ctz(**from | 0x100u) + 1;
    uint64_t value;
    if (n > 8) {
        memcpy(&value, *from + 1, sizeof value);
        *from += 1 + sizeof value;
        return value;
    }
    memcpy(&value, *from, sizeof value);
    *from += n;
    return (GUINT64_FROM_LE(value) << (64 - 8 * n)) >> (64 - 7 * n);
}

/* Small numbers of either sign become small. */
static inline uint64_t varint_fold(int64_t value)
{
    return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t varint_unfold(uint64_t value)
{
    return (int64_t)(value >> 1 ^ (~(value & 1) + 1));
}

/* A number near to another one. */
static inline uint64_t varint_near(uint32_t value, uint32_t base)
{
    return varint_fold((int32_t)(value - base));
}

static inline uint32_t varint_from_near(uint64_t value, uint32_t base)
{
    return (uint32_t)varint_unfold(value) + base;
}

#endif

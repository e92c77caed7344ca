/* bytes.h: numbers in network byte order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_BYTES_H
#define TCPS_BYTES_H

#include <stdint.h>

static inline uint16_t be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
    return (uint32_t)be16(p) << 16 | be16(p + 2);
}

#endif

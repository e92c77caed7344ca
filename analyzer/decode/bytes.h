/* bytes.h: numbers in network byte order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_BYTES_H
#define TCPS_BYTES_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

/* Read whole: compilers do not always see that bytes put together are a number in the other byte order. */
static inline uint16_t be16(const uint8_t *p)
{
    uint16_t n;
    memcpy(&n, p, sizeof n);
    return GUINT16_FROM_BE(n);
}

static inline uint32_t be32(const uint8_t *p)
{
    uint32_t n;
    memcpy(&n, p, sizeof n);
    return GUINT32_FROM_BE(n);
}

#endif

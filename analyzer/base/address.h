/* address.h: how one end is addressed, and when two ends are addressed alike.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ADDRESS_H
#define TCPS_ADDRESS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One end of a connection as addressed. len is 4 (IPv4), 16 (IPv6) or 0 (another kind, hashed into bytes by the caller). The same end seen
 * at two capture points is two: what was captured at one of them is a world of its own; point is 0 where there is one. */
typedef struct {
    uint8_t bytes[16];
    uint16_t port;
    uint8_t len;
    uint8_t point;
} tcps_address;

static inline bool tcps_address_same(const tcps_address *a, const tcps_address *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* The same but for ports. */
static inline bool tcps_address_same_host(const tcps_address *a, const tcps_address *b)
{
    return a->len == b->len && a->point == b->point && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* An order, the same on every machine: <0, 0, >0. */
static inline int tcps_address_compare(const tcps_address *a, const tcps_address *b)
{
    for (unsigned i = 0; i < sizeof a->bytes; i += sizeof(uint64_t)) {
        uint64_t x, y;
        memcpy(&x, a->bytes + i, sizeof x);
        memcpy(&y, b->bytes + i, sizeof y);
        if (x != y)
            return GUINT64_FROM_BE(x) < GUINT64_FROM_BE(y) ? -1 : 1;
    }
    if (a->port != b->port)
        return a->port < b->port ? -1 : 1;
    return a->len != b->len ? (int)a->len - (int)b->len : (int)a->point - (int)b->point;
}

_Static_assert(sizeof(tcps_address) == 20, "addresses are compared and copied as a whole");

typedef uint32_t tcps_sixteen_bytes __attribute__((vector_size(16)));

/* len is 4 or 16; at point 0. Stored in the two pieces in which it will be copied at once: a processor waits where it has to read what it has
 * just written in smaller ones. */
static inline void tcps_address_set(tcps_address *to, const uint8_t *bytes, uint8_t len, uint16_t port)
{
    const uint32_t rest =
        G_BYTE_ORDER == G_LITTLE_ENDIAN ? port | (uint32_t)len << 16 : (uint32_t)port << 16 | (uint32_t)len << 8;
    tcps_sixteen_bytes whole = {0};
    if (len == 4) {
        uint32_t four;
        memcpy(&four, bytes, sizeof four);
        whole[0] = four;
    } else {
        memcpy(&whole, bytes, sizeof whole);
    }
    memcpy(to->bytes, &whole, sizeof whole);
    memcpy((uint8_t *)to + offsetof(tcps_address, port), &rest, sizeof rest);
}

#endif

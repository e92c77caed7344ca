/* link_address.h: an address of the link layer in few bits: enough to tell whether two are the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LINK_ADDRESS_H
#define TCPS_LINK_ADDRESS_H

#include <string.h>

#include "rfc/tcpstate.h"

enum { TCPS_MAC_BYTES = 6 };

/* Is it one that several routers share (VRRP, HSRP, GLBP)? They send from others, of their own. */
static inline bool tcps_mac_is_virtual(const uint8_t *mac)
{
    static const uint8_t shared[][5] = {
        {0x00, 0x00, 0x5e, 0x00, 0x01}, /* RFC 5798 §7.3 */
        {0x00, 0x00, 0x5e, 0x00, 0x02}, {0x00, 0x00, 0x0c, 0x07, 0xac}, {0x00, 0x00, 0x0c, 0x9f, 0xf0},
        {0x00, 0x05, 0x73, 0xa0, 0x00}, {0x00, 0x07, 0xb4, 0x00, 0x01},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(shared); i++)
        if (memcmp(mac, shared[i], sizeof shared[i]) == 0)
            return true;
    return false;
}

/* As tcps_segment.link has it; never 0. */
static inline uint32_t tcps_link_of_mac(const uint8_t *mac)
{
    static const uint8_t none[TCPS_MAC_BYTES] = {0};
    if (memcmp(mac, none, sizeof none) == 0)
        return TCPS_LINK_NOBODY;
    uint32_t hash = 2166136261u;
    for (unsigned i = 0; i < TCPS_MAC_BYTES; i++)
        hash = (hash ^ mac[i]) * 16777619u;
    return (hash << 2) | 1 | (tcps_mac_is_virtual(mac) ? TCPS_LINK_SHARED : 0);
}

#endif

/* cooked.c: see cooked.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "decode/cooked.h"

#include "decode/bytes.h"

enum {
    PACKET_OUTGOING = 4,   /* the type of a packet that the capturing host sends */
    ARPHRD_LOOPBACK = 772, /* the kind of the interface */
};

bool tcps_cooked_read(const uint8_t *p, uint32_t captured, bool second, tcps_cooked *cooked)
{
    if (captured < (second ? TCPS_COOKED_2_HEADER : TCPS_COOKED_HEADER))
        return false;
    const unsigned type = second ? p[10] : be16(p);
    cooked->interface = second ? be32(p + 4) : 0;
    cooked->protocol = (uint16_t)be16(second ? p : p + 14);
    cooked->loopback = be16(second ? p + 8 : p + 2) == ARPHRD_LOOPBACK;
    cooked->mark = cooked->loopback ? TCPS_MARK_NONE : type == PACKET_OUTGOING ? TCPS_MARK_OUT : TCPS_MARK_IN;
    return true;
}

/* fingerprint.h: what of a segment is the same wherever it is captured.
 *
 * Not its addresses and ports, which may be translated; not its hop limit; not the options of a SYN, which may be rewritten.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_FINGERPRINT_H
#define TCPS_FINGERPRINT_H

#include "rfc/tcpstate.h"

enum { TCPS_LASTING_FLAGS = TCPS_FIN | TCPS_SYN | TCPS_RST | TCPS_ACK };

static inline uint64_t fingerprint_mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}

/* Two SYNs of one attempt share it: their timestamps tell them apart, where they have any. */
static inline uint64_t fingerprint_of(const tcps_segment *s)
{
    const unsigned flags = s->flags & TCPS_LASTING_FLAGS;
    uint64_t h =
        fingerprint_mix(UINT64_C(0xD6E8FEB86659FD93), (uint64_t)s->seq << 32 | (flags & TCPS_ACK ? s->ack : 0));
    h = fingerprint_mix(h, (uint64_t)flags << 32 | s->len);
    if (s->has & TCPS_HAS_TIMESTAMPS && !(flags & TCPS_SYN))
        h = fingerprint_mix(h, (uint64_t)s->tsval << 32 | s->tsecr);
    return h;
}

/* The same, of one copy: what is sent again is another one. */
static inline uint64_t fingerprint_of_copy(const tcps_segment *s)
{
    uint64_t h = fingerprint_of(s);
    if (s->has & TCPS_HAS_TIMESTAMPS)
        h = fingerprint_mix(h, (uint64_t)s->tsval << 32 | s->tsecr);
    return fingerprint_mix(h, s->has & TCPS_HAS_IP_ID ? s->ip_id : 0);
}

#endif

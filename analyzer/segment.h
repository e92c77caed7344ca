/* segment.h: what can be told of a segment alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SEGMENT_H
#define TCPS_SEGMENT_H

#include "seq.h"
#include "tcpstate.h"

static inline bool segment_is(const tcps_segment *s, unsigned flags)
{
    return (s->flags & flags) == flags;
}
static inline bool segment_has(const tcps_segment *s, unsigned what)
{
    return (s->has & what) == what;
}

/* How many SACK blocks there are to be read. */
static inline unsigned segment_n_sack(const tcps_segment *s)
{
    return MIN(s->n_sack, TCPS_MAX_SACK);
}

/* The sequence number of its FIN, or where its payload ends (RFC 9293 §3.4: SYN comes first, FIN last). */
static inline uint32_t segment_data_end(const tcps_segment *s)
{
    return s->seq + ((s->flags & TCPS_SYN) != 0) + s->len;
}

/* One beyond all that it occupies in sequence space. */
static inline uint32_t segment_end(const tcps_segment *s)
{
    return segment_data_end(s) + ((s->flags & TCPS_FIN) != 0);
}

/* Flags on which real stacks act. Of the rest (null, FIN without ACK, SYN with FIN or RST, ...) they drop every one, in
 * silence or with a RST, and no state changes. */
static inline bool segment_flags_legal(const tcps_segment *s)
{
    if (s->flags & TCPS_SYN)
        return !(s->flags & (TCPS_FIN | TCPS_RST));
    if (s->flags & TCPS_RST)
        return !(s->flags & TCPS_FIN);
    return s->flags & TCPS_ACK;
}

/* A number that two captured copies of one packet share, and that hardly any two packets do. 0 is never returned. */
static inline uint32_t segment_fingerprint(const tcps_segment *s)
{
    uint64_t h = 0x9E3779B97F4A7C15u;
    const uint64_t parts[] = {
        (uint64_t)s->seq << 32 | s->ack,
        (uint64_t)s->flags << 48 | (uint64_t)s->window << 32 | s->len,
        segment_has(s, TCPS_HAS_TIMESTAMPS) ? (uint64_t)s->tsval << 32 | s->tsecr : 0,
        (segment_has(s, TCPS_HAS_IP_ID) ? s->ip_id : 0) | (uint64_t)(s->n_sack ? s->sack[0][1] : 0) << 32,
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++)
        h = (h ^ parts[i]) * 0xFF51AFD7ED558CCDu, h ^= h >> 32;
    return (uint32_t)h | 1;
}

#endif

/* segment.h: what can be told of a segment alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SEGMENT_H
#define TCPS_SEGMENT_H

#include "base/seq.h"
#include "rfc/tcpstate.h"

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

/* Flags on which real stacks act. Of the rest (null, FIN without ACK, SYN with RST, SYN with FIN but no ACK, ...) they drop every one,
 * in silence or with a RST, and no state changes. A SYN+ACK may carry data and FIN (RFC 9293 §3.10.7.3 eighth, RFC 7413). */
static inline bool segment_flags_legal(const tcps_segment *s)
{
    if (s->flags & TCPS_SYN)
        return !(s->flags & TCPS_RST) && (!(s->flags & TCPS_FIN) || s->flags & TCPS_ACK);
    if (s->flags & TCPS_RST)
        return !(s->flags & TCPS_FIN);
    return s->flags & TCPS_ACK;
}

/* What a SYN asks for or tells beyond its number: some networks drop SYNs for it, and hosts then leave it out (RFC 3168 §6.1.1.1, RFC 7413
 * §4.1.3). */
enum {
    TCPS_SYN_WITH_ECN = 0x01,
    TCPS_SYN_WITH_FAST_OPEN = 0x02, /* its option, or data */
    TCPS_SYN_WITH_TIMESTAMPS = 0x04,
    TCPS_SYN_WITH_WSCALE = 0x08,
    TCPS_SYN_WITH_SACK = 0x10
};

static inline unsigned segment_syn_with(const tcps_segment *s)
{
    unsigned with = segment_is(s, TCPS_ECE | TCPS_CWR) ? TCPS_SYN_WITH_ECN : 0;
    if (segment_has(s, TCPS_HAS_FAST_OPEN) || s->len > 0)
        with |= TCPS_SYN_WITH_FAST_OPEN;
    if (segment_has(s, TCPS_HAS_TIMESTAMPS))
        with |= TCPS_SYN_WITH_TIMESTAMPS;
    if (segment_has(s, TCPS_HAS_WSCALE))
        with |= TCPS_SYN_WITH_WSCALE;
    return segment_has(s, TCPS_HAS_SACK_PERMITTED) ? with | TCPS_SYN_WITH_SACK : with;
}

/* A number that two captured copies of one packet share, and that hardly any two packets do. 0 is never returned. The parts
 * are multiplied side by side, not one after the other. */
static inline uint32_t segment_fingerprint(const tcps_segment *s)
{
    const uint64_t numbers = (uint64_t)s->seq << 32 | s->ack;
    const uint64_t shape = (uint64_t)s->flags << 48 | (uint64_t)s->window << 32 | s->len;
    const uint64_t clocks = segment_has(s, TCPS_HAS_TIMESTAMPS) ? (uint64_t)s->tsval << 32 | s->tsecr : 0;
    const uint64_t rest = (segment_has(s, TCPS_HAS_IP_ID) ? s->ip_id : 0) | (uint64_t)(s->n_sack ? s->sack[0][1] : 0)
                                                                                << 32;
    uint64_t h = (numbers ^ numbers >> 29) * UINT64_C(0x9E3779B97F4A7C15);
    h += (shape ^ shape >> 31) * UINT64_C(0xFF51AFD7ED558CCD);
    h += (clocks ^ clocks >> 30) * UINT64_C(0xC4CEB9FE1A85EC53);
    h += (rest ^ rest >> 28) * UINT64_C(0xD6E8FEB86659FD93);
    h = (h ^ h >> 32) * UINT64_C(0x87C37B91114253D5);
    return (uint32_t)(h >> 32) | 1;
}

#endif

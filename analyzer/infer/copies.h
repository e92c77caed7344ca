/* copies.h: the same packet captured twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_COPIES_H
#define TCPS_COPIES_H

#include "infer/endpoint.h"
#include "rfc/segment.h"

/* How long after a frame the same content is taken for a second copy of it, in ms; -1: never. An IP identification or timestamps tell
 * packets from each other; where there is neither (an identification of 0 is none), one ACK or RST is like
 * another, unless other frames of the connection are doubled. */
static inline int segment_copy_ms(const tcps_segment *s, bool doubled)
{
    if (segment_has(s, TCPS_HAS_IP_ID) && s->ip_id)
        return TCPS_COPY_MS;
    if (s->len == 0 && !(s->flags & (TCPS_SYN | TCPS_FIN)))
        return doubled ? TCPS_COPY_OF_UNNUMBERED_MS : -1;
    return segment_has(s, TCPS_HAS_TIMESTAMPS) ? TCPS_COPY_MS : TCPS_COPY_OF_UNNUMBERED_MS;
}

/* Has this very packet been captured before, of those that its sender e sent last? Remembers it if not. doubled: others of the connection
 * have been. */
static inline bool segment_is_copy(const tcps_segment *s, tcps_endpoint *e, bool doubled)
{
    const int limit = segment_copy_ms(s, doubled);
    if (limit < 0)
        return false;
    const uint32_t now = tcps_milliseconds(s->time_ns), print = segment_fingerprint(s);
    for (unsigned i = 0; i < TCPS_MAX_PRINTS; i++)
        if (e->fingerprints[i] == print && now - e->print_ms[i] <= (uint32_t)limit)
            return true;
    e->fingerprints[e->next_print] = print;
    e->print_ms[e->next_print] = now;
    e->next_print = (uint8_t)((e->next_print + 1) % TCPS_MAX_PRINTS);
    return false;
}

#endif

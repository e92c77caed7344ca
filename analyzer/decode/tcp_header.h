/* tcp_header.h: the bytes of a TCP header, to the analyzer's segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TCP_HEADER_H
#define TCPS_TCP_HEADER_H

#include "rfc/tcpstate.h"

G_BEGIN_DECLS

enum { TCPS_TCP_LONGEST_HEADER = 60 };

/* Of the header, and what follows, `captured` bytes are at p, out of `reported` on the wire. False where it is no segment: too
 * little was captured, or the lengths contradict each other. Sets neither time, frame nor IP identification. */
bool tcps_tcp_header_read(const uint8_t *p, size_t captured, uint32_t reported, tcps_segment *segment,
                          uint16_t *src_port, uint16_t *dst_port);

/* Of such a segment, TCPS_SUM_OPEN or DONE. The addresses have so many bytes, 4 or 16; of others nothing is known. */
uint8_t tcps_sum_of(const uint8_t *p, size_t captured, uint32_t reported, const uint8_t *src, const uint8_t *dst,
                    unsigned bytes);

/* The header stood in an IP packet's first fragment: how much follows it is not known. */
void tcps_segment_of_fragment(tcps_segment *segment);

G_END_DECLS
#endif

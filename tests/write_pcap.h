/* write_pcap.h: segments into a capture file, each an IPv4 packet in an Ethernet frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_WRITE_PCAP_H
#define TEST_WRITE_PCAP_H

#include <stdio.h>

#include "rfc/tcpstate.h"

/* NULL where the file cannot be written. Close with fclose. */
FILE *write_pcap_open(const char *file);

void write_pcap_segment(FILE *to, const tcps_address *src, const tcps_address *dst, const tcps_segment *segment);
/* "Port unreachable" from dst, about the segment with this number that src sent to it; or "host unreachable", which is not hard. */
void write_pcap_unreachable(FILE *to, const tcps_address *src, const tcps_address *dst, uint32_t seq, bool hard,
                            int64_t time_ns);
/* A frame that is nobody's: time has passed. */
void write_pcap_tick(FILE *to, int64_t time_ns);

#endif

/* segment_from_tvb.h: a TCP header as Wireshark holds it, to the analyzer's segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_SEGMENT_FROM_TVB_H
#define TCPSTATE_SEGMENT_FROM_TVB_H

#include "compat.h"

#include "rfc/tcpstate.h"

/* Reads the TCP header that tvb begins with. ip is what the IP dissector hands down: an IPv4 or IPv6 header, or NULL.
 * False where it is no segment: too little was captured, or the lengths contradict each other. Sets neither time nor
 * frame. */
bool segment_from_tvb(tvbuff_t *tvb, const packet_info *pinfo, const void *ip, tcps_segment *segment,
                      uint16_t *src_port, uint16_t *dst_port);

/* The interface that it was captured at (points/point_map.h). False: nothing tells. */
bool interface_of_tvb(tvbuff_t *tvb, const packet_info *pinfo, unsigned *interface);

/* An address of Wireshark's and a port. */
tcps_address address_from_wireshark(const address *from, uint16_t port);

#endif

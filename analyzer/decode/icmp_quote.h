/* icmp_quote.h: the TCP segment that an ICMP error quotes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ICMP_QUOTE_H
#define TCPS_ICMP_QUOTE_H

#include "rfc/tcpstate.h"

G_BEGIN_DECLS

typedef struct {
    tcps_address src, dst; /* of the quoted segment */
    uint32_t seq;
    bool hard; /* as Linux counts it: the destination cannot be reached, now or later */
} tcps_icmp_quote;

/* Bytes of a message to look at: IPv6 extension headers may come before the segment. */
enum { TCPS_ICMP_ENOUGH = 512 };

/* Reads an ICMP (IPv4) or ICMPv6 message. False where it is no error or quotes no TCP segment: a quoted tunnel packet is an
 * error of the tunnel, not of the TCP connection inside. */
bool tcps_icmp_quote_read(const uint8_t *message, size_t captured, bool v6, tcps_icmp_quote *quote);

G_END_DECLS
#endif

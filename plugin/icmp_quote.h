/* icmp_quote.h: the TCP segment that an ICMP error quotes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ICMP_QUOTE_H
#define TCPSTATE_ICMP_QUOTE_H

#include "compat.h"

#include "tcpstate.h"

typedef struct {
    tcps_address src, dst; /* of the quoted segment */
    uint32_t seq;
    bool hard; /* as Linux counts it: the destination cannot be reached, now or later */
} icmp_quote;

/* Reads the ICMP (IPv4) or ICMPv6 message that tvb begins with. False where it is no error or quotes no TCP segment: a
 * quoted tunnel packet is an error of the tunnel, not of the TCP connection inside. */
bool icmp_quote_from_tvb(tvbuff_t *tvb, bool v6, icmp_quote *quote);

#endif

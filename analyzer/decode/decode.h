/* decode.h: the TCP segments, and the ICMP errors that quote some, in a captured frame.
 *
 * It reads no more of a frame than it takes to find them: Ethernet, VLAN tags, MPLS, PPPoE, Linux cooked, loopback and raw IP; IPv4
 * and IPv6 with extension headers, in each other, in GRE and in VXLAN. Bytes are never trusted: any input is taken. Lengths count as
 * in Wireshark's dissectors, so that both find the same segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_DECODE_H
#define TCPS_DECODE_H

#include "decode/icmp_quote.h"
#include "rfc/tcpstate.h"

G_BEGIN_DECLS

typedef enum {
    TCPS_LINK_UNKNOWN, /* another one: nothing is found */
    TCPS_LINK_ETHERNET,
    TCPS_LINK_LINUX_COOKED,
    TCPS_LINK_LINUX_COOKED_2,
    TCPS_LINK_NULL, /* BSD loopback: the family in the byte order of the host that captured */
    TCPS_LINK_LOOP, /* the same in network byte order */
    TCPS_LINK_IP,   /* IPv4 or IPv6, by its version */
    TCPS_LINK_PPP,
    TCPS_N_LINKS
} tcps_link;

/* A captured frame; `reported` is its length on the wire. */
typedef struct {
    tcps_link link;
    const uint8_t *bytes;
    uint32_t captured, reported;
    uint8_t mark;   /* tcps_mark, as the file marks it; a cooked capture marks each frame itself */
    bool passes_on; /* the host that captured passes on what comes there: marks are not told */
} tcps_frame;

/* What is found, in order. Neither time nor frame are set in segments: that is for whom they are given to. */
typedef struct {
    void (*segment)(const tcps_address *src, const tcps_address *dst, tcps_segment *segment, void *data);
    void (*icmp_error)(const tcps_icmp_quote *quote, void *data);
    void *data;
} tcps_decode_sink;

/* Keeps IP fragments whose datagrams are not complete yet: a bounded number of them. */
typedef struct tcps_decoder tcps_decoder;

/* Never NULL; tcps_decoder_free takes NULL. */
tcps_decoder *tcps_decoder_new(void);
void tcps_decoder_free(tcps_decoder *decoder);

/* Frames are to come in the order of the capture: a datagram is found in the frame with which it is complete. */
void tcps_decode(tcps_decoder *decoder, const tcps_frame *frame, const tcps_decode_sink *sink);

G_END_DECLS
#endif

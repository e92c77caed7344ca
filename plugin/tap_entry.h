/* tap_entry.h: what the tap "tcpstate" tells those who listen to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TAP_ENTRY_H
#define TCPSTATE_TAP_ENTRY_H

#include "compat.h"

#include "rfc/tcpstate.h"

/* What the tap tells its listeners: one for each entry of a frame, on each visit of it. Findings are in the session's
 * history. */
typedef struct {
    bool is_segment;      /* false: an ICMP error that changed states */
    tcps_segment segment; /* with time and frame; of an ICMP error, nothing else but the quoted seq */
    uint32_t stream;      /* tcp.stream; or TCPS_NO_STREAM */
    tcps_observation observation;
    tcps_address client, server;
} tap_entry;

/* Lives as long as the frame's dissection. src sent to dst what the segment says, or what the ICMP
 * error quotes. */
const tap_entry *tap_entry_new(packet_info *pinfo, const tcps_observation *observation, const tcps_segment *segment,
                               const tcps_address *src, const tcps_address *dst, bool is_segment);

/* Finds Wireshark's own tap, whose data it asks for. */
void tap_entry_register(void);

#endif

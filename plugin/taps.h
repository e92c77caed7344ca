/* taps.h: the tap "tcpstate", and the statistics that listen to it: -z tcpstate with ladder, connections or
 * neither.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TAPS_H
#define TCPSTATE_TAPS_H

#include "compat.h"

#include "record/history.h"
#include "report/statistic.h"

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

/* What reports say of the capture that is open. */
tcps_capture taps_capture(void);

/* Registers the -z options. */
void taps_register(void);

/* At the end of the program: the exit status, where a statistic has failed after it was accepted. */
void taps_register_exit(void);

#endif

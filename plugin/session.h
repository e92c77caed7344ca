/* session.h: the capture that is open: its analyzer, and the history of what the analyzer said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_SESSION_H
#define TCPSTATE_SESSION_H

#include "compat.h"

#include "decode/icmp_quote.h"
#include "hosts/homes.h"
#include "record/history.h"
#include "rfc/tcpstate.h"

/* Has Wireshark open and close a session with each capture (or redissection of one). */
void session_register(void);

/* The path of a segment; false where no capture is open. */
bool session_path(const tcps_address *src, const tcps_address *dst, tcps_path *path);
/* At which capture point the frame was captured; its interface tells, where several of them see the same segments. segment: one that it
 * holds, which loses its mark where that does not tell; NULL: none. */
uint8_t session_point(const packet_info *pinfo, tvbuff_t *tvb, tcps_segment *segment);
/* A segment follows on it, in a frame that is treated like the last one: tcps_analyzer_expect. */
void session_expect(tcps_path *path, tcps_turn turn);

/* The frame's first visit begins. Its segments and ICMP errors follow, in order; a segment is given the frame's time and number.
 * `later`: they wait for the analyzer until someone wants to know. That costs far less than to analyze them between two frames of
 * Wireshark's, and where nobody ever wants to know, it is all. */
void session_begin_frame(const packet_info *pinfo, bool later);
void session_segment(const tcps_path *path, tcps_segment *segment);
void session_icmp_error(const tcps_icmp_quote *quote);

/* So many wait that they should wait no longer: else who looks at the first one would wait, too. */
bool session_is_full(void);

/* All frames have been visited. May be called again; and where frames follow nevertheless, they are taken. */
void session_finish(void);

/* A frame is visited that was visited before. Where Wireshark dissects a whole capture anew (preferences, ignored packets), it
 * does not say when it is through; but it has come to the frame that the capture ended with. */
void session_visit_again(void);

/* Some frame was visited again before all had been visited: Wireshark shows a capture that goes on. */
bool session_was_shown_early(void);

/* This and the next one have the analyzer take what waits first. NULL before the first capture. */
const tcps_history *session_history(void);
/* A finding that was raised since the last one was taken; NULL: none was. */
const tcps_finding *session_take_finding(void);

/* At which hosts the capture was made, as far as it was analyzed; NULL before the first capture. */
const tcps_homes *session_homes(void);

/* When the capture began; time and number of the last frame that was visited for the first time. */
int64_t session_first_ns(void);
int64_t session_now_ns(void);
uint32_t session_last_frame(void);

/* A frame's time as the analyzer counts it. */
int64_t frame_time_ns(const packet_info *pinfo);

#endif

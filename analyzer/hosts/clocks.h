/* clocks.h: the timestamps of a host's SYNs that a service has answered (RFC 7323).
 *
 * Several hosts behind one address have clocks of their own; a service that keeps the newest timestamp of each address drops the SYNs of
 * those that are behind. So much is remembered as tells that: of one host and service the newest run of SYNs that one clock has
 * stamped. There is room for so many of them; a new one takes the place of one that has the same place.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CLOCKS_H
#define TCPS_CLOCKS_H

#include "rfc/tcpstate.h"

typedef struct {
    tcps_address host; /* its port is 0 */
    tcps_address service;
    int64_t first_ns, newest_ns; /* when the first and the newest SYN of the run were answered */
    uint32_t first_ts, newest_ts;
    uint32_t n;         /* SYNs of the run; 0: none */
    uint16_t newest_of; /* the port that the newest came from */
    bool went_back;     /* one was answered that was behind the one before: what is behind is not dropped */
} tcps_clock;

typedef struct tcps_clocks tcps_clocks;

tcps_clocks *tcps_clocks_new(void);
void tcps_clocks_free(tcps_clocks *clocks);

/* The service has answered a SYN of that end with this timestamp. */
void tcps_clocks_note(tcps_clocks *clocks, const tcps_address *end, const tcps_address *service, uint32_t ts,
                      int64_t time_ns);
/* NULL: none is known. */
const tcps_clock *tcps_clocks_get(const tcps_clocks *clocks, const tcps_address *end, const tcps_address *service);

/* What the clock showed at that time, as its run tells; with n > 1. */
uint32_t tcps_clock_at(const tcps_clock *clock, int64_t time_ns);

#endif

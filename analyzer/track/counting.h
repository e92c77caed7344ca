/* counting.h: the sockets of a connection in the tallies of its hosts (hosts/socket_counts.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_COUNTING_H
#define TCPS_COUNTING_H

#include "infer/connection.h"

typedef struct {
    tcps_tallies *tallies;
    const tcps_config *config;
    tcps_moment now;
    int64_t look_ns; /* when it is to be looked at again, as far as counting goes; INT64_MAX: never */
} tcps_counting;

/* Brings the tallies up to the states shown. Returns whether the connection has come to another stage: it opens, is open, is over. */
bool tcps_count_states(tcps_counting *counting, tcps_connection *c);
/* A service's sockets that wait for the handshake's last ACK, neither for a moment only nor for ever. */
void tcps_count_half_open(tcps_counting *counting, tcps_connection *c);
/* What the segment shows of a service: it has answered a SYN, or a SYN comes again. */
void tcps_count_segment(tcps_tallies *tallies, const tcps_connection *c, const tcps_segment *s,
                        const tcps_observation *o);
/* By what its ends are counted as. */
bool tcps_counted_over(const tcps_connection *c);

/* How many sockets its hosts have now, by role; none before the first segment. */
void tcps_count_gauges(const tcps_connection *c, tcps_gauges gauges[2]);

/* Its ends are counted already, as what is shown of them. */
void tcps_count_known(tcps_tallies *tallies, tcps_connection *c);
/* Of a connection that a SYN is all of, the client's host need not be counted for now: what is read of a host's sockets, they are in later
 * states. The connection is not used any more; tcps_count_known makes up for it. */
void tcps_count_lay_by(tcps_tallies *tallies, const tcps_connection *c);

#endif

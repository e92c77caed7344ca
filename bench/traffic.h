/* traffic.h: segments of many normal connections at once, made up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include "rfc/tcpstate.h"

/* Connections to one service, from many hosts: three segments to open, data and its ACKs by turns, four to close. */
typedef struct {
    unsigned connections;
    unsigned segments; /* of each connection, at least 7 */
    unsigned at_once;  /* how many connections are under way at the same time; they take turns */
    int64_t step_ns;   /* from one segment to the next */
} traffic;

typedef struct {
    tcps_address src, dst;
    tcps_segment segment;
} traffic_segment;

/* The segment with number n, from 0, of connections * segments. */
void traffic_at(const traffic *t, uint64_t n, traffic_segment *s);

#endif

/* openings.h: how many connections a service was asked for of late, by how many hosts, and how many of them have gone on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_OPENINGS_H
#define TCPS_OPENINGS_H

#include "rfc/tcpstate.h"

/* The newest time in slots, and of each what was asked then. */
#define TCPS_OPENING_SLOTS 32
#define TCPS_OPENING_SLOT_NS INT64_C(50000000)

typedef struct tcps_openings {
    uint32_t slot_asked[TCPS_OPENING_SLOTS];
    uint32_t slot_went_on[TCPS_OPENING_SLOTS];  /* of those, whenever they did */
    uint64_t slot_hosts[TCPS_OPENING_SLOTS][4]; /* a bit for each host, by its hash */
    uint32_t all_asked, all_went_on;            /* the slots together */
    int64_t newest;                             /* the number of the newest slot, by the capture's time */
    /* since it was last quiet for as long as the slots are together */
    uint32_t asked, answered, went_on, again; /* SYNs sent again, too */
    uint32_t first_frame;
    int64_t first_ns;
} tcps_openings;

/* Asked for a connection by that end. */
void tcps_openings_ask(tcps_openings *openings, const tcps_address *client, int64_t time_ns, uint32_t frame);
/* One that was asked for then has gone on: the handshake is complete, or was refused. */
void tcps_openings_go_on(tcps_openings *openings, int64_t asked_ns);

/* Of those that were asked for longer ago than so many slots. */
typedef struct {
    uint32_t asked, went_on;
} tcps_openings_sum;
tcps_openings_sum tcps_openings_before(const tcps_openings *openings, unsigned slots, int64_t now_ns);
/* By how many hosts: at least, and no more than 256. */
unsigned tcps_openings_hosts_before(const tcps_openings *openings, unsigned slots, int64_t now_ns);

#endif

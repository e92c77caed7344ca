/* socket_counts.h: how many sockets of one endpoint are in which state, now and at most.
 *
 * An endpoint here is what an operator counts sockets of: a service (address and port of a server) or a client host (its
 * address alone, for its ports are ephemeral).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SOCKET_COUNTS_H
#define TCPS_SOCKET_COUNTS_H

#include "hosts/clocks.h"
#include "hosts/homes.h"
#include "hosts/openings.h"
#include "rfc/tcpstate.h"

/* How often something happens: in the second that began with the first of them, and at most. */
typedef struct {
    int64_t second_ns;
    uint32_t n;
    uint32_t peak;
    int64_t peak_ns; /* when the busiest second began */
} tcps_rate;

/* Of the sockets in one state. */
typedef struct {
    int64_t peak_ns; /* when the peak was first reached */
    uint32_t now;
    uint32_t peak;
    uint32_t peak_frame;
} tcps_in_state;

/* Most hosts have sockets in a few states only: so many have their place in the tally itself. */
#define TCPS_USUAL_STATES 2

typedef struct tcps_tally {
    tcps_address address;          /* port 0 for a client host; first: the key */
    uint8_t role;                  /* tcps_role of its ends */
    uint8_t places[TCPS_N_STATES]; /* in usual, then in others, and 1; 0: never any */
    uint8_t n_states;
    bool disorder;           /* segments to or from it overtake each other, or get lost, beyond the capture point */
    bool outlives_rst;       /* its TIME_WAIT was seen to stay after a RST (RFC 1337) */
    bool answers;            /* of a service: it was seen to send data */
    bool takes_syns;         /* of a service: it has answered its newest SYN, and neither refused nor left one since */
    bool leaves_bare_acks;   /* of a service: it was seen to leave an ACK without data that completes a handshake */
    uint8_t takes_syns_with; /* of a service: it has answered first SYNs with these (TCPS_SYN_WITH_...) */
    uint32_t number;         /* in the order of all of them, from 0 */
    uint32_t opened;         /* incarnations */
    uint32_t closed;         /* incarnations that came to CLOSED or TIME_WAIT at this end */
    uint32_t half_open;      /* of a service: now in SYN_RCVD, for longer than a round trip takes, and not given up */
    uint32_t half_answered;  /* of those: the service's SYN+ACK was captured */
    uint16_t unaccepted;     /* of a service at home: connections that no data or FIN of it shows to be accepted */
    uint16_t held;           /* so many of those at once its accept queue was seen to hold */
    int64_t answered_ns;     /* of a service: when it last answered a SYN; 0: it has not */
    tcps_openings *openings; /* of a service that has been asked for a few; NULL: none */
    uint64_t raised;         /* bit per rule that speaks of the endpoint as a whole */
    tcps_gauges gauges;      /* what of its counts is shown with each segment */
    tcps_in_state usual[TCPS_USUAL_STATES];
    tcps_in_state *others; /* NULL: none */
    /* in reports only; those of an analyzer end here */
    int64_t first_ns, last_ns;
    uint32_t first_frame; /* of its first connection */
    tcps_rate opening, closing;
} tcps_tally;

typedef struct tcps_tallies tcps_tallies;

/* for_reports: else they have nothing of what is in reports only. */
tcps_tallies *tcps_tallies_new(bool for_reports);
void tcps_tallies_free(tcps_tallies *tallies);

/* The tally of that end; made at need. Lives as long as the tallies. */
tcps_tally *tcps_tallies_of(tcps_tallies *tallies, const tcps_address *address, tcps_role role);
/* The same; NULL: none was made. */
tcps_tally *tcps_tallies_find(const tcps_tallies *tallies, const tcps_address *address, tcps_role role);
/* Forgets it. */
void tcps_tallies_drop(tcps_tallies *tallies, tcps_tally *tally);
/* All of them, in the order in which they were made; if one was dropped, in any. */
unsigned tcps_tallies_count(const tcps_tallies *tallies);
const tcps_tally *tcps_tallies_get(const tcps_tallies *tallies, unsigned n);
/* The same, to count in. */
tcps_tally *tcps_tallies_numbered(const tcps_tallies *tallies, uint32_t number);

/* At which hosts the capture was made; as long as the tallies live. */
tcps_homes *tcps_tallies_homes(const tcps_tallies *tallies);

/* What is known of the clocks of hosts, for as long as the tallies live; NULL: nothing. And to write to; made at need. */
const tcps_clocks *tcps_tallies_clocks(const tcps_tallies *tallies);
tcps_clocks *tcps_tallies_need_clocks(tcps_tallies *tallies);

/* Is it the first time that this key is asked for, of the few thousand that are remembered? */
bool tcps_tallies_first_of(tcps_tallies *tallies, uint64_t key);

/* The service is asked for one more connection. */
void tcps_tally_ask(tcps_tally *service, const tcps_address *client, int64_t time_ns, uint32_t frame);

/* How many are in that state. */
static inline const tcps_in_state *tcps_tally_of(const tcps_tally *t, unsigned state)
{
    static const tcps_in_state none;
    const unsigned place = t->places[state];
    if (place == 0)
        return &none;
    return place <= TCPS_USUAL_STATES ? &t->usual[place - 1] : &t->others[place - 1 - TCPS_USUAL_STATES];
}

/* A socket moves from one state to another; UNKNOWN is not counted. */
void tcps_tally_move(tcps_tally *tally, tcps_state from, tcps_state to, int64_t time_ns, uint32_t frame);

void tcps_rate_count(tcps_rate *rate, int64_t time_ns);

#endif

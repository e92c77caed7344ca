/* connection.h: two endpoints, their roles, and one incarnation of their connection after another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CONNECTION_H
#define TCPS_CONNECTION_H

#include "hosts/socket_counts.h"
#include "infer/endpoint.h"
#include "rfc/tcpstate.h"

/* A SYN that the peer has not accepted yet, on a pair of ends whose last incarnation is not over. */
typedef struct {
    bool active;
    uint8_t from; /* index into ends */
    uint32_t iss;
    uint32_t tsval;
    uint32_t frame;
    int64_t time_ns;
    uint16_t syns;
    bool has_ts;
    uint32_t refused_frame; /* TIME_WAIT answered it with an ACK; 0: it has not */
} tcps_attempt;

/* How the incarnation before this one ended, by index into ends. */
typedef struct {
    bool any;
    bool loss; /* the capture missed segments of it */
    uint8_t state[2];
    uint32_t since_frame[2];
    int64_t since_ns[2];
    uint32_t last_frame;
    int64_t last_ns;
    tcps_attempt attempt; /* of this incarnation, while the one before still stood; if active */
} tcps_previous;

typedef struct tcps_connection {
    /* What every segment asks for comes first: two lines of a processor's cache, and two of each end */
    _Alignas(TCPS_CACHE_LINE) tcps_address addresses[2]; /* first: the key in the table of connections */
    int64_t last_ns;                                     /* last segment, either way */
    uint32_t last_frame;
    uint32_t index; /* over incarnations */
    uint8_t client; /* index into ends */
    uint8_t role_basis;
    uint8_t closed_by;
    uint8_t challenged; /* index into ends + 1: it has been sent a SYN or RST that draws a challenge ACK */
    uint8_t misfits;    /* segments in a row that fit nothing known */
    bool self;          /* both ends are one socket */
    bool used;          /* an incarnation has begun */
    bool begun;         /* this very segment began it */

    /* where its ends are counted, by index into ends, and as what */
    tcps_tally *tallies[2];
    tcps_attempt attempt;
    int64_t last_data_ns; /* last new payload, either way; with last_data_frame */
    uint32_t last_data_frame;
    uint8_t counted[2];
    bool half_open;     /* counted in the server's tally->half_open */
    bool half_answered; /* and in half_answered */

    /* and what those ask for that change a state */
    tcps_analyzer *analyzer;
    uint64_t raised; /* bit per rule: already raised for this incarnation */
    int64_t first_ns;
    uint32_t first_frame;
    bool gone[2];    /* counted as closed */
    bool counting;   /* this incarnation is in the tallies */
    bool loss;       /* the capture misses segments */
    bool mid_stream; /* began before the capture */
    uint8_t rst_by;  /* index into ends + 1; 0: no RST that was taken */
    uint8_t unseen;  /* index into ends + 1: its peer has acknowledged what was not captured of it; 0: none */
    /* store.c's: whether it was packed before, its number, and its place among those awake */
    bool slept;
    uint32_t number;
    struct tcps_connection *newer, *older;

    tcps_endpoint ends[2]; /* in the order of addresses[] */
    tcps_previous previous;
} tcps_connection;

/* The next segment, from the end with index `from`. Returns the triggers that occurred (TCPS_WHEN_..., rule.h). */
unsigned tcps_connection_segment(tcps_connection *c, const tcps_config *config, unsigned from, const tcps_segment *s,
                                 tcps_observation *o);
/* A hard ICMP error came back for a segment of the end with index `from`. */
void tcps_connection_unreachable(tcps_connection *c, unsigned from, const tcps_segment *quoted, bool hard,
                                 tcps_observation *o);
/* Timers that have run out by then. */
void tcps_connection_elapse(tcps_connection *c, const tcps_config *config, tcps_moment at);

/* The tally of the end with that role; NULL before the first segment. */
static inline tcps_tally *tcps_connection_tally(const tcps_connection *c, tcps_role role)
{
    return c->tallies[role == TCPS_CLIENT ? c->client : 1 - c->client];
}

static inline tcps_endpoint *tcps_connection_end(tcps_connection *c, tcps_role role)
{
    return &c->ends[role == TCPS_CLIENT ? c->client : 1 - c->client];
}

#endif

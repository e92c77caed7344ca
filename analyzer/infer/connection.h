/* connection.h: two endpoints, their roles, and one incarnation of their connection after another.
 *
 * What holds:
 *  1. ends[] are in the order of addresses[]; of a socket connected to itself, ends[1] is not used.
 *  2. Where there is a rival, the incarnation that it stands beside is not known to be over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CONNECTION_H
#define TCPS_CONNECTION_H

#include "hosts/socket_counts.h"
#include "infer/endpoint.h"
#include "rfc/tcpstate.h"

/* What a segment is an occasion for: rules name those at which they want to be asked (rule.h). */
enum {
    TCPS_WHEN_CHANGE = 0x01,  /* a state changed */
    TCPS_WHEN_SYN = 0x02,     /* a segment with SYN */
    TCPS_WHEN_FIN = 0x04,     /* a segment with FIN */
    TCPS_WHEN_RST = 0x08,     /* a segment with RST */
    TCPS_WHEN_REPEAT = 0x10,  /* something was sent again, or came late, twice or out of place */
    TCPS_WHEN_CLOSING = 0x20, /* any segment once a FIN was sent */
    TCPS_WHEN_DUE = 0x40,     /* the time asked for has come, or another was waited for; with no segment */
    TCPS_WHEN_END = 0x80,  /* the capture is over, or a new incarnation takes the place of this one; may come again */
    TCPS_WHEN_LOSS = 0x100 /* the capture turns out to have missed a segment, for the first time */
};
enum { TCPS_N_TRIGGERS = 9 };

/* A second incarnation beside one that is not known to be over: its SYN was captured, and the peer has not accepted it yet. Which of the
 * two a segment belongs to, its numbers tell. An end has a socket of one of them only: the peer, that of the older one as long as it
 * is not over there. */
typedef struct {
    tcps_endpoint ends[2]; /* in the order of addresses[] */
    uint8_t from;          /* index into ends: the sender of the SYN */
    bool has_index;
    bool challenged; /* its peer has answered with an ACK of the older one, and its sender has not spoken since */
    uint32_t index;  /* of the incarnation, with has_index: else it gets one when it is accepted */
    uint32_t refused_frame; /* TIME_WAIT answered it with an ACK; 0: it has not */
} tcps_rival;

/* By what the SYN of the second incarnation is no newer than the older one (RFC 6191); both, or neither as far as is known. */
enum { TCPS_OLDER_BY_NUMBER = 1, TCPS_OLDER_BY_TIMESTAMP = 2 };

/* An end as it was in the last incarnation, where that is not known for certain to be over there: its ACK of the old numbers shows that
 * it still holds it. */
typedef struct {
    tcps_endpoint end;
    uint8_t which; /* index into ends */
} tcps_older;

/* How the incarnation before this one ended, by index into ends; and the SYN of this one while the one before still stood. */
typedef struct {
    bool any;
    bool loss; /* the capture missed segments of it */
    uint8_t state[2];
    bool certain[2]; /* it was in that state for certain */
    uint32_t since_frame[2];
    int64_t since_ns[2];
    uint32_t last_frame;
    int64_t last_ns;
    bool rivalled;        /* the SYN of this incarnation was a rival of that one */
    uint8_t rival_from;   /* with rivalled */
    uint32_t rival_frame; /* its first SYN */
    int64_t rival_ns;
    uint32_t rival_refused_frame; /* 0: TIME_WAIT did not refuse it */
    uint8_t rival_older_by;       /* TCPS_OLDER_BY_... */
} tcps_previous;

typedef struct tcps_connection {
    /* What every segment asks for comes first: two lines of a processor's cache, and two of each end */
    _Alignas(TCPS_CACHE_LINE) tcps_address addresses[2]; /* first: the key in the table of connections */
    int64_t last_ns;                                     /* last segment, either way */
    uint32_t index;                                      /* over incarnations */
    uint32_t last_frame;
    uint8_t client; /* index into ends */
    uint8_t role_basis;
    uint8_t closed_by;
    uint8_t challenged;   /* index into ends + 1: it has been sent a SYN or RST that draws a challenge ACK */
    uint8_t misfits;      /* segments in a row that fit nothing known */
    bool self;            /* both ends are one socket */
    bool used;            /* an incarnation has begun */
    bool begun;           /* this very segment began it */
    bool lone;            /* store.c's: its first segment is a SYN, and it was not asked for since */
    bool doubled;         /* frames of it were captured twice */
    uint8_t marks;        /* homing.c's: of each end, what its segments were marked with (tcps_mark), four bits each */
    uint8_t open_sums[2]; /* the same: so many of them in a row came without their checksum; saturates */
    bool on_path;         /* it was told that the capture was made on the path */
    bool voted;           /* and it was asked at which of its ends the capture was made */
    uint32_t homes_version; /* of what at_home of its ends says */

    /* where its ends are counted, by index into ends, and as what */
    tcps_tally *tallies[2];
    int64_t last_data_ns; /* last new payload, either way; with last_data_frame */
    uint32_t last_data_frame;
    uint8_t counted[2];
    bool half_open;     /* counted in the server's tally->half_open */
    bool half_answered; /* and in half_answered */

    /* and what those ask for that change a state */
    tcps_rival *rival; /* NULL: none */
    tcps_older *older; /* NULL: none */
    uint64_t raised;   /* bit per rule: already raised for this incarnation; track/ keeps it */
    int64_t first_ns;
    uint32_t first_frame;
    bool gone[2];    /* counted as closed */
    bool counting;   /* this incarnation is in the tallies */
    bool loss;       /* the capture misses segments */
    bool mid_stream; /* began before the capture */
    uint8_t rst_by;  /* index into ends + 1; 0: no RST that was taken */
    uint8_t unseen;  /* index into ends + 1: its peer has acknowledged what was not captured of it; 0: none */
    /* a segment that fitted nothing, which the peer's next one may confirm: then the capture has a gap */
    uint8_t strange_from; /* index into ends + 1; 0: none */
    uint32_t strange_seq, strange_end, strange_ack;
    /* store.c's: its number */
    uint32_t number;
    uint32_t stale_frame; /* the newest segment with data that its receiver had acknowledged before; 0: none */
    uint16_t held_as;     /* at home: its place among those that its service has not accepted yet; 0: it has none */
    uint8_t not_got;      /* index into ends + 1: at home, and has not got what was captured on its way; 0: none */

    const tcps_previous *previous; /* never NULL */

    tcps_endpoint ends[2]; /* in the order of addresses[] */
} tcps_connection;

/* Of a connection's first incarnation. */
extern const tcps_previous tcps_no_previous;

/* What stands above asks the engine for: each is called with what was given. */
typedef struct {
    /* The incarnation gives way to a new one: the last look at it. */
    void (*replaced)(void *data, tcps_connection *connection);
    /* The index of the next incarnation. */
    uint32_t (*next_index)(void *data);
    void *data;
    const tcps_tallies *tallies; /* what is known of hosts; NULL: nothing, and what is at home stays so */
    const tcps_config *config;   /* with tallies */
} tcps_incarnations;

/* The next segment, from the end with index `from`. Returns the triggers that occurred (TCPS_WHEN_...). */
unsigned tcps_connection_segment(tcps_connection *c, const tcps_config *config, const tcps_incarnations *incarnations,
                                 unsigned from, const tcps_segment *s, tcps_observation *o);
/* SYN has crossed SYN: nobody is the server, and "client" is whose was captured first. */
static inline bool tcps_connection_crossed(const tcps_connection *c)
{
    const tcps_endpoint *one = &c->ends[0], *other = &c->ends[1];
    return one->syn_sent && other->syn_sent && !one->passive && !other->passive;
}

/* As tcps_observation has it. Where nobody is the server, no role names a place. */
static inline uint8_t tcps_connection_captured_at(const tcps_connection *c, unsigned client)
{
    if (c->on_path)
        return TCPS_AT_PATH;
    if (tcps_connection_crossed(c) && !c->self)
        return 0;
    const bool self = c->self && c->ends[0].at_home;
    return (uint8_t)((c->ends[client].at_home ? TCPS_AT_CLIENT : 0) |
                     (c->ends[1 - client].at_home || self ? TCPS_AT_SERVER : 0));
}
/* That end, at home, has taken the SYN that was just sent to it. */
void tcps_connection_took_syn(tcps_connection *c, unsigned end, tcps_moment at);
/* The capture was not made at that end's host, after all. */
void tcps_connection_leave_home(tcps_connection *c, unsigned end);
/* It does not wait to be accepted any more. */
void tcps_connection_leave_queue(tcps_connection *c);
/* An ICMP error came back for a segment of the end with index `from`. */
void tcps_connection_unreachable(tcps_connection *c, unsigned from, const tcps_segment *quoted, bool hard,
                                 tcps_observation *o);
/* Timers that have run out by then. */
void tcps_connection_elapse(tcps_connection *c, const tcps_config *config, tcps_moment at);
/* Gives back what it does not need any more; with tcps_connection_clear, all that it holds. */
void tcps_connection_rest(tcps_connection *c);
/* Of a connection with a second incarnation: TCPS_OLDER_BY_... */
uint8_t tcps_connection_rival_older_by(const tcps_connection *c);
/* The second incarnation, and what is left of the last one, are none after all. */
void tcps_connection_drop_rival(tcps_connection *c);
void tcps_connection_drop_older(tcps_connection *c);
void tcps_connection_init(tcps_connection *c, const tcps_address addresses[2], tcps_endpoint_memory *memory);
void tcps_connection_clear(tcps_connection *c);

/* The tally of the end with that role; NULL before the first segment. */
static inline tcps_tally *tcps_connection_tally(const tcps_connection *c, tcps_role role)
{
    return c->tallies[role == TCPS_CLIENT ? c->client : 1 - c->client];
}

static inline const tcps_endpoint *tcps_connection_end(const tcps_connection *c, tcps_role role)
{
    return &c->ends[role == TCPS_CLIENT ? c->client : 1 - c->client];
}

#endif

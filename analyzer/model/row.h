/* row.h: one incarnation of a connection, as reports see it: what it was, how it went and ended.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ROW_H
#define TCPS_ROW_H

#include "hosts/socket_counts.h"
#include "model/time_in_state.h"
#include "model/zeek.h"
#include "rfc/why.h"

G_BEGIN_DECLS

/* How a connection ended, or stood at the end of the capture; in the order in which reports list them. */
typedef enum {
    TCPS_OUTCOME_CLOSED,      /* both FINs, both acknowledged */
    TCPS_OUTCOME_CLOSING,     /* both FINs, not both acknowledged */
    TCPS_OUTCOME_HALF_CLOSED, /* one FIN */
    TCPS_OUTCOME_OPEN,
    TCPS_OUTCOME_RESET,
    TCPS_OUTCOME_REFUSED,
    TCPS_OUTCOME_UNREACHABLE, /* by an ICMP error */
    TCPS_OUTCOME_UNANSWERED,  /* SYN, and nothing came back */
    TCPS_OUTCOME_HALF_OPEN,   /* a handshake that was not completed */
    TCPS_OUTCOME_STRAY,       /* segments without a connection that could be told: backscatter, probes */
    TCPS_N_OUTCOMES
} tcps_outcome;

/* One segment, or ICMP error, as the ladder shows it. */
typedef struct {
    int64_t time_ns;
    uint32_t frame;
    uint32_t seq, ack, len;
    uint16_t flags;
    bool icmp;      /* an ICMP error: of the numbers there is seq alone, the quoted segment's */
    uint8_t sender; /* tcps_role; of an ICMP error, the end that it comes from or from the way to */
    uint8_t event;
    uint8_t state[2]; /* after it, by tcps_role */
    uint8_t certainty[2];
    uint8_t has; /* TCPS_HAS_... of the segment */
    tcps_why reason[2];
} tcps_rung;

/* A socket's state changed, or how certain it is, or it stays in TIME_WAIT for longer. */
typedef struct {
    int64_t time_ns;
    uint8_t end; /* tcps_role */
    uint8_t state;
    uint8_t certainty;
    int64_t until_ns; /* when it is over, if nothing else is captured */
    bool restart;     /* of TIME_WAIT's timer */
} tcps_change;

#define TCPS_NO_STREAM UINT32_MAX

/* One incarnation of a connection. Arrays of two are indexed by tcps_role. What each segment brings up to date comes first: as
 * little memory as may be is touched for it. */
typedef struct {
    uint32_t first_frame, last_frame;
    int64_t last_ns;     /* its last segment */
    int64_t since_ns[2]; /* when the states began */
    int64_t until_ns[2]; /* when their sockets are gone, if nothing else is captured; INT64_MAX: no timer is running */
    int64_t sent_ns[2];  /* the newest SYN, or FIN, of each */
    uint8_t fins[2];     /* how often its FIN was sent; 0: not captured; saturates */
    uint64_t bytes[2];   /* payload, repeats included */
    uint32_t segments[2];
    uint8_t state[2]; /* as the last observation left them */
    uint8_t certainty[2];
    uint8_t counted[2]; /* the states that they are counted in */
    uint8_t closed_by;
    uint8_t role_basis;
    uint8_t reset_by; /* tcps_closed_by: who sent the RST that ended it */
    bool fin[2];      /* it sent its FIN */
    bool opened;      /* both ends have been ESTABLISHED or beyond */
    bool mid_stream;  /* it was open before the capture began */
    bool refused, unreachable;
    bool self;             /* one socket, connected to itself */
    bool crossed;          /* simultaneous open: no LISTEN */
    bool gone[2];          /* they are counted as closed */
    bool took_fin[2];      /* an ACK of it showed them in CLOSE_WAIT */
    uint32_t repeats;      /* segments that were sent again */
    uint32_t copies;       /* captured twice */
    uint32_t queued;       /* how often it stands in the census's queue */
    uint16_t told;         /* of its findings, so many are in the totals already; saturates */
    uint8_t told_severity; /* the worst of them, with told */
    uint8_t told_doubted;  /* the same if the capture's losses matter */
    int64_t replaced_ns;   /* when the next incarnation began; INT64_MAX: none has */
    int64_t restart_ns[2]; /* when TIME_WAIT was last begun or restarted */
    tcps_tally *tally[2];  /* that its sockets are counted in; NULL unless endpoints are kept */
    uint32_t index;
    uint32_t stream;     /* Wireshark's number for it, which it may share with other incarnations; or TCPS_NO_STREAM */
    int64_t start_ns;    /* its first segment */
    int64_t accepted_ns; /* when the server first answered a SYN out of LISTEN; INT64_MAX: not captured */
    int64_t replaces;    /* the index of the incarnation before it; -1: none */
    tcps_address ends[2];
    tcps_spent spent; /* in the states that are over */
    tcps_zeek *zeek;  /* NULL unless it is kept */
    GArray *changes;  /* of tcps_change, by time; NULL unless they are kept */
    GArray *rungs;    /* of tcps_rung; NULL unless segments are kept */
} tcps_row;

/* Frees what it holds, not itself. */
void tcps_row_clear(tcps_row *row);

tcps_outcome tcps_row_outcome(const tcps_row *row);
/* Whose doing that was; nobody's where it makes no difference. */
tcps_closed_by tcps_row_outcome_by(const tcps_row *row);
/* "closed, client first" */
void tcps_outcome_append(GString *to, unsigned outcome, unsigned by);
/* How long it was in that state, until end_ns where it still is. */
int64_t tcps_row_time_in(const tcps_row *row, tcps_role end, tcps_state state, int64_t end_ns);

G_END_DECLS
#endif

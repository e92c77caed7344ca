/* model.h: what all reports read: connections, how they went and ended, and what was found at them.
 *
 * It is fed with what the analyzer has shown, in capture order, and prints nothing. It may be fed with a part of the segments
 * only (a display filter): the observations say what happened in between, as far as it matters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_MODEL_H
#define TCPS_MODEL_H

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
    tcps_reason reason[2];
} tcps_rung;

/* A socket's state changed, or how certain it is, or it stays in TIME_WAIT for longer. */
typedef struct {
    int64_t time_ns;
    uint8_t end; /* tcps_role */
    uint8_t state;
    uint8_t certainty;
    bool restart; /* of TIME_WAIT's timer */
    bool lasts;   /* the end has shown it again, later than a segment under way would explain */
} tcps_change;

#define TCPS_NO_STREAM UINT32_MAX

/* One incarnation of a connection. Arrays of two are indexed by tcps_role. What each segment brings up to date comes first: as
 * little memory as may be is touched for it. */
typedef struct {
    uint32_t first_frame, last_frame;
    int64_t last_ns;     /* its last segment */
    int64_t since_ns[2]; /* when the states began */
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
    uint32_t repeats;      /* segments that were sent again */
    uint32_t copies;       /* captured twice */
    uint32_t queued;       /* how often it stands in the census's queue */
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

typedef struct tcps_model tcps_model;

/* Never NULL; tcps_model_free takes NULL. */
tcps_model *tcps_model_new(void);
void tcps_model_free(tcps_model *model);
/* Forgets everything but the settings below. */
void tcps_model_reset(tcps_model *model);

/* Keeps each segment for the ladder of that connection, of all connections with a negative number. */
void tcps_model_keep_segments(tcps_model *model, int64_t connection);
/* Keeps what is needed to tell the sockets of any time (sockets.h). */
void tcps_model_keep_changes(tcps_model *model);
/* Keeps what Zeek would say of each connection. */
void tcps_model_keep_zeek(tcps_model *model);
/* Keeps how many sockets each service and client host has in which state. */
void tcps_model_keep_endpoints(tcps_model *model);
/* How long TIME_WAIT lasts, and what endpoints are measured against. */
void tcps_model_configure(tcps_model *model, const tcps_config *config);
const tcps_config *tcps_model_config(const tcps_model *model);
/* Forgets the rows of connections that are over, long enough for nothing to follow, and keeps their share of the totals
 * (totals.h) and of the endpoints. Findings have to be fed as they are raised, then. To be
 * called before anything is fed. */
void tcps_model_fold(tcps_model *model, bool fold);
/* When the capture began, if that was before the first segment that is fed. */
void tcps_model_begin(tcps_model *model, int64_t start_ns);
void tcps_model_segment(tcps_model *model, const tcps_segment *segment, const tcps_observation *observation,
                        const tcps_address *client, const tcps_address *server);
/* An ICMP error that quotes a segment: time and frame are the error's, seq is the quoted segment's; the rest is not read. Not
 * of a connection of which no segment is fed. */
void tcps_model_icmp_error(tcps_model *model, const tcps_segment *quote, const tcps_observation *observation);
/* Wireshark's number, of a segment that was fed: the first that is told counts. */
void tcps_model_stream(tcps_model *model, uint32_t connection, uint32_t stream);
/* Findings at connections of which no segment is fed are in no report. */
void tcps_model_finding(tcps_model *model, const tcps_finding *finding);
/* The capture's last frame, with TCP or not. */
void tcps_model_end(tcps_model *model, int64_t end_ns, uint32_t last_frame);

/* How many connections have been fed, folded or not. */
unsigned tcps_model_n_connections(const tcps_model *model);

/* Rows in the order of their index, but for those that were folded. */
unsigned tcps_model_n_rows(const tcps_model *model);
const tcps_row *tcps_model_row(const tcps_model *model, unsigned n);
/* By the connection's index; NULL where no segment of it was fed. */
const tcps_row *tcps_model_connection(const tcps_model *model, int64_t connection);

/* As of the end of the capture; NULL unless endpoints are kept. */
const tcps_tallies *tcps_model_endpoints(const tcps_model *model);

/* Of all connections, folded or not, as of now. Free with g_free. */
struct tcps_totals *tcps_model_totals(const tcps_model *model);

/* Of tcps_finding, in the order in which they were raised; NULL where there are none. */
const GArray *tcps_model_findings(const tcps_model *model, const tcps_row *row);

int64_t tcps_model_start_ns(const tcps_model *model);
int64_t tcps_model_end_ns(const tcps_model *model);

tcps_outcome tcps_row_outcome(const tcps_row *row);
/* Whose doing that was; nobody's where it makes no difference. */
tcps_closed_by tcps_row_outcome_by(const tcps_row *row);
/* "closed, client first" */
void tcps_outcome_append(GString *to, unsigned outcome, unsigned by);
/* How long it was in that state, to the end of the capture where it still is. */
int64_t tcps_model_time_in(const tcps_model *model, const tcps_row *row, tcps_role end, tcps_state state);

/* The finding as the whole capture shows it: how long a stay lasted in the end. */
tcps_finding tcps_model_complete(const tcps_model *model, const tcps_finding *finding);

G_END_DECLS
#endif

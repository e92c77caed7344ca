/* tcpstate.h: the states of both endpoints of every TCP connection, from captured segments.
 *
 * This is the analyzer's only public header for feeding segments and reading what they show. It knows no capture format,
 * no clock and does no input or output: time is the capture's, addresses are bytes, and every function takes any input.
 *
 * One segment goes in (tcps_analyzer_segment), one observation comes out: for both endpoints the state before and after,
 * how certain it is, and since when it holds. Findings (see rules/rule.h) come with the observation that discovers them.
 *
 * Where an observer stands: a segment proves what its *sender* is and has received (its ACK number says so). It only makes
 * the state of its *receiver* presumable, until the receiver's own next segment proves or refutes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_H
#define TCPSTATE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"

G_BEGIN_DECLS

/* RFC 9293 §3.3.2, and UNKNOWN for an endpoint of which nothing is known yet. */
typedef enum {
    TCPS_UNKNOWN,
    TCPS_CLOSED,
    TCPS_LISTEN,
    TCPS_SYN_SENT,
    TCPS_SYN_RCVD,
    TCPS_ESTABLISHED,
    TCPS_FIN_WAIT_1,
    TCPS_FIN_WAIT_2,
    TCPS_CLOSE_WAIT,
    TCPS_CLOSING,
    TCPS_LAST_ACK,
    TCPS_TIME_WAIT,
    TCPS_N_STATES
} tcps_state;

typedef enum {
    TCPS_NO_EVIDENCE, /* "unknown": nothing seen tells */
    TCPS_PRESUMED,    /* it follows if the segments captured so far arrived */
    TCPS_ELAPSED,     /* a timer of the end host ought to have run out */
    TCPS_PROVEN       /* the endpoint's own segment shows it, and nothing captured since should have changed it */
} tcps_certainty;

typedef enum { TCPS_CLIENT = 0, TCPS_SERVER = 1 } tcps_role;

/* Why the one end is called client: "syn" (it sent the SYN), "syn_ack" (the other sent a SYN+ACK),
 * "port" (the other has the well-known or clearly lower port), "first_segment" (it was seen first). */
typedef enum { TCPS_BASIS_SYN, TCPS_BASIS_SYN_ACK, TCPS_BASIS_PORT, TCPS_BASIS_FIRST_SEGMENT } tcps_role_basis;

/* Who sent the first FIN or the RST that ended it. */
typedef enum { TCPS_BY_NOBODY, TCPS_BY_CLIENT, TCPS_BY_SERVER, TCPS_BY_BOTH } tcps_closed_by;

/* What a segment is to the connection: rows of events.def. */
typedef enum {
#define E(id, text, clause) TCPS_EVENT_##id,
#include "rfc/events.def"
#undef E
    TCPS_N_EVENTS
} tcps_event;

/* What shows what an endpoint has experienced: rows of evidence.def. */
typedef enum {
#define EVIDENCE(id, text, shows, clause, assumes, proof) TCPS_EVIDENCE_##id,
#include "rfc/evidence.def"
#undef EVIDENCE
    TCPS_N_EVIDENCE
} tcps_evidence;

typedef enum { TCPS_CHAT, TCPS_NOTE, TCPS_WARN, TCPS_ERROR } tcps_severity;

/* There are no more rules than that: a connection has a bit for each. Their numbers stand in rules/ids.h. */
enum { TCPS_MAX_RULES = 64 };

/* What has become of a finding: it is raised when something shows it, perhaps confirmed when something proves what was presumed, over when
 * what it is about is (a peer that was silent speaks again), withdrawn when it turns out not to be so: then it is shown no more. */
typedef enum { TCPS_RAISED, TCPS_CONFIRMED, TCPS_OVER, TCPS_WITHDRAWN, TCPS_N_FINDING_STATUS } tcps_finding_status;

/* TCP flags as they stand in the header (RFC 9293 §3.1), ECN bits included. */
enum {
    TCPS_FIN = 0x01,
    TCPS_SYN = 0x02,
    TCPS_RST = 0x04,
    TCPS_PSH = 0x08,
    TCPS_ACK = 0x10,
    TCPS_URG = 0x20,
    TCPS_ECE = 0x40,
    TCPS_CWR = 0x80
};

/* Which options and other optional values of a segment are there. */
enum {
    TCPS_HAS_MSS = 0x01,
    TCPS_HAS_WSCALE = 0x02,
    TCPS_HAS_SACK_PERMITTED = 0x04,
    TCPS_HAS_TIMESTAMPS = 0x08,
    TCPS_HAS_FAST_OPEN = 0x10,
    TCPS_HAS_IP_ID = 0x20,
    TCPS_OPTIONS_CUT = 0x40, /* options were not captured, or not all of them */
    TCPS_LEN_UNKNOWN = 0x80  /* the payload's length cannot be told (fragment) */
};

#define TCPS_MAX_SACK 4

/* Of an address on the link: several routers share it. */
enum { TCPS_LINK_SHARED = 0x02 };
/* Such addresses that are no station's: all zeros, as on Linux's loopback interface, and where a capture was made up; and of a frame of
 * which the capture says that it went over the loopback interface. */
enum { TCPS_LINK_NOBODY = 0x04, TCPS_LINK_LOOPBACK = 0x08 };
/* As the capture marks a frame: on its way out of the host that captured it, or into it. */
typedef enum { TCPS_MARK_NONE, TCPS_MARK_IN, TCPS_MARK_OUT } tcps_mark;
/* Its checksum: the network interface was yet to fill it in (what stands there is the sum of the pseudo-header alone), or it is done.
 * Neither: it is not known. Beside the mark. */
enum { TCPS_MARKS = 0x03, TCPS_SUM_OPEN = 0x04, TCPS_SUM_DONE = 0x08 };
/* Beside those: the same capture has it from another interface, too. */
enum { TCPS_SEEN_ELSEWHERE = 0x10 };

/* One captured TCP segment. All numbers are the header's own (raw, unscaled, host byte order). */
typedef struct {
    int64_t time_ns; /* capture time, any epoch */
    uint32_t frame;  /* the capture's frame number, from 1 */
    uint32_t seq;    /* SEG.SEQ */
    uint32_t ack;    /* SEG.ACK, meaningful with TCPS_ACK */
    uint32_t len;    /* payload bytes (SEG.LEN without SYN and FIN) */
    uint32_t tsval;  /* RFC 7323 timestamps, with TCPS_HAS_TIMESTAMPS */
    uint32_t tsecr;
    uint32_t sack[TCPS_MAX_SACK][2]; /* left and right edges, RFC 2018 */
    uint16_t flags;
    uint16_t window;
    uint16_t mss;
    uint16_t ip_id; /* tells a second copy of a frame from a retransmission */
    uint8_t wscale;
    uint8_t n_sack;
    uint8_t has; /* TCPS_HAS_... */
    uint8_t ttl; /* IPv6's hop limit; 0: not known */
    uint32_t link
        [2]; /* source and destination on the link, by which the same ones are known (decode/link_address.h); 0: not known */
    uint8_t mark; /* tcps_mark | TCPS_SUM_... | TCPS_SEEN_ELSEWHERE */
} tcps_segment;

/* An endpoint as one segment leaves it. */
typedef struct {
    uint8_t before; /* tcps_state */
    uint8_t state;
    uint8_t before_certainty; /* tcps_certainty */
    uint8_t certainty;
    uint32_t since_frame; /* the frame in which `state` began; 0: before the capture or not by a frame */
    int64_t since_ns;
    /* why `state` is shown */
    uint32_t why_frame;   /* the frame whose segment decided it; 0: none did (time, or nothing is known) */
    uint32_t about_frame; /* the other frame that the evidence speaks of ("covers the FIN of frame 8"); 0: none */
    uint16_t
        possible; /* what it may be: bit 1 << tcps_state each; one bit alone where it is proven; 0: no reason is told */
    uint8_t why;  /* tcps_evidence */
} tcps_view;

/* How many sockets of one endpoint are in a state after a segment: of a server's address and port, of a client's address. */
typedef struct {
    uint32_t half_open; /* SYN_RCVD */
    uint32_t close_wait;
    uint32_t time_wait;
} tcps_gauges;

/* An endpoint as it is taken to be once what is on its way has arrived. Where a segment shows that something had not reached its sender
 * when it was sent, the view says so; this says what it has come to since. Else it is as the view. */
typedef struct {
    uint8_t state;     /* tcps_state */
    uint8_t certainty; /* tcps_certainty */
    uint32_t since_frame;
    int64_t since_ns;
} tcps_standing;

/* Where a segment was captured: at the client's host, the server's, both (a loopback), or on the path, as was told. */
enum { TCPS_AT_CLIENT = 1 << TCPS_CLIENT, TCPS_AT_SERVER = 1 << TCPS_SERVER, TCPS_AT_PATH = 4 };

/* What one segment shows. Owns nothing and may be kept. */
typedef struct {
    uint32_t connection; /* index over incarnations, from 0 in order of their first segment */
    uint8_t sender;      /* tcps_role of the segment's sender */
    uint8_t event;       /* tcps_event */
    uint8_t closed_by;   /* tcps_closed_by, so far */
    uint8_t role_basis;  /* tcps_role_basis */
    bool opens;          /* first segment of its connection */
    bool transition;     /* either endpoint's state changed */
    uint8_t captured_at; /* TCPS_AT_...: where, as far as is known */
    tcps_view end[2];    /* indexed by tcps_role */
    tcps_standing standing[2];
    tcps_gauges gauges[2];
} tcps_observation;

/* What a capture may lack that makes a finding look as if it were there; and, of a finding, that it shows the lack itself. */
enum { TCPS_FAKED_BY_DROPS = 1, TCPS_FAKED_BY_ONE_SIDED = 2, TCPS_SHOWS_DROPS = 4 };

/* Of a finding's doubt alone: the capture's clock jumped meanwhile (base/holes.h). What drops can fake, that can. */
enum { TCPS_FAKED_BY_HOLE = 8 };

/* Something that went wrong (or is worth knowing), at one connection. Owns nothing and may be kept. */
typedef struct {
    uint8_t rule;     /* tcps_rule_id (rules/ids.h) */
    uint8_t severity; /* tcps_severity */
    uint8_t end;      /* tcps_role of the endpoint it is about */
    uint8_t detail;   /* meaning is the rule's: a cause, or 0 */
    bool at_end;      /* discovered only when the capture ended: found_frame is the last frame */
    bool again;       /* another word on a finding of this rule and connection: takes its place */
    bool followed;    /* there may be another word on it */
    uint8_t status;   /* tcps_finding_status */
    uint8_t certain;  /* tcps_certainty: how surely what it is about is so */
    bool timed;       /* value is a duration that somebody's timer may have decided: others may have the same */
    uint8_t faked_by; /* TCPS_FAKED_BY_..., TCPS_SHOWS_DROPS: the rule's */
    uint8_t doubt;    /* of those, or TCPS_FAKED_BY_HOLE: what is known to be so; it is a note at most, then */
    uint32_t connection;
    uint32_t count;       /* how often, of what the rule counts; 0: it counts nothing */
    uint32_t began_frame; /* where what it is about began; the segment to show it at */
    int64_t began_ns;
    uint32_t found_frame; /* the frame that shows it */
    uint32_t lost_ppm;    /* with doubt: packets of a million that the capture lost; 0: not known */
    int64_t found_ns;
    int64_t
        hole_ns; /* by so much the capture's clock jumps: meanwhile, with TCPS_FAKED_BY_HOLE, else right after it; 0: it does not */
    uint32_t
        until_frame; /* the frame up to which it is known to hold: its last, where it is over, the last that adds to it else */
    int64_t until_ns;
    int64_t value;        /* meaning is the rule's: a duration in ns or a count */
    int64_t other;        /* the same: another one */
    tcps_address ends[2]; /* client, server */
} tcps_finding;

enum { TCPS_ZONE_NAME = 64 };

/* Where a capture was made: at the client's host, at the server's, on the path between them; or that is to be found out, host by host. */
typedef enum { TCPS_HOME_AUTO, TCPS_HOME_CLIENT, TCPS_HOME_SERVER, TCPS_HOME_PATH, TCPS_N_HOMES } tcps_home_setting;
/* Of so many capture points it can be told; of those beyond it is found out. */
enum { TCPS_MAX_POINTS = 8 };

/* What has no single right value. */
typedef struct {
    int64_t two_msl_ns;         /* how long TIME_WAIT lasts; Linux 60 s, RFC 9293 §3.4.2 240 s */
    int64_t linger_ns;          /* an idle CLOSE_WAIT longer than this lingers */
    int64_t final_ack_ns;       /* a FIN unanswered for longer than this has been given up */
    int64_t handshake_ns;       /* a SYN or SYN+ACK unanswered for longer than this is reported */
    uint32_t syn_flood;         /* so many half-open sockets of one service at once are reported */
    uint32_t time_wait_sockets; /* more sockets of one endpoint in TIME_WAIT at once than these are reported */
    /* what reports measure endpoints against; 0: nothing */
    uint32_t backlog;         /* half-open sockets that a service may have; Linux net.core.somaxconn */
    uint32_t ephemeral_ports; /* ports that a client host may use; Linux net.ipv4.ip_local_port_range */
    /* that reports tell times in: "Europe/Berlin", "+02:00", "UTC"; "": local time */
    char time_zone[TCPS_ZONE_NAME];
    uint8_t home[TCPS_MAX_POINTS]; /* tcps_home_setting of each capture point, by tcps_address.point */
} tcps_config;

tcps_config tcps_config_default(void);

/* When nothing of a connection can be under way any more: two MSL as RFC 9293 §3.4.2 has them, whatever hosts make of them. A
 * connection that is over is forgotten then. */
#define TCPS_FORGET_NS INT64_C(240000000000)

typedef struct tcps_analyzer tcps_analyzer;

/* A NULL config means the default. Never NULL; free with tcps_analyzer_free (which takes NULL). */
tcps_analyzer *tcps_analyzer_new(const tcps_config *config);
void tcps_analyzer_free(tcps_analyzer *analyzer);

/* The next segment in capture order, sent from src to dst. Fills *observation. */
void tcps_analyzer_segment(tcps_analyzer *analyzer, const tcps_address *src, const tcps_address *dst,
                           const tcps_segment *segment, tcps_observation *observation);

/* The same for a caller that knows of segments before their turn comes, and gives hints: then what they need is fetched into the
 * processor's cache, step by step, each when the one before is done. The hints change nothing. A path holds for as long as the
 * analyzer. */
typedef struct {
    tcps_address ends[2]; /* in the order in which the analyzer keeps them */
    uint32_t hash;
    uint32_t hint; /* the analyzer's, where it has been expected; else 0 */
    uint8_t from;  /* index of the sender */
} tcps_path;

typedef enum { TCPS_LATER, TCPS_SOON, TCPS_NEXT } tcps_turn;
/* So many segments before its own turn, for a caller that knows of as many. */
enum { TCPS_LATER_BY = 24, TCPS_SOON_BY = 16, TCPS_NEXT_BY = 8 };

tcps_path tcps_analyzer_path(const tcps_analyzer *analyzer, const tcps_address *src, const tcps_address *dst);
void tcps_analyzer_expect(const tcps_analyzer *analyzer, tcps_path *path, tcps_turn turn);
void tcps_analyzer_segment_on(tcps_analyzer *analyzer, const tcps_path *path, const tcps_segment *segment,
                              tcps_observation *observation);

/* An ICMP error from the path or the host quotes the TCP segment that src sent to dst: `hard` as RFC 5927 §2.2 and Linux
 * count it (port, protocol or administratively unreachable). It ends an attempt in SYN_SENT (RFC 9293 §3.9.2.2) and is a
 * soft error elsewhere. seq is the quoted SEG.SEQ. Returns true where it belongs to a known connection, and fills
 * *observation then. */
bool tcps_analyzer_icmp_error(tcps_analyzer *analyzer, const tcps_address *src, const tcps_address *dst, uint32_t seq,
                              bool hard, int64_t time_ns, uint32_t frame, tcps_observation *observation);

/* Any frame, with TCP or not, shows that time has passed. To be called for each frame before its segments. */
void tcps_analyzer_advance(tcps_analyzer *analyzer, int64_t time_ns, uint32_t frame);

/* The capture is over, for now: raises what its end shows. Harmless to call again, and segments may follow (a live capture
 * that a report was printed of): what was raised is not raised twice. */
void tcps_analyzer_finish(tcps_analyzer *analyzer);

/* The findings raised by the calls above, and what has become of those raised before, since the last tcps_analyzer_clear_findings, in order. Owned by the analyzer,
 * valid until the next call. */
const tcps_finding *tcps_analyzer_findings(const tcps_analyzer *analyzer, unsigned *n);
void tcps_analyzer_clear_findings(tcps_analyzer *analyzer);

/* Words: public ids, as in filters and reports. Never NULL, whatever the number. */
const char *tcps_state_name(unsigned state);           /* "CLOSE_WAIT" */
const char *tcps_certainty_name(unsigned certainty);   /* "proven" */
const char *tcps_role_name(unsigned role);             /* "client" */
const char *tcps_home_name(unsigned home);             /* "auto", "client", "server", "path" */
const char *tcps_role_basis_name(unsigned basis);      /* "syn_ack" */
const char *tcps_closed_by_name(unsigned closed_by);   /* "server"; "" for nobody */
const char *tcps_severity_name(unsigned severity);     /* "warn" */
const char *tcps_finding_status_name(unsigned status); /* "over" */
const char *tcps_event_name(unsigned event);           /* "FIN_REPEATED" */
const char *tcps_event_text(unsigned event);           /* "FIN again: no ACK of it has reached the sender" */
const char *tcps_event_clause(unsigned event);         /* "RFC 9293 §3.10.7.4" */

/* A row of evidence.def; never NULL, whatever the number. */
typedef struct {
    const char *id;      /* "ACK_COVERS_FIN" */
    const char *text;    /* "its ACK{at} covers the FIN of frame {about}" */
    const char *shows;   /* "the sender has received the FIN: certain" */
    const char *clause;  /* "RFC 9293 §3.10.7.4 eighth" */
    const char *assumes; /* what it rests on: "the segment is the sender's own"; "" for nothing */
    const char *proof;   /* what would prove it, where it is not certain: "its next segment"; "" where it is */
} tcps_evidence_row;
const tcps_evidence_row *tcps_evidence_get(unsigned evidence);
/* Why the state of the view is shown, in one sentence with the clause: "its ACK in frame 9 covers the FIN of frame 8 (RFC 9293
 * §3.10.7.4 eighth)". frame: the one in which the view is; "in frame 9" is left out there. Nothing where no reason is told
 * (possible is 0). */
void tcps_why_append(GString *to, const tcps_view *view, uint32_t frame);
/* "FIN_WAIT_1 or FIN_WAIT_2"; nothing where only one state is possible. */
void tcps_possible_append(GString *to, const tcps_view *view);
/* What would prove it, where it is not proven: "its next segment"; nothing else. */
void tcps_proof_append(GString *to, const tcps_view *view);

/* "10.0.0.1:80", "[fd00::1]:80". */
void tcps_address_append(GString *to, const tcps_address *address);
/* "250 ms", "15.1 s", "2 h 05 min". */
void tcps_duration_append(GString *to, int64_t ns);

G_END_DECLS
#endif

/* endpoint.h: what is known of one end of a connection.
 *
 * An endpoint is what it has experienced: a few events, each believed more or less surely and for a reason. Its state is the fold of
 * transitions.def over them; it is never stored by anything but belief.c, which computes it.
 *
 * What holds:
 *  1. Where settled, shown, certainty, possible, since and why are what the fold of the experiences gives; where known_settled, known is
 *     what it gives without those that are pending (belief.c wrote them).
 *  2. An experience is in one of the masks sure, likely, perhaps, or in none.
 *  3. What is pending is likely or perhaps; sure, of an endpoint at home only.
 *  4. Where !more->held, what is shown is its origin: since then, and for that reason.
 *  5. more is never NULL; where !more->held it holds nothing, belongs to many endpoints and is not written to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ENDPOINT_H
#define TCPS_ENDPOINT_H

#include "base/slab.h"
#include "rfc/repeats.h"
#include "rfc/tcpstate.h"
#include "rfc/transition.h"

/* Of every processor that matters, in bytes. */
#define TCPS_CACHE_LINE 64

/* What an endpoint can experience, in the order in which the fold takes it; but for the order of its FIN and its peer's. */
typedef enum {
    TCPS_DID_SEND_SYN,
    TCPS_DID_RECEIVE_SYN,
    TCPS_DID_RECEIVE_SYN_ACK, /* a SYN with the ACK of its own */
    TCPS_DID_HAVE_SYN_ACKED,
    TCPS_DID_SEND, /* data or ACK: tells of an endpoint met in its middle alone */
    TCPS_DID_SEND_FIN,
    TCPS_DID_HAVE_FIN_ACKED,
    TCPS_DID_RECEIVE_FIN,
    TCPS_DID_ABORT, /* ended its own attempt */
    TCPS_DID_GET_UNREACHABLE,
    TCPS_DID_RECEIVE_RST,
    TCPS_DID_SEND_RST,
    TCPS_DID_WAIT_TWO_MSL,
    TCPS_N_EXPERIENCES
} tcps_experience;

#define TCPS_BIT(experience) ((uint16_t)(1u << (experience)))

/* How surely an endpoint has experienced something: NO it has not, it MAY have, it is LIKELY to have, it has. */
typedef enum { TCPS_NO, TCPS_MAYBE, TCPS_LIKELY, TCPS_YES } tcps_belief;

/* Where and when. */
typedef struct {
    int64_t time_ns;
    uint32_t frame;
} tcps_moment;

/* An experience's evidence. */
typedef struct {
    int64_t at_ns;     /* when it happened, as far as the capture shows */
    uint32_t at_frame; /* 0: by no frame */
    uint32_t why_frame;
    uint32_t about_frame;
    uint8_t why; /* tcps_evidence */
} tcps_reason;

/* Out-of-order stretches of sequence space, above rcv_nxt; more than fit are forgotten (their gap then closes late). */
#define TCPS_MAX_STRETCHES 6

typedef struct {
    uint32_t left, right; /* [left, right) */
    bool sacked;          /* the endpoint has said so itself */
} tcps_stretch;

/* How many frames back a second copy of one is looked for. */
#define TCPS_MAX_PRINTS 4
/* A second copy of a frame comes soon, or it is none: retransmission timers are slower (RFC 6298 §2.4). Where nothing but its content
 * tells a copy, it has to come sooner. */
#define TCPS_COPY_MS 100
#define TCPS_COPY_OF_UNNUMBERED_MS 1

/* Something that the peer's captured segment brings, if it arrives: the endpoint's own next segments tell. */
typedef struct {
    uint8_t experience;
    bool unseen; /* no segment that brings it was captured */
    bool bare;   /* that segment occupies no sequence space */
    bool has_ts;
    uint32_t seq_before; /* the peer's SND.NXT before that segment: an ACK of anything beyond it proves the arrival */
    uint32_t seg_seq;    /* its SEG.SEQ */
    uint32_t ts_before;  /* the peer's newest TSval before that segment */
    uint32_t ts_at;      /* its own */
    uint32_t frame;
    int64_t time_ns;
} tcps_pending;

/* At a time: of the opening, ACK of FIN, FIN, RST; hardly ever more than two. */
#define TCPS_MAX_PENDING 4
#define TCPS_USUAL_PENDING 2
/* Experiences of most endpoints between one rest and the next. */
#define TCPS_USUAL_REASONS 5

struct tcps_endpoint_memory;

/* By what segments in one endpoint's name tell that another device has sent them. */
enum { TCPS_OTHER_TTL = 1, TCPS_OTHER_NO_TIMESTAMPS = 2, TCPS_OTHER_CLOCK = 4, TCPS_OTHER_COUNT = 8 };

/* What few endpoints need, and for a while: given back once the endpoint is open and nothing is in doubt. */
typedef struct {
    struct tcps_endpoint_memory *home; /* where it comes from; NULL: the C library */
    tcps_reason *other_reasons;        /* those that have no place in reasons; NULL: none */
    tcps_pending *other_pending;       /* the same */
    tcps_stretch *stretches;           /* NULL: none so far */
    tcps_reason reasons[TCPS_USUAL_REASONS];
    tcps_pending pending[TCPS_USUAL_PENDING];
    uint8_t places[TCPS_N_EXPERIENCES]; /* of reasons, then of other_reasons, and 1; 0: none */
    uint8_t n_reasons;
    bool held;
    uint8_t
        refuted[TCPS_N_EXPERIENCES]; /* how often such a thing was sent to it, and did not arrive or had no effect */
    uint32_t refuted_rst_seq;        /* SEG.SEQ of the RST that had no effect last */
    uint8_t n_pending;
    uint8_t n_stretches;
    uint16_t syns;        /* SYN or SYN+ACK segments sent, copies not counted; saturates */
    uint16_t syns_with;   /* of its SYNs, those with what it has left out since; 0: it has left out nothing */
    uint8_t syn_with;     /* what its first SYN had (TCPS_SYN_WITH_...) */
    uint8_t syn_without;  /* and a later one has not any more */
    uint32_t syn_link[2]; /* of its newest SYN, as tcps_segment.link */
    uint32_t syn_ts;      /* TSval of its first SYN, with TCPS_SYN_WITH_TIMESTAMPS */
    uint16_t fins;        /* FINs sent, first and repeated; saturates */
    uint16_t vain_syns;   /* SYN+ACKs that it sent again after an ACK of them was captured; saturates */
    uint16_t vain_fins;   /* FINs that it sent again although an ACK captured before had time to reach it; saturates */
    uint32_t vain_fin_frame;
    uint32_t other_iss;     /* of a second SYN+ACK with another number; with other_iss_known */
    uint32_t syn_data;      /* bytes of data on its first SYN */
    uint32_t fin_seq;       /* sequence number of its FIN */
    uint32_t fin_ts;        /* its TSval, with fin_has_ts */
    uint32_t ack_of_fin_ts; /* TSval of the first captured ACK of its FIN, with ack_of_fin_has_ts */
    uint32_t fin_frame;
    uint32_t behind_print; /* fingerprint of its last data below its FIN that was captured after that; 0: none */
    uint32_t sacked_ack;   /* with a FIN sent: SEG.ACK of its newest segment that acknowledges more selectively; */
    uint32_t sacked_to;    /* up to here; the same: there was none */
    /* of segments in its name that another device seems to have sent (devices.c), as against those before: indices 1 and 0 */
    uint32_t other_frame; /* the first; 0: none */
    int64_t other_ns;
    uint32_t device_clocks[2]; /* newest TSval */
    uint8_t device_ttls[2];    /* newest TTL */
    uint8_t other_marks;       /* TCPS_OTHER_...: by what they differ; 0: by nothing */
    bool other_since_syn;      /* before were only SYNs or SYN+ACKs */
    bool is_other;             /* the newest segment is one of those */
    uint16_t others;           /* how many; saturates */
    uint16_t device_returns;   /* how often one of the first device followed; saturates */
    uint32_t rst_frame;        /* its RST */
    uint32_t rst_peer_nxt;     /* the peer's SND.NXT at that time */
    uint32_t first_rst_frame;
    uint32_t rst_owed;     /* bytes sent to it that it had not acknowledged before its RST */
    uint32_t served_frame; /* its first new data sent after it had received the peer's FIN; 0: none */
    uint32_t served_seq;   /* the number behind that data */
    int64_t syn_last_ns;   /* its newest SYN or SYN+ACK */
    int64_t syn_acked_ns;  /* the first captured ACK of its SYN */
    int64_t fin_ns;        /* its first FIN */
    int64_t fin_last_ns;   /* its newest FIN */
    int64_t vain_fin_ns;   /* the first of vain_fins; with vain_fin_frame */
    int64_t fin_acked_ns;  /* the first captured ACK of its FIN, with fin_acked */
    uint32_t fin_acked_frame;
    int64_t rst_ns;       /* its RST */
    int64_t first_rst_ns; /* the first of those that rsts counts */
    int64_t silent_ns;    /* with rst_sent: for how long it had sent nothing before; INT64_MAX: no segment captured */
    int64_t timer_ns;     /* when TIME_WAIT began or was last restarted */
    int64_t served_ns;
    int64_t proven_ns; /* with proven_frame, and a state other than that which it rests in */
    int64_t origin_ns; /* when it was in its origin first */
    uint32_t origin_frame;
    uint32_t origin_why_frame;
    uint32_t origin_about_frame;
    uint8_t origin_why; /* why origin is its origin */
    uint8_t before_rst; /* the state that its RST ended, for the findings */
    bool rst_of_stale;  /* its RST answered a copy of what it had acknowledged before */
    uint16_t rsts;      /* RSTs sent, copies not counted; saturates */
} tcps_endpoint_more;

/* Of endpoints that have no home. */
extern const tcps_endpoint_more tcps_endpoint_nothing;

/* What endpoints hold is taken from here. */
typedef struct tcps_endpoint_memory {
    tcps_endpoint_more nothing; /* that is, for those whose home it is */
    tcps_slab more, reasons, pending, stretches;
} tcps_endpoint_memory;

void tcps_endpoint_memory_init(tcps_endpoint_memory *memory);
/* Of all that was taken from it, nothing is used any more. */
void tcps_endpoint_memory_clear(tcps_endpoint_memory *memory);

typedef struct tcps_endpoint {
    /* What every segment asks for comes first: two lines of a processor's cache. */

    union {
        struct {
            uint16_t sure, likely, perhaps; /* experiences by belief: YES, LIKELY, MAYBE */
            uint8_t origin;                 /* the state that the fold begins from */
            bool origin_open : 1;           /* what it was before is not sure */
            bool passive : 1;               /* it came from LISTEN */
            bool fin_after_peers : 1;       /* it had received its peer's FIN when it sent its own */
            bool close_order_open : 1;      /* or perhaps not, or the other way round */
        };
        uint64_t causes; /* all of them: all that the fold depends on */
    };
    /* the state, as belief.c wrote it */
    uint8_t shown;     /* the fold over what is likely or sure */
    uint8_t known;     /* the same, without what is pending */
    uint8_t certainty; /* of shown */
    uint8_t next_print;
    uint16_t possible; /* the states that it may be in, a bit 1 << tcps_state each */
    uint16_t window;   /* unscaled, as last sent */
    union {
        struct {
            bool settled : 1;       /* belief.c's: shown is what the fold gives now */
            bool known_settled : 1; /* and known is */
            bool iss_known : 1;
            bool timing : 1;
            bool data_seen : 1;
            bool other_iss_known : 1;
            bool seq_known : 1;   /* snd_nxt, snd_una hold */
            bool acked_known : 1; /* rcv_acked holds */
            bool rcv_known : 1;   /* rcv_nxt holds */
            bool fin_sent : 1;    /* a FIN of it was captured, or is evident from an ACK of it */
            bool fin_unseen : 1;  /* the FIN itself was not captured: it may have been data */
            bool unseen_tail : 1; /* its peer acknowledged more than was captured, and it has sent nothing new since */
            bool may_be_fin : 1;  /* one unseen number, fin_seq, may be its FIN */
            bool ts_recent_known : 1;
            bool fin_has_ts : 1;
            bool ack_of_fin_has_ts : 1;
            bool fin_acked : 1; /* an ACK of its FIN was captured */
            bool rst_sent : 1;
            bool ts_known : 1;
            bool wscale_known : 1;  /* its SYN offered a window scale */
            bool offers_wscale : 1; /* its SYN was captured, with or without one, and not cut before its options */
            bool fast_open : 1;     /* its SYN carried data or a cookie */
            bool syn_sent : 1;      /* it sent a SYN, with ACK or without */
            bool syn_acked : 1;     /* an ACK of its SYN was captured */
            bool rst_answers : 1;   /* its RST answered the segment that was captured just before */
            bool rst_denied : 1;    /* it goes on with the connection after a RST in its name */
            bool odd : 1;           /* its last segment was none that an endpoint in its state sends */
            bool has_spoken : 1;    /* a segment of it was captured that has neither SYN nor RST */
            bool holds_older : 1;   /* it answers for an older connection of the same ends */
            bool at_home : 1;       /* the capture was made at its host: what was captured on its way has arrived */
        };
        uint32_t flags; /* all of them, for fast_path.c */
    };
    /* what it sent and received (RFC 9293 §3.3.1) */
    uint32_t snd_nxt;   /* highest sent or acknowledged */
    uint32_t snd_una;   /* highest ACK captured for it */
    uint32_t rcv_acked; /* highest ACK that it sent: its RCV.NXT, proven */
    uint32_t rcv_nxt;   /* presumed: rcv_acked and what was captured since */
    uint32_t ts_last;   /* newest TSval sent */
    uint32_t ts_recent; /* newest TSecr sent: RFC 7323's TS.Recent, with ts_recent_known */
    int64_t last_ns;    /* its last segment */
    int64_t since_ns;   /* of shown */
    uint32_t since_frame;
    uint32_t last_frame;

    uint32_t fingerprints[TCPS_MAX_PRINTS]; /* of its last frames, to know copies */
    uint32_t print_ms[TCPS_MAX_PRINTS];     /* when; low 32 bits of milliseconds */
    int64_t timed_ns;                       /* the peer's segment that is being timed for rtt_ns; with timing */
    int64_t rtt_ns;                         /* shortest time seen from the capture point to it and back; 0: not known */
    int64_t filled_ns;                      /* when the peer last sent what moved rcv_nxt */
    uint32_t timed_ack;                     /* with timed_ns */
    uint32_t proven_frame;                  /* where the state shown was first proven; 0: it has not been yet */

    int64_t last_data_ns;  /* its last segment with payload that was new; with data_seen */
    int64_t unanswered_ns; /* the first of those counted in unanswered */
    uint32_t why_frame;    /* why shown is shown */
    uint32_t about_frame;
    uint8_t why; /* tcps_evidence */
    uint8_t wscale;
    uint8_t ttl;         /* of its newest segment that is no RST; 0: not known */
    uint16_t ip_id;      /* the same, of its IP identification */
    uint16_t unanswered; /* probes, and data sent again, since the peer's last segment; saturates */
    uint16_t probes;     /* probes (keepalive or window) that it sent since new data was sent, either way; saturates */
    uint32_t iss;
    uint32_t seen_nxt;        /* all that it sent below was captured; with data_seen */
    uint32_t data_first;      /* sequence number of its first captured payload; with data_seen */
    uint32_t first_frame;     /* its first segment in this incarnation; 0: none captured */
    tcps_endpoint_more *more; /* for reading; to write, tcps_endpoint_need() */
} tcps_endpoint;

/* As print_ms counts. */
static inline uint32_t tcps_milliseconds(int64_t time_ns)
{
    return (uint32_t)(time_ns / 1000000);
}

/* One more; a counter that is full stays full. */
static inline void tcps_count(uint16_t *n)
{
    if (*n < UINT16_MAX)
        (*n)++;
}

/* An endpoint of which nothing is known. What it held is lost: tcps_endpoint_clear it before. */
void tcps_endpoint_init(tcps_endpoint *e);
/* The same, at home there; NULL: nowhere. */
void tcps_endpoint_init_in(tcps_endpoint *e, tcps_endpoint_memory *memory);
/* Gives back what it holds; then it is as tcps_endpoint_init_in leaves it. */
void tcps_endpoint_clear(tcps_endpoint *e);
/* Gives back what few need, and knows nothing of it any more. */
void tcps_endpoint_give_back(tcps_endpoint *e);
/* Lets another endpoint have it. */
void tcps_endpoint_forsake(tcps_endpoint *e);
/* What few need, to be written to. Never NULL. */
tcps_endpoint_more *tcps_endpoint_take_more(tcps_endpoint *e); /* where it holds nothing yet */
static inline tcps_endpoint_more *tcps_endpoint_need(tcps_endpoint *e)
{
    return e->more->held ? e->more : tcps_endpoint_take_more(e);
}

/* Why something is believed; empty where nothing was said of it. */
static inline const tcps_reason *tcps_reason_of(const tcps_endpoint *e, unsigned experience)
{
    const tcps_endpoint_more *m = e->more;
    const unsigned place = m->places[experience];
    if (place == 0)
        return &tcps_endpoint_nothing.reasons[0];
    return place <= TCPS_USUAL_REASONS ? &m->reasons[place - 1] : &m->other_reasons[place - 1 - TCPS_USUAL_REASONS];
}
/* The same, to be written to. */
tcps_reason *tcps_reason_for(tcps_endpoint *e, unsigned experience);

/* When it was in its origin first. */
static inline int64_t tcps_endpoint_origin_ns(const tcps_endpoint *e)
{
    return e->more->held ? e->more->origin_ns : e->since_ns;
}
static inline uint32_t tcps_endpoint_origin_frame(const tcps_endpoint *e)
{
    return e->more->held ? e->more->origin_frame : e->since_frame;
}

/* Room for more than the usual. */
void tcps_endpoint_need_pending(tcps_endpoint_more *more);

/* With n < n_pending. */
static inline tcps_pending *tcps_pending_at(const tcps_endpoint *e, unsigned n)
{
    return n < TCPS_USUAL_PENDING ? &e->more->pending[n] : &e->more->other_pending[n - TCPS_USUAL_PENDING];
}

/* The peer's [left, right) was captured on its way to it: moves rcv_nxt where it closes a gap. */
void tcps_endpoint_arrive(tcps_endpoint *e, uint32_t left, uint32_t right);
/* It sent an ACK of everything below ack. */
void tcps_endpoint_acknowledge(tcps_endpoint *e, uint32_t ack);
/* It sent an ACK, which may be of the segment that is being timed: how long that took counts, if it is the shortest time so far. */
void tcps_endpoint_measure(tcps_endpoint *e, uint32_t ack, int64_t now_ns);
/* How long after the capture of a segment to it its own segments must show it, or it was lost on the way. */
int64_t tcps_endpoint_patience(const tcps_endpoint *e);
/* When its TIME_WAIT ought to be over: two MSL after it began or was last restarted. */
int64_t tcps_endpoint_expiry(const tcps_endpoint *e, const tcps_config *config);
/* It waits for an answer to its SYN or SYN+ACK; for an ACK of its FIN, which it has not repeated often enough to give up. */
bool tcps_waits_for_syn_acked(const tcps_endpoint *e);
bool tcps_waits_for_fin_acked(const tcps_endpoint *e);
/* Its segment shows that what was captured beyond rcv_acked has not reached it, but for its SACK blocks: sack[n][2]. */
void tcps_endpoint_misses(tcps_endpoint *e, const uint32_t sack[][2], unsigned n_sack);

#endif

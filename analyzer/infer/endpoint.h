/* endpoint.h: what is known of one end of a connection, and the one function that writes its state.
 *
 * An endpoint has a state that its own segments prove, and news: things sent to it of which its own segments have not yet
 * shown whether they arrived. The state shown is the proven one with the news applied, through the same transition table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ENDPOINT_H
#define TCPS_ENDPOINT_H

#include "rfc/tcpstate.h"
#include "rfc/transition.h"

/* Of every processor that matters, in bytes. */
#define TCPS_CACHE_LINE 64

/* Out-of-order stretches of sequence space, above rcv_nxt; more than fit are forgotten (their gap then closes late). */
#define TCPS_MAX_STRETCHES 6

typedef struct {
    uint32_t left, right; /* [left, right) */
    bool sacked;          /* the endpoint has said so itself */
} tcps_stretch;

/* How many frames back a second copy of one is looked for. */
#define TCPS_MAX_PRINTS 4
/* A second copy of a frame comes soon, or it is none: retransmission timers are slower (RFC 6298 §2.4). */
#define TCPS_COPY_MS 100

/* News: an event that the peer's captured segment brings if it arrives. */
typedef struct {
    uint8_t input;       /* tcps_input, RCV_... */
    bool deferred;       /* the endpoint has since sent a segment that does not know of it: still under way, or lost */
    bool guessed;        /* no segment that brings it was captured */
    uint32_t seq_before; /* the peer's SND.NXT before that segment: an ACK of anything beyond it proves the arrival */
    uint32_t seg_seq;    /* its SEG.SEQ */
    uint32_t ts_before;  /* the peer's newest TSval before that segment */
    uint32_t ts_at;      /* its own */
    bool has_ts;
    int64_t time_ns;
} tcps_news;

/* News of one endpoint at a time: opening (SYN, SYN+ACK or ACK of SYN), ACK of FIN, FIN, RST. */
#define TCPS_MAX_NEWS 4

typedef struct tcps_endpoint {
    /* What every segment asks for comes first: two lines of a processor's cache. */

    /* the state */
    _Alignas(TCPS_CACHE_LINE) uint8_t proven; /* tcps_state that its own segments show */
    uint8_t shown;                            /* with the news applied */
    uint8_t certainty;                        /* of shown */
    uint8_t n_news;
    uint8_t n_stretches;
    uint8_t next_print;
    uint16_t probes; /* probes (keepalive or window) that it sent since new data was sent, either way; saturates */
    union {
        struct {
            bool iss_known : 1;
            bool timing : 1;
            bool data_seen : 1;
            bool other_iss_known : 1;
            bool seq_known : 1;   /* snd_nxt, snd_una hold */
            bool acked_known : 1; /* rcv_acked holds */
            bool rcv_known : 1;   /* rcv_nxt holds */
            bool fin_sent : 1;    /* captured, or evident from an ACK of it */
            bool unseen_tail : 1; /* its peer acknowledged more than was captured, and it has sent nothing new since */
            bool may_be_fin : 1;  /* one unseen number, fin_seq, may be its FIN */
            bool fin_guessed : 1; /* the FIN itself was not captured */
            bool ts_recent_known : 1;
            bool fin_has_ts : 1;
            bool
                hasty_fin : 1; /* its FIN came behind data, after its peer's: close() may have come before that, or after */
            bool fin_after_peers : 1; /* it had acknowledged its peer's FIN when it sent its own */
            bool ack_of_fin_has_ts : 1;
            bool keeps_time_wait : 1; /* it was seen to outlive a RST in TIME_WAIT (net.ipv4.tcp_rfc1337) */
            bool fin_acked : 1;       /* an ACK of its FIN was captured */
            bool rst_sent : 1;
            bool ts_known : 1;
            bool wscale_known : 1;  /* its SYN offered a window scale */
            bool offers_wscale : 1; /* its SYN was captured, with or without one, and not cut before its options */
            bool assumed : 1;       /* its state follows from the peer's segments, or was met mid-stream: not proven */
            bool elapsed : 1;       /* a timer ended it */
            bool passive : 1;       /* it came from LISTEN */
            bool fast_open : 1;     /* its SYN carried data or a cookie */
            bool syn_sent : 1;      /* it sent a SYN, with ACK or without */
            bool syn_acked : 1;     /* an ACK of its SYN was captured */
            bool rst_answers : 1;   /* its RST answered the segment that was captured just before */
            bool rst_denied : 1;    /* it goes on with the connection after a RST in its name */
        };
        uint32_t flags; /* all of them, for pack.c and quick.c */
    };
    uint16_t window;     /* unscaled, as last sent */
    uint16_t unanswered; /* probes, and data sent again, since the peer's last segment; saturates */
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

    int64_t last_data_ns; /* its last segment with payload that was new; with data_seen */
    int64_t proven_ns;    /* with proven_frame */
    tcps_news news[TCPS_MAX_NEWS];
    uint8_t before_rst;       /* proven state before a RST in its name, to return to if it talks on */
    uint8_t before_fin;       /* proven state before its own FIN, to return to if it was none */
    uint8_t before_peers_fin; /* proven state before its peer's FIN */
    uint8_t wscale;
    uint16_t syns; /* SYN or SYN+ACK segments sent, copies not counted; saturates */
    uint16_t fins; /* FINs sent, first and repeated; saturates */
    uint32_t iss;
    uint32_t other_iss;     /* of a second SYN+ACK with another number; with other_iss_known */
    uint32_t fin_seq;       /* sequence number of its FIN */
    uint32_t fin_ts;        /* its TSval, with fin_has_ts */
    uint32_t ack_of_fin_ts; /* TSval of the first captured ACK of its FIN, with ack_of_fin_has_ts */
    uint32_t data_first;    /* sequence number of its first captured payload; with data_seen */
    int64_t fin_ns;         /* its first FIN */
    int64_t fin_last_ns;    /* its newest FIN */
    int64_t rst_ns;         /* its RST */
    int64_t timer_ns;       /* when TIME_WAIT began or was last restarted */
    uint32_t first_frame;   /* its first segment in this incarnation; 0: none captured */
    uint32_t fin_frame;
    tcps_stretch stretches[TCPS_MAX_STRETCHES];

    /* for the rules */
    int64_t silent_ns;     /* with rst_sent: for how long it had sent nothing before; INT64_MAX: no segment captured */
    uint32_t syn_data;     /* bytes of data on its first SYN */
    uint32_t rst_frame;    /* its RST */
    uint32_t rst_peer_nxt; /* the peer's SND.NXT at that time */
    uint32_t served_frame; /* its first new data sent after it had received the peer's FIN; 0: none */
    uint32_t served_seq;   /* the number behind that data */
    uint16_t vain_syns;    /* SYN+ACKs that it sent again after an ACK of them was captured; saturates */
    int64_t served_ns;
    int64_t unanswered_ns; /* the first of those counted in unanswered */
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

/* Where and when a state is written. */
typedef struct {
    int64_t time_ns;
    uint32_t frame;
} tcps_moment;

/* The one function that writes the state shown. Sets since where the state changes. */
void tcps_endpoint_write(tcps_endpoint *e, tcps_state state, tcps_certainty certainty, tcps_moment at);

/* The proven state with all news applied that is not deferred. */
tcps_state tcps_endpoint_presumed(const tcps_endpoint *e);
/* Writes that state. sure: nothing but the news makes it less than proven. */
void tcps_endpoint_show(tcps_endpoint *e, bool sure, tcps_moment at);

/* News of that kind, or NULL. Valid until news is added or forgotten. */
tcps_news *tcps_endpoint_news(tcps_endpoint *e, tcps_input input);
void tcps_endpoint_forget(tcps_endpoint *e, const tcps_news *news);
/* Adds news that would change the state. News of the same kind keeps its bounds, but is deferred no more. */
void tcps_endpoint_hear(tcps_endpoint *e, const tcps_news *news);
/* That input has reached it, as its own segment shows. */
void tcps_endpoint_receive(tcps_endpoint *e, tcps_input input);

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
/* Its segment shows that what was captured beyond rcv_acked has not reached it, but for its SACK blocks. */
void tcps_endpoint_misses(tcps_endpoint *e, const tcps_segment *s);

#endif

/* step.h: one segment on its way through a connection: what the engine's parts hand to each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STEP_H
#define TCPS_STEP_H

#include "infer/belief.h"
#include "infer/connection.h"
#include "rfc/segment.h"

/* A copy of a segment may be overtaken by what was sent this much later. */
#define TCPS_REORDER_NS 100000000
/* No SYN carries more data than this (RFC 7413). */
#define TCPS_MAX_SYN_DATA 65535

typedef struct {
    tcps_connection *connection;
    const tcps_incarnations *incarnations;
    tcps_endpoint *sender, *receiver; /* the same endpoint where a socket is connected to itself */
    const tcps_segment *segment;
    tcps_moment at;
    unsigned from;           /* the sender's index into ends */
    uint32_t snd_nxt_before; /* the sender's, before this segment */
    uint32_t acked_before;   /* the sender's newest SEG.ACK, before this segment */
    uint32_t ts_before;      /* the sender's newest TSval, before this segment */
    tcps_event event;
    unsigned when;        /* triggers for the rules, TCPS_WHEN_... */
    tcps_lens as_sent;    /* how the sender was when it sent this, as against what it is believed to be since */
    tcps_lens on_arrival; /* the same of the receiver */
    uint8_t not_yet_why;  /* tcps_evidence: why something is in as_sent */
    uint32_t not_yet_about;
    tcps_view sent; /* of the sender, before the same socket received its own segment (self-connect) */
    bool late;      /* sent before what was captured earlier: it tells nothing of its sender's present */
    bool sent_seen;
    bool of_rival; /* the segment belongs to the SYN that stands beside the incarnation */
} tcps_step;

/* The sender's segment shows that it experienced x, or did not. */
void tcps_step_shows(tcps_step *step, tcps_experience x, tcps_belief belief, tcps_evidence why, uint32_t about_frame);

/* pending.c: what the sender's segment shows of what was sent to it. */
void tcps_step_judge(tcps_step *step);
/* The receiver gets what this segment brings, if it arrives. */
void tcps_step_tell(tcps_step *step, tcps_experience x, tcps_evidence why, uint32_t about_frame);
/* What is pending of the sender has not arrived, and will not. */
void tcps_step_take_back(tcps_step *step, tcps_experience x, tcps_evidence why);
/* Takes step->sent. */
void tcps_step_see_sent(tcps_step *step);

/* home.c: where the capture was made at the receiver's host, the row by which it has got what this segment brings; NONE: that is not sure. */
tcps_evidence tcps_step_taken_at_home(const tcps_step *step, tcps_experience x, tcps_evidence why);
/* The sender, at home, has not got what was captured on its way to it. */
void tcps_step_not_at_home(tcps_step *step, tcps_experience x);
/* What the receiver, at home, ought to have got before, and answered, is sent to it again. */
void tcps_step_silent_at_home(tcps_step *step, tcps_experience x);
/* What the segment shows of a service at home. */
void tcps_step_learn_of_service(tcps_step *step);

/* late.c: the sender as it was when it sent this segment, captured late or twice. */
void tcps_step_view_late(const tcps_step *step, tcps_view *view);

/* opening.c: a SYN. */
void tcps_step_syn(tcps_step *step);
/* Of a SYN or SYN+ACK of that end: its options, its number; one more was sent. */
void tcps_step_note_syn_options(tcps_endpoint *e, const tcps_segment *s);
void tcps_step_note_iss(tcps_endpoint *e, const tcps_segment *s);
void tcps_step_count_syn(tcps_step *step);

/* accepting.c: a SYN+ACK; a stream joined in its middle. */
void tcps_step_syn_ack(tcps_step *step);
/* Of two SYN+ACKs the sender's ACK takes the second. */
void tcps_step_choose_syn_ack(tcps_step *step);
/* The sender sends what only a synchronized endpoint sends: whatever of the handshake was not captured has happened. */
void tcps_step_catch_up(tcps_step *step);

/* stream.c: a segment with neither SYN nor RST. */
void tcps_step_stream(tcps_step *step);
/* closing.c: the FIN of the segment, sent by its sender. */
void tcps_step_send_fin(tcps_step *step);
/* What the sender's ACK shows of the receiver's FIN. */
void tcps_step_acknowledge_fin(tcps_step *step);
/* It is FreeBSD or its kin, as its window scale and timestamps tell: a guess, good to be less sure by, or to presume by. */
bool tcps_endpoint_is_like_bsd(const tcps_endpoint *e);
/* What an acceptable segment brings the receiver: ACK of its SYN, of its FIN, the sender's FIN. */
void tcps_step_deliver(tcps_step *step);
/* The receiver's FIN_RECEIVED, by what has arrived there. */
void tcps_step_weigh_fin(tcps_step *step, tcps_endpoint *receiver, const tcps_endpoint *sender);

/* numbers.c: takes SEG.ACK as what the sender has received and the receiver has got acknowledged. */
void tcps_step_take_ack(tcps_step *step);
/* Takes SEG.SEQ and what it occupies, the window and the timestamps as the sender's. */
void tcps_step_take_numbers(tcps_step *step);
/* What was captured and the sender has not acknowledged: still under way, or lost? */
void tcps_step_find_gaps(tcps_step *step);

/* window.c: sent before what was captured earlier. */
bool tcps_step_is_late(const tcps_step *step);
/* Neither where the sender's stream stands, nor where the receiver's window lets it go. */
bool tcps_step_misfits(const tcps_step *step);
/* It misfits because the capture has a gap: the stream goes on behind it. */
bool tcps_step_goes_on_behind_gap(const tcps_step *step);
/* The first segment of a stream whose opening was not captured. */
bool tcps_step_joins_anew(const tcps_step *step);
/* Payload below SND.NXT that was not captured before. */
bool tcps_step_fills_gap(const tcps_step *step);
/* How far its SACK option reaches beyond SEG.ACK; SEG.ACK: it does not. */
uint32_t tcps_step_sacked_to(const tcps_step *step);
/* RFC 9293 §3.10.7.4 first: does the receiver look at it at all? */
bool tcps_step_is_acceptable(const tcps_step *step);
bool tcps_step_fails_paws(const tcps_step *step);
/* It begins in the window that the receiver offers, as far as the capture knows that. */
bool tcps_step_is_in_window(const tcps_step *step);

/* unseen.c: SEG.ACK is `beyond` numbers past what was captured of the receiver. */
void tcps_step_receiver_unseen(tcps_step *step, uint32_t beyond);
/* What the sender's numbers show of what was not captured, of its own and of the receiver's. */
void tcps_step_sender_unseen(tcps_step *step);
/* A FIN that was not captured was none (NO), or probably none (MAYBE): what followed from it is taken back. */
void tcps_step_doubt_fin(tcps_step *step, tcps_belief belief);
/* What is captured now, in order or late: was it data that was taken for a FIN? */
void tcps_step_see_unseen(tcps_step *step);
/* The end with that index has sent what was never captured. */
void tcps_step_miss_segments(tcps_step *step, unsigned end);

/* devices.c: which device has sent the segment in its sender's name. */
void tcps_step_know_device(tcps_step *step);

/* reset.c */
void tcps_step_reset(tcps_step *step);
/* The sender was thought closed and talks on: its closing is taken back. */
void tcps_step_revive(tcps_step *step);

/* incarnation.c: a new incarnation takes the place of the old one, if there was one. */
void tcps_step_begin(tcps_step *step, uint32_t frame, int64_t time_ns);
/* Which end is the client, and how that is known. */
void tcps_step_set_client(tcps_step *step, unsigned client, tcps_role_basis basis);
/* It begins anew, but for what belongs to its host and path. */
void tcps_step_renew(tcps_endpoint *e);
/* The same, of two ends of which nothing is known but that the one sends to the other. */
void tcps_step_meet(tcps_step *step);
/* Puts a second incarnation beside the one that stands, opened by the sender; one that is there already goes. */
void tcps_step_add_rival(tcps_step *step);
/* Of the receiver as it stands, which the incarnation that is to begin takes the place of: it may still hold the old one. */
void tcps_step_keep_older(tcps_step *step);
/* The second incarnation takes the place of the older one. */
void tcps_step_promote_rival(tcps_step *step);
/* The end as it has a socket: of the second incarnation, if there is one and the older one is over there. */
tcps_endpoint *tcps_connection_socket(tcps_connection *c, unsigned end);

/* The end as it stands: state and certainty. */
typedef struct {
    uint8_t state, certainty;
} tcps_stand;

/* Both ends of the incarnation that stands, and as they have sockets, where there are two incarnations. */
typedef struct {
    tcps_stand own[2], socket[2];
    uint32_t index, socket_index;
    bool rivalled;
} tcps_stands;

/* observe.c */
tcps_stands tcps_connection_look(tcps_connection *c);
/* Does the segment take part in the connection at all? */
static inline bool tcps_step_says_something(const tcps_step *step)
{
    const uint64_t no_part = UINT64_C(1) << TCPS_EVENT_DUPLICATE | UINT64_C(1) << TCPS_EVENT_ILLEGAL_FLAGS |
                             UINT64_C(1) << TCPS_EVENT_OUT_OF_WINDOW | UINT64_C(1) << TCPS_EVENT_ICMP_UNREACHABLE |
                             UINT64_C(1) << TCPS_EVENT_ICMP_SOFT;
    _Static_assert(TCPS_N_EVENTS <= 64, "a bit for each event");
    return !(no_part >> step->event & 1);
}
/* before: as tcps_connection_look had it. */
void tcps_step_observe(const tcps_step *step, const tcps_stands *before, tcps_observation *o);

#endif

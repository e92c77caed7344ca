/* step.h: one segment on its way through a connection: what the engine's parts hand to each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STEP_H
#define TCPS_STEP_H

#include "infer/connection.h"
#include "infer/segment.h"

/* A copy of a segment may be overtaken by what was sent this much later. */
#define TCPS_REORDER_NS 100000000
/* No SYN carries more data than this (RFC 7413). */
#define TCPS_MAX_SYN_DATA 65535

typedef struct {
    tcps_connection *connection;
    const tcps_config *config;
    tcps_endpoint *talker, *listener; /* the same endpoint where a socket is connected to itself */
    const tcps_segment *segment;
    tcps_moment at;
    unsigned from;           /* the talker's index into ends */
    uint32_t snd_nxt_before; /* the talker's, before this segment */
    uint32_t acked_before;   /* the talker's newest SEG.ACK, before this segment */
    uint32_t ts_before;      /* the talker's newest TSval, before this segment */
    tcps_event event;
    unsigned when;  /* triggers for the rules, TCPS_WHEN_... */
    tcps_view sent; /* of the talker, before the same socket received its own segment (self-connect) */
    bool late;      /* sent before what was captured earlier: it tells nothing of its sender's present */
    bool sent_seen;
    bool unsure; /* the talker's state hangs on what only timing tells */
} tcps_step;

/* news.c: what the talker's segment shows of the news sent to it. */
void tcps_step_judge(tcps_step *step);
/* What was deferred for the listener arrives before this segment, if it was not lost. */
void tcps_step_resume_news(tcps_step *step);
/* Takes step->sent. */
void tcps_step_see_sent(tcps_step *step);
/* The listener gets news that this segment brings. */
void tcps_step_tell(tcps_step *step, tcps_input input);

/* past.c: the state in which the talker sent this segment, captured late or twice. */
tcps_state tcps_step_past(const tcps_step *step);

/* opening.c: a SYN, a SYN+ACK; a stream joined in its middle. */
void tcps_step_syn(tcps_step *step);
void tcps_step_syn_ack(tcps_step *step);
/* Of two SYN+ACKs the talker's ACK takes the second. */
void tcps_step_choose_syn_ack(tcps_step *step);
/* The talker sends what only a synchronized endpoint sends: whatever of the handshake was not captured has happened. */
void tcps_step_catch_up(tcps_step *step);

/* stream.c: a segment with neither SYN nor RST. */
void tcps_step_stream(tcps_step *step);
/* numbers.c: takes SEG.ACK as what the talker has received and the listener has got acknowledged. */
void tcps_step_take_ack(tcps_step *step);
/* Takes SEG.SEQ and what it occupies, the window and the timestamps as the talker's. */
void tcps_step_take_numbers(tcps_step *step);
/* What was captured and the talker has not acknowledged: still under way, or lost? */
void tcps_step_find_gaps(tcps_step *step);
/* What is captured does not reach the ends as it was captured. */
void tcps_step_note_disorder(const tcps_step *step);

/* place.c: sent before what was captured earlier. */
bool tcps_step_is_late(const tcps_step *step);
/* Neither where the talker's stream stands, nor where the listener's window lets it go. */
bool tcps_step_misfits(const tcps_step *step);
/* The first segment of a stream whose opening was not captured. */
bool tcps_step_joins_anew(const tcps_step *step);
/* Payload below SND.NXT that was not captured before. */
bool tcps_step_fills_gap(const tcps_step *step);
/* RFC 9293 §3.10.7.4 first: does the listener look at it at all? */
bool tcps_step_is_acceptable(const tcps_step *step);
bool tcps_step_fails_paws(const tcps_step *step);
/* The path is known to reorder: note_disorder. */
bool tcps_step_reorders(const tcps_step *step);

/* guess.c: SEG.ACK is `beyond` numbers past what was captured of the listener. */
void tcps_step_listener_unseen(tcps_step *step, uint32_t beyond);
/* What the talker's numbers show of what was not captured, of its own and of the listener's. */
void tcps_step_talker_unseen(tcps_step *step);
/* A FIN that was guessed was none: what followed from it is taken back. */
void tcps_step_doubt_fin(tcps_step *step);

/* connection.c: the end with that index has sent what was never captured. */
void tcps_step_miss_segments(tcps_step *step, unsigned end);

/* reset.c */
void tcps_step_reset(tcps_step *step);
/* The talker was thought closed and talks on: its closing is taken back. */
void tcps_step_revive(tcps_step *step);

/* connection.c: a new incarnation takes the place of the old one, if there was one. */
void tcps_connection_begin(tcps_connection *connection, uint32_t frame, int64_t time_ns);
/* The same, of two ends of which nothing is known but that the one sends to the other. */
void tcps_connection_meet(tcps_step *step);

#endif

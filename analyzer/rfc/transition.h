/* transition.h: the state machine of RFC 9293 §3.3.2 and §3.10, as data (transitions.def).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TRANSITION_H
#define TCPS_TRANSITION_H

#include "rfc/tcpstate.h"

/* What moves an endpoint. Whether a segment *is* such an input (an ACK covers our FIN, a RST is in the window, a FIN is in
 * order) is decided before, from sequence numbers: the table needs no exceptions. */
typedef enum {
    TCPS_SND_SYN,
    TCPS_SND_SYN_ACK,
    TCPS_SND_SEGMENT, /* data or ACK, neither SYN nor FIN nor RST */
    TCPS_SND_FIN,
    TCPS_SND_RST,
    TCPS_RCV_SYN,
    TCPS_RCV_SYN_ACK, /* SYN with the ACK of our SYN */
    TCPS_RCV_ACK_OF_SYN,
    TCPS_RCV_ACK_OF_FIN,
    TCPS_RCV_FIN,         /* in order: everything before it has arrived */
    TCPS_RCV_RST,         /* one that the receiver takes */
    TCPS_RCV_RST_PASSIVE, /* the same, by an endpoint that came from LISTEN */
    TCPS_ABORT,           /* its own call, or patience, ends an attempt without a segment that the table knows */
    TCPS_UNREACHABLE,     /* a hard ICMP error */
    TCPS_TIMEOUT_2MSL,
    TCPS_N_INPUTS
} tcps_input;

/* A cell of the table: go (to another state), stay (proper, no change), odd (cannot happen to this endpoint in this state
 * while it keeps to the RFC: our picture of it is wrong, or it misbehaves). */
typedef enum { TCPS_ODD, TCPS_STAY, TCPS_GO } tcps_verdict;

typedef struct {
    uint8_t verdict;
    uint8_t to;         /* tcps_state; for TCPS_GO */
    const char *clause; /* "RFC 9293 §3.10.7.4 fifth"; "" for odd cells */
} tcps_transition;

/* The cell; never NULL, whatever the numbers. */
const tcps_transition *tcps_transition_get(unsigned state, unsigned input);
/* The state after the input: another one in a GO cell, the same in all others. */
tcps_state tcps_transition_apply(tcps_state state, tcps_input input);
const char *tcps_input_name(unsigned input);

#endif

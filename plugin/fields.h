/* fields.h: the names and types of all that can be filtered for, and of the expert infos.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FIELDS_H
#define TCPSTATE_FIELDS_H

#include "compat.h"

#include "rfc/tcpstate.h"

#include <epan/expert.h>

/* Each endpoint is shown twice: by role, and as the segment's sender or receiver. */
typedef enum { PARTY_CLIENT, PARTY_SERVER, PARTY_SRC, PARTY_DST, N_PARTIES } party;

typedef struct {
    int state, before, state_number, before_number, state_marked, certainty, since, time_in_state, until, lasts, why,
        evidence, possible, proof;
} party_fields;

typedef struct {
    int protocol;
    party_fields party[N_PARTIES];
    int server_time_wait, server_close_wait, server_half_open, client_time_wait;
    int connection, capture_point, role_basis, event, transition, closed_by, state, state_number;
    int finding, finding_severity, finding_text, finding_found_in, finding_began_in, finding_advice;
    int elsewhere, elsewhere_connection, elsewhere_text, elsewhere_began_in;
    int tree, party_tree[N_PARTIES], finding_tree;
    bool any_looked_up; /* of those that may not be registered yet */
    expert_field expert[TCPS_MAX_RULES];
} fields;

/* The numbers that Wireshark gave. */
extern fields field;

/* Registers the protocol and all of this; returns the protocol's number. */
int fields_register(void);

/* Of which kinds does anybody want any field: somebody reads all that is in a visible tree; a filter, a column or a tap has asked
 * by name? */
typedef struct {
    bool plain;  /* none of the following; of client and server */
    bool sides;  /* of the segment's sender and receiver */
    bool either; /* the states of both as one field */
    bool twins;  /* numbers of states, and states with their marks */
    bool gauges;
} fields_wanted;

fields_wanted fields_that_are_wanted(bool visible);

/* Is the field asked for by its name: by a filter, a column, a tap, -e? One that is not registered (-1) is not. */
bool fields_is_asked_for(int id, bool visible);

/* The gauges are shown where they are not zero, the reasons where somebody might wonder, asked for or not: to be called before
 * that. */
void fields_register_gauges(void);
void fields_register_reasons(void);

#endif

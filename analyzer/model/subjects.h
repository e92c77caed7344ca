/* subjects.h: what the findings are about, counted: a service, a client host, a host as a whole; and how services took
 * connections.
 *
 * There are as many of them as fit a fixed memory: where there are more, those with the fewest findings are forgotten, and the
 * table says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SUBJECTS_H
#define TCPS_SUBJECTS_H

#include "model/durations.h"
#include "model/losses.h"
#include "model/moments.h"
#include "model/row.h"

G_BEGIN_DECLS

/* Of one finding, who may be named as its subject. */
typedef enum {
    TCPS_BY_END,  /* the endpoint that it is about: a service (address and port), or a client host (address alone) */
    TCPS_BY_PEER, /* its peer */
    TCPS_BY_HOST, /* the address of the endpoint that it is about, whatever the port */
    TCPS_N_GROUPINGS
} tcps_grouping;

/* Whose. */
typedef struct {
    tcps_address address; /* port 0 for a host */
    uint8_t role;         /* tcps_role of the ends; of a host as a whole, TCPS_CLIENT */
    uint8_t rule;
    uint8_t grouping; /* tcps_grouping */
} tcps_subject_key;

/* The findings of one rule with one subject. */
typedef struct {
    tcps_subject_key key;
    uint32_t n;
    uint32_t n_over; /* of those that are followed up */
    uint32_t n_presumed;
    uint8_t severity;          /* the worst */
    bool several;              /* with different peers; else all with the one below */
    tcps_address peer;         /* port 0 for a client host */
    int64_t first_ns, last_ns; /* when they began */
    tcps_moments when;
    tcps_durations timed; /* of those that are */
    tcps_finding worst;
} tcps_subject;

/* How the connections of one endpoint went. */
typedef struct {
    tcps_subject_key key;        /* without rule and grouping */
    uint32_t asked;              /* of a service: connections whose SYN was captured */
    uint32_t answered;           /* of those: with a SYN+ACK */
    uint32_t completed;          /* of those: both ends came to ESTABLISHED */
    tcps_moments when_completed; /* those were asked for */
    uint32_t close_waits;        /* sockets in CLOSE_WAIT for long, by an ACK of the peer's FIN */
    uint32_t close_waits_on;
    int64_t close_wait_ns; /* the longest */
} tcps_dealings;

typedef struct tcps_subjects tcps_subjects;

tcps_subjects *tcps_subjects_new(void);
tcps_subjects *tcps_subjects_copy(const tcps_subjects *subjects);
void tcps_subjects_free(tcps_subjects *subjects);

void tcps_subjects_add_finding(tcps_subjects *subjects, const tcps_finding *finding);
/* What has been in CLOSE_WAIT for longer than long_ns counts. */
void tcps_subjects_add_row(tcps_subjects *subjects, const tcps_row *row, int64_t end_ns, int64_t long_ns);

/* Where the capture's losses matter. */
void tcps_subjects_doubt(tcps_subjects *subjects, const tcps_losses *losses);

/* How many subjects the findings of a rule have by that grouping; more than are listed, if some were forgotten. */
uint32_t tcps_subjects_count(const tcps_subjects *subjects, unsigned rule, tcps_grouping grouping);
/* Of const tcps_subject *: the most findings first. To be freed with g_ptr_array_free. */
GPtrArray *tcps_subjects_list(const tcps_subjects *subjects, unsigned rule, tcps_grouping grouping);
/* Of const tcps_dealings *, in the order of addresses. To be freed with g_ptr_array_free. */
GPtrArray *tcps_dealings_list(const tcps_subjects *subjects);
/* NULL where nothing is known of it. */
const tcps_dealings *tcps_dealings_of(const tcps_subjects *subjects, const tcps_address *address, tcps_role role);

G_END_DECLS
#endif

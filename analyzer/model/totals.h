/* totals.h: what the summary tells of all connections together: sums, and the worst of each kind.
 *
 * Rows are added to it one by one and may be forgotten then: it takes the same memory for any number of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TOTALS_H
#define TCPS_TOTALS_H

#include "model/losses.h"
#include "model/row.h"
#include "model/subjects.h"

G_BEGIN_DECLS

enum {
    TCPS_MAX_EXAMPLES = 5,
    TCPS_MAX_WORST = 20,
    TCPS_MAX_RANGES = 32,
    TCPS_N_BY = 4 /* tcps_closed_by */
};

/* Numbers of connections without a gap, first and last included. */
typedef struct {
    uint32_t first, last;
} tcps_range;

/* Connections that ended alike. */
typedef struct {
    uint32_t n;
    tcps_range ranges[TCPS_MAX_RANGES]; /* the lowest numbers, in order */
    unsigned n_ranges;
    bool more; /* there are others */
} tcps_ended;

/* Findings of one rule. */
typedef struct {
    uint32_t n;
    uint32_t n_over;                          /* those that are over */
    tcps_durations timed;                     /* of those that are timed */
    uint8_t severity;                         /* the worst */
    tcps_finding examples[TCPS_MAX_EXAMPLES]; /* the worst, the worst of them first */
} tcps_found;

/* A connection among those that the summary names. */
typedef struct {
    uint32_t index;
    int severity; /* the worst of its findings; -1: none */
    uint32_t findings;
    tcps_address ends[2];
    int64_t start_ns, last_ns;
    uint8_t outcome, by;
} tcps_ranked;

typedef struct tcps_totals {
    uint64_t segments, bytes, repeats, copies;
    uint32_t connections, mid_stream, one_sided;
    uint32_t closed_by[TCPS_N_BY];
    tcps_ended ended[TCPS_N_OUTCOMES][TCPS_N_BY];
    tcps_found found[TCPS_MAX_RULES];
    tcps_ranked worst[TCPS_MAX_WORST]; /* the worst first */
    unsigned n_worst;
    tcps_ranked doubted[TCPS_MAX_WORST]; /* the same if the capture's losses matter */
    unsigned n_doubted;
    tcps_losses losses;
    tcps_subjects *subjects;
} tcps_totals;

tcps_totals *tcps_totals_new(void);
tcps_totals *tcps_totals_copy(const tcps_totals *totals);
void tcps_totals_free(tcps_totals *totals); /* takes NULL */

/* findings: those of the row, of tcps_finding; NULL for none. The capture ends, so far, at end_ns; who is in CLOSE_WAIT for longer than
 * linger_ns lingers there. */
void tcps_totals_add(tcps_totals *totals, const tcps_row *row, const GArray *findings, int64_t end_ns,
                     int64_t linger_ns);
/* A finding at a connection whose row was added before. */
void tcps_totals_add_finding(tcps_totals *totals, const tcps_finding *finding);

/* Where losses matter, once all is added: severities are what they are, then. */
void tcps_totals_doubt(tcps_totals *totals);
/* The severity of a finding where losses matter. */
uint8_t tcps_totals_doubted(const tcps_finding *finding);

G_END_DECLS
#endif

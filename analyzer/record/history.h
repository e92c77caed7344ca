/* history.h: what each segment showed, kept so that any frame can be rendered again, in any order.
 *
 * Observations are kept packed (journal.h), by frame and by TCP layer in the frame, and what several of them share once (state_spans.h).
 * Findings are kept in the order in which they were raised, with the frames they speak of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_HISTORY_H
#define TCPS_HISTORY_H

#include "record/state_spans.h"
#include "rfc/tcpstate.h"

typedef struct tcps_history tcps_history;

/* What one TCP layer of a frame showed, or an ICMP error that changed states. */
typedef struct {
    bool segment; /* false: an ICMP error, which holds no segment */
    tcps_observation observation;
    tcps_until until[2];
} tcps_entry;

/* Findings by their number in order of being raised. */
typedef struct {
    const uint32_t *numbers;
    unsigned n;
} tcps_finding_list;

tcps_history *tcps_history_new(void);
void tcps_history_free(tcps_history *history);

/* A frame is about to be recorded. What stood under its number and higher ones is forgotten: a read filter drops frames on a first
 * pass, and the next frame gets the same number. */
void tcps_history_begin_frame(tcps_history *history, uint32_t frame);

/* The next entry of the frame begun last. Of the gauges of the client's host, TIME_WAIT alone is kept. */
void tcps_history_add(tcps_history *history, const tcps_observation *observation, bool segment);

/* Entry n (from 0, in the order in which they were added) of a frame. False where there is none. */
bool tcps_history_get(const tcps_history *history, uint32_t frame, unsigned n, tcps_entry *entry);

/* How many connections there have been: one more than the highest number of them. */
uint32_t tcps_history_n_connections(const tcps_history *history);

/* In the order in which they come from the analyzer. Another word on a finding gets a number of its own, and changes the finding
 * under the number that it has. */
void tcps_history_add_finding(tcps_history *history, const tcps_finding *finding);
unsigned tcps_history_n_findings(const tcps_history *history);
/* number < tcps_history_n_findings(). */
const tcps_finding *tcps_history_finding(const tcps_history *history, unsigned number);
/* The findings that a frame shows, withdrawn ones too, and those whose cause began in it; each in the order in which they were raised. Those
 * that only the end of the capture shows are found in no frame. Valid until the next finding is added. */
tcps_finding_list tcps_history_found_in(const tcps_history *history, uint32_t frame);
tcps_finding_list tcps_history_began_in(const tcps_history *history, uint32_t frame);

#endif

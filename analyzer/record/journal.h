/* journal.h: what each segment showed, in few bytes, to be read again by frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_JOURNAL_H
#define TCPS_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

enum { TCPS_N_GAUGES = 4 };

/* One segment. Which states the numbers in stay[] are of is the writer's. */
typedef struct {
    uint32_t connection;
    uint32_t stay[2];
    uint32_t gauges[TCPS_N_GAUGES];
    uint8_t before[2];           /* below 16 */
    uint8_t before_certainty[2]; /* these, closed_by and role_basis: below 4 */
    uint8_t certainty[2];
    uint8_t closed_by;
    uint8_t role_basis;
    uint8_t event;       /* below 64 */
    uint8_t sender;      /* below 2 */
    uint8_t captured_at; /* below 8 */
    bool transition, opens, segment;
} tcps_note;

typedef struct tcps_journal tcps_journal;

tcps_journal *tcps_journal_new(void);
void tcps_journal_free(tcps_journal *journal);

/* What is added next belongs to that frame. Frames ascend; where one comes again, it and all behind it are forgotten. */
void tcps_journal_begin(tcps_journal *journal, uint32_t frame);
/* steady: states and certainties before are those after it, which the caller knows of the states. */
void tcps_journal_add(tcps_journal *journal, const tcps_note *note, bool steady);
/* The n-th of a frame; false where there is none. *steady: before[] and before_certainty[] are not told. */
bool tcps_journal_get(const tcps_journal *journal, uint32_t frame, unsigned n, tcps_note *note, bool *steady);

#endif

/* durations.h: of durations, which ones are alike: several that a timer has decided are, and tell it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_DURATIONS_H
#define TCPS_DURATIONS_H

#include <stdint.h>

enum { TCPS_MAX_ALIKE = 4 };

typedef struct {
    int64_t ns; /* the first one's */
    uint32_t n;
} tcps_alike;

/* All zero to begin with. */
typedef struct {
    tcps_alike alike[TCPS_MAX_ALIKE]; /* by the first durations that came */
} tcps_durations;

void tcps_durations_add(tcps_durations *durations, int64_t ns);
/* The most that are alike, the first of as many; with n < 2 where none are. */
tcps_alike tcps_durations_most(const tcps_durations *durations);

#endif

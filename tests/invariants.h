/* invariants.h: what holds of every observation, whatever the segments were.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_INVARIANTS_H
#define TEST_INVARIANTS_H

#include "rfc/tcpstate.h"

typedef struct invariants invariants;

invariants *invariants_new(void);
void invariants_free(invariants *known);

/* NULL, or in words what is wrong with an observation made at that frame and time; to be freed. With self, both ends are
 * one socket: its sender's state before is then its receiver's after the last segment. */
char *invariants_check(invariants *known, const tcps_observation *observation, bool self, uint32_t frame,
                       int64_t time_ns);

/* What both analyzers have found so far, in the same order. */
bool same_findings(tcps_analyzer *const pair[2]);

/* Every member, but for what lies between them in memory. */
bool same_observation(const tcps_observation *a, const tcps_observation *b);

#endif

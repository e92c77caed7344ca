/* moments.h: when something happened, how often, in few numbers: what came at once is told from what came now and then.
 *
 * Times may come in any order: of the same ones, always the same is known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_MOMENTS_H
#define TCPS_MOMENTS_H

#include <stdbool.h>
#include <stdint.h>

enum { TCPS_MAX_MOMENTS = 12 };

/* From the first to the last time, all within a part of a second, or as much as there is room for. */
typedef struct {
    int64_t first_ns, last_ns;
    uint32_t n;
} tcps_burst;

/* All zero to begin with. */
typedef struct {
    tcps_burst at[TCPS_MAX_MOMENTS]; /* in order of time */
    uint8_t n;
    uint8_t wider; /* how often they had to be made twice as wide */
} tcps_moments;

void tcps_moments_add(tcps_moments *moments, int64_t time_ns);
/* The most that came with less than a second between one moment and the next; the first of as many. n is 0 for none. */
tcps_burst tcps_moments_burst(const tcps_moments *moments);
/* It is certain that none was between those times, both left out. */
bool tcps_moments_none_between(const tcps_moments *moments, int64_t from_ns, int64_t to_ns);
bool tcps_moments_any_after(const tcps_moments *moments, int64_t time_ns);

#endif

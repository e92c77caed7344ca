/* counters.h: CPU time; the processor's own count of cache misses, where a program may read it; the C library's allocations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#include <stdint.h>

/* CPU time of this process. */
int64_t cpu_now_ns(void);

/* A counter of this process, or -1 where there is none. */
int cache_misses_open(void);
/* 0 for no counter. */
uint64_t cache_misses_read(int counter);

/* How often this process has asked for memory so far. */
uint64_t allocations(void);

#endif

/* counters.c: see counters.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "counters.h"

#include <linux/perf_event.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int64_t cpu_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int cache_misses_open(void)
{
    struct perf_event_attr asked = {.type = PERF_TYPE_HARDWARE,
                                    .size = sizeof asked,
                                    .config = PERF_COUNT_HW_CACHE_MISSES,
                                    .exclude_kernel = 1,
                                    .exclude_hv = 1};
    return (int)syscall(SYS_perf_event_open, &asked, 0, -1, -1, 0);
}

uint64_t cache_misses_read(int counter)
{
    uint64_t n = 0;
    if (counter < 0 || read(counter, &n, sizeof n) != (ssize_t)sizeof n)
        return 0;
    return n;
}

/* GNU's C library lets a program put functions of its own in the place of these, for all libraries. */
extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t n, size_t bytes);
extern void *__libc_realloc(void *old, size_t bytes);

#define FOR_ALL __attribute__((visibility("default")))

static uint64_t n_allocations;

FOR_ALL void *malloc(size_t bytes)
{
    n_allocations++;
    return __libc_malloc(bytes);
}

FOR_ALL void *calloc(size_t n, size_t bytes)
{
    n_allocations++;
    return __libc_calloc(n, bytes);
}

FOR_ALL void *realloc(void *old, size_t bytes)
{
    n_allocations++;
    return __libc_realloc(old, bytes);
}

uint64_t allocations(void)
{
    return n_allocations;
}

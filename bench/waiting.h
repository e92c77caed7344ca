/* waiting.h: what it costs to let segments wait, and to look at them in the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_WAITING_H
#define BENCH_WAITING_H

#include "traffic.h"

/* Of each segment. */
typedef struct {
    double put_ns;  /* to put it aside */
    double bytes;   /* while it waits, with what its connection takes */
    double look_ns; /* to take it out, analyze it and note what it shows */
} waiting_cost;

waiting_cost waiting_measure(const traffic *t);

#endif

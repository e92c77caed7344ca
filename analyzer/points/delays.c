/* delays.c: how long segments took: the least, the most, and a sample for the median, in little memory for each connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/points.h"

#include <stdlib.h>
#include <string.h>

static gint by_number(gconstpointer a, gconstpointer b)
{
    const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static int32_t microseconds(int64_t ns)
{
    return (int32_t)CLAMP(ns / 1000, INT32_MIN, INT32_MAX);
}

/* Every second one goes. */
static void halve(tcps_delays *d)
{
    for (unsigned i = 0; i < d->n_sample / 2; i++)
        d->sample[i] = d->sample[2 * i];
    d->n_sample /= 2;
    d->every *= 2;
}

static void sample(tcps_delays *d, int64_t ns)
{
    if (d->n_sample >= TCPS_DELAYS_KEPT)
        halve(d);
    if (d->n % d->every != 0)
        return;
    if (d->n_sample % TCPS_DELAYS_GROW == 0)
        d->sample = g_renew(int32_t, d->sample, d->n_sample + TCPS_DELAYS_GROW);
    d->sample[d->n_sample++] = microseconds(ns);
}

void tcps_delays_add(tcps_delays *d, int64_t ns)
{
    if (d->n == 0) {
        d->least_ns = d->most_ns = ns;
        d->every = 1;
    }
    d->least_ns = MIN(d->least_ns, ns);
    d->most_ns = MAX(d->most_ns, ns);
    sample(d, ns);
    d->n++;
}

int64_t tcps_delays_median(const tcps_delays *d)
{
    int32_t sorted[TCPS_DELAYS_KEPT];
    if (d->n_sample == 0)
        return 0;
    const unsigned n = MIN(d->n_sample, TCPS_DELAYS_KEPT);
    memcpy(sorted, d->sample, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_number);
    return CLAMP(sorted[n / 2] * INT64_C(1000), d->least_ns, d->most_ns);
}

/* span.h: sums and differences of times that no input can make overflow: captures hold any date.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SPAN_H
#define TCPS_SPAN_H

#include <stdint.h>

/* How long after `from` it is at `to`. */
static inline int64_t span_between(int64_t from, int64_t to)
{
    if (from < 0 && to > INT64_MAX + from)
        return INT64_MAX;
    if (from > 0 && to < INT64_MIN + from)
        return INT64_MIN;
    return to - from;
}

/* The time that long after `from`; span is not negative. */
static inline int64_t span_after(int64_t from, int64_t span)
{
    return from > INT64_MAX - span ? INT64_MAX : from + span;
}

#endif

/* repeats.h: when a host sends again what was not acknowledged, and when it gives up (RFC 6298, RFC 9293 §3.8.3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_REPEATS_H
#define TCPS_REPEATS_H

#include <glib.h>

#include "base/span.h"

/* A host has given a SYN or SYN+ACK up by then (a minute or more; Linux 63 s): another one is another attempt's. */
#define TCPS_GIVEN_UP_NS INT64_C(64000000000)
/* So often a FIN is sent before its sender may have given up. */
#define TCPS_MANY_FINS 2

/* When something that was sent n times, the last time then, would have been repeated for certain: intervals double, from a second in most
 * stacks, three in some (RFC 6298 §2). */
static inline int64_t tcps_repeat_due_ns(unsigned n, int64_t last_ns)
{
    const unsigned doublings = MIN(n ? n - 1u : 0, 5);
    return span_after(last_ns, INT64_C(4000000000) << doublings);
}

#endif

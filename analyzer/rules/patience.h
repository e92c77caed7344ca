/* patience.h: has something that was sent again and again been left unanswered, or did only the capture stop too early?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_PATIENCE_H
#define TCPS_PATIENCE_H

#include "../rule.h"
#include "../span.h"

/* Longer than any path's round trip: an answer to the last copy would have been captured. */
#define TCPS_PATIENCE_NS INT64_C(1000000000)

/* For the end of what is known of a connection: it was sent again, and there was time for an answer to the newest copy, or
 * to the first of several. */
static inline bool tcps_left_unanswered(unsigned times_sent, int64_t first_ns, int64_t last_ns, int64_t now_ns)
{
    if (times_sent >= 3)
        return span_between(first_ns, now_ns) > TCPS_PATIENCE_NS;
    return times_sent == 2 && span_between(last_ns, now_ns) > TCPS_PATIENCE_NS;
}

/* The role of the end with this index. */
static inline tcps_role tcps_role_of(const tcps_connection *connection, unsigned end)
{
    return end == connection->client ? TCPS_CLIENT : TCPS_SERVER;
}

#endif

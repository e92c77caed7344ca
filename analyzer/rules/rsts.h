/* rsts.h: what rules ask of the RSTs of one end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_RSTS_H
#define TCPS_RSTS_H

#include "rules/rule.h"

/* So many times it has to show that it goes on: one segment may be on its way when a RST is sent. */
#define TCPS_EFFECTLESS 2
/* Another route may be longer by as many hops. */
#define TCPS_OTHER_ROUTE 2

/* One RST after another was sent in the name of an end that had been open, and the receiver goes on in spite of them. */
static inline bool tcps_rsts_have_no_effect(const tcps_endpoint *sender, const tcps_endpoint *receiver)
{
    return sender->more->rsts > TCPS_EFFECTLESS && sender->more->before_rst >= TCPS_ESTABLISHED &&
           !receiver->rst_sent && receiver->more->refuted[TCPS_DID_RECEIVE_RST] >= TCPS_EFFECTLESS;
}

/* The end with this index as it opens: in the second incarnation, where it has begun one. */
static inline const tcps_endpoint *tcps_opener(const tcps_connection *c, unsigned end)
{
    return c->rival && c->rival->from == end ? &c->rival->ends[end] : &c->ends[end];
}

/* For `other` of a finding: the TTL of this RST, and that of its sender's segments before; 0 where they are alike, or not known. */
static inline int64_t tcps_odd_ttls(const tcps_segment *rst, const tcps_endpoint *sender)
{
    const int hops = rst->ttl - sender->ttl;
    return rst->ttl && sender->ttl && ABS(hops) > TCPS_OTHER_ROUTE ? rst->ttl << 8 | sender->ttl : 0;
}

static inline void tcps_append_odd_ttls(GString *to, int64_t ttls)
{
    if (ttls)
        g_string_append_printf(to, "; the RST has a TTL of %u, its segments before %u: it may be another device's",
                               (unsigned)(ttls >> 8 & 0xff), (unsigned)(ttls & 0xff));
}

#endif

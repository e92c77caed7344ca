/* passages.h: segments on their way: those that wait to be seen at another point, and those that just were everywhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_PASSAGES_H
#define TCPS_PASSAGES_H

#include "base/slab.h"
#include "points/points.h"

typedef struct passage passage;
struct joined;

struct passage {
    tcps_passage is;
    uint64_t fingerprint;
    uint32_t tsval, tsecr;
    uint16_t ip_id, window, mss;
    uint8_t wscale, ttl;
    uint8_t first_point, last_point;  /* where it was seen first, and last */
    uint8_t copies[TCPS_MAX_POINTS];  /* beyond the first */
    uint32_t order[TCPS_MAX_POINTS];  /* among what its sender sent, as it was seen there */
    uint32_t pieces[TCPS_MAX_POINTS]; /* bytes of it that came in smaller segments */
    uint32_t kept;                    /* place among those that the connection keeps, and one; 0: none are */
    bool whole;                       /* seen everywhere */
    struct joined *joined;            /* the connection that it is of */
    passage **list;                   /* of what waits of that connection, by its newest */
    passage *older, *newer;           /* in its line */
    passage *before, *behind;         /* of the same connection, as long as it waits */
    passage *bucket_next;
};

/* Oldest first. */
typedef struct {
    passage *oldest, *newest;
    uint32_t n;
} passage_line;

typedef struct {
    tcps_slab slab;
    passage **buckets;
    passage_line waiting, whole;
} passages;

void passages_init(passages *all);
void passages_clear(passages *all);

/* Zeroed, among those that wait, and found by the fingerprint. list: of what waits of the connection. */
passage *passages_add(passages *all, struct joined *j, passage **list, uint64_t fingerprint);
/* It waits for another connection's sake from now on. */
void passages_move(passage *p, struct joined *j, passage **list);
/* All points have seen it: it is kept for its copies' sake. */
void passages_complete(passages *all, passage *p);
void passages_drop(passages *all, passage *p);
/* One that need not be waited for any longer; NULL: there is none. */
passage *passages_overdue(const passages *all, int64_t now_ns);

/* Those with the fingerprint, one after the other; NULL behind the last. */
passage *passages_first(const passages *all, uint64_t fingerprint);
passage *passages_next(const passage *p);

int64_t passage_since(const passage *p);

#endif

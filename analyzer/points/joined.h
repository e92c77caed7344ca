/* joined.h: connections, as several points saw them, while they are being put together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_JOINED_H
#define TCPS_JOINED_H

#include "points/passages.h"

typedef struct joined {
    tcps_joined is;
    struct joined *into; /* that it has become part of; NULL: it has not */
    unsigned n_ways;
    uint32_t segments;
    passage *waiting;                  /* the newest first */
    uint32_t sent[2][TCPS_MAX_POINTS]; /* segments seen there of each sender */
    uint32_t
        newest[2]
              [TCPS_MAX_POINTS]; /* of those seen there, the one that was sent last, by its order at the point before */
} joined;

/* A connection of one point. */
typedef struct {
    joined *joined;       /* NULL: there is none of that number */
    tcps_address ends[2]; /* client, server; at point 0 */
} seen_connection;

struct tcps_points {
    unsigned n;
    passages passages;
    GPtrArray *all;      /* of joined, in the order in which they began; those that are gone, too */
    GArray *connections; /* of seen_connection, by the analyzer's number */
    GHashTable *hosts;   /* pairs that speak through several points */
    int64_t first_ns[TCPS_MAX_POINTS], last_ns[TCPS_MAX_POINTS];
    int64_t longest_ns; /* on the way, so far */
    bool keeps_passages, exchanged;
    char *name[TCPS_MAX_POINTS];
    tcps_alignment clock[TCPS_MAX_POINTS];
};

joined *joined_new(tcps_points *p, const tcps_sighting *s);
void joined_free(gpointer j);

/* The role that the connection's client has in the joined one. */
unsigned joined_role(const joined *j, unsigned point, unsigned role);

/* Could that sighting be of this connection, for all that is known, if it were the same segment? More than 0 if so, and more for who is
 * likelier; distinct: its numbers are hardly anyone else's. */
unsigned joined_may_have(const tcps_points *p, const joined *j, const tcps_sighting *s, bool distinct);
/* It is the segment that `role` sent: its connection is part of j from now on, and what was known of it apart. */
void joined_take(tcps_points *p, joined *j, const tcps_sighting *s, unsigned role);

/* The other point saw it, too. */
void joined_match(tcps_points *p, passage *q, const tcps_sighting *s);
void joined_keep_lone(joined *j, const tcps_lone_segment *lone);
/* Nobody sees it any more. */
void joined_lose(tcps_points *p, const passage *q);
/* Another sighting where it was seen before. */
void joined_copy(const tcps_points *p, const passage *q);

/* Could that point have seen what was seen elsewhere then? */
bool points_cover_time(const tcps_points *p, unsigned point, int64_t time_ns);

/* Once all have been seen. */
void joined_settle(tcps_points *p);

/* What is another than at the point before: bit 1 << tcps_change_kind each. */
unsigned changes_between(const passage *p, const tcps_segment *s);

#endif

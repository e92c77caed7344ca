/* points.h: the segments of several capture points, each with its second sighting, and what became of it on the way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_POINTS_H
#define TCPS_POINTS_H

#include "rfc/tcpstate.h"

G_BEGIN_DECLS

#define TCPS_NO_CONNECTION UINT32_MAX
/* Who has not been seen at the other point by then is not on its way any more. */
#define TCPS_PASSAGE_WAITS_NS INT64_C(10000000000)

/* A point's clock against that of point 0: `middle_ns` by the clock of point 0 is `middle_ns + offset_ns` by its own. */
typedef struct {
    uint32_t shared; /* segments of the sample that both have; 0: nothing is known, and nothing is changed */
    int64_t middle_ns;
    int64_t offset_ns;
    double drift; /* how much faster it runs: 1e-6 is 1 ppm */
    double drift_error;
    int64_t bound_ns; /* the offset is wrong by no more than that; negative: nothing bounds it */
    bool steady;      /* false: one of the clocks was set meanwhile */
    bool same_times;  /* all of them were captured at the same time by both, but for the offset: one capture, twice */
    uint32_t opened_here, opened_there; /* connections asked for from the side of point 0, and from that of the other */
} tcps_alignment;

/* A time of the point's clock, as the clock of point 0 would say it. */
int64_t tcps_alignment_time(const tcps_alignment *a, int64_t time_ns);

enum { TCPS_DELAYS_KEPT = 32, TCPS_DELAYS_GROW = 4 };

/* Delays, and a sample of them for their median. */
typedef struct {
    int64_t least_ns, most_ns;
    uint32_t n, every; /* how many there were; one of so many is in the sample */
    uint32_t n_sample;
    int32_t *sample; /* in us */
} tcps_delays;

/* What of a segment may be another at the next point. */
typedef enum {
    TCPS_CHANGE_ENDS, /* addresses or ports: once a connection */
    TCPS_CHANGE_MSS,
    TCPS_CHANGE_WSCALE,
    TCPS_CHANGE_SACK,
    TCPS_CHANGE_TIMESTAMPS,
    TCPS_CHANGE_FAST_OPEN,
    TCPS_CHANGE_ECN,
    TCPS_CHANGE_WINDOW,
    TCPS_N_CHANGES
} tcps_change_kind;

/* "MSS rewritten" */
const char *tcps_change_text(unsigned kind);
const char *tcps_change_id(unsigned kind); /* "mss" */

/* The way between a point and the next one. Arrays of two in it are by the sender's role. */
typedef struct {
    uint32_t matched[2];
    uint32_t only_near[2], only_far[2];     /* seen at the one point, while the other's capture ran */
    uint32_t rst_near[2], rst_far[2];       /* RSTs among those */
    uint32_t beyond_near[2], beyond_far[2]; /* seen at the one point when the other's capture did not run */
    uint32_t reordered[2];
    uint32_t duplicated[2];
    uint32_t recut; /* cut or put together on the way */
    uint32_t changed[TCPS_N_CHANGES];
    int32_t hops[2];      /* hop limit at the near point less that at the far one: summed up as signs */
    tcps_delays later[2]; /* by how much the far point saw them later than the near one */
} tcps_way;

/* Something at one point that the other has not. */
typedef struct {
    int64_t time_ns; /* aligned */
    uint32_t frame;
    uint32_t seq;
    uint16_t flags;
    uint8_t point, way;
    uint8_t sender;
} tcps_lone_segment;

enum { TCPS_LONE_KEPT = 8 }; /* of a connection, those of which most is to be said */

/* A segment on its way. */
typedef struct {
    int64_t time_ns[TCPS_MAX_POINTS]; /* aligned */
    uint32_t frame[TCPS_MAX_POINTS];
    uint32_t seq, ack, len;
    uint16_t flags;
    uint8_t has;
    uint8_t sender; /* role, as the joined connection has it */
    uint8_t seen;   /* bit 1 << point each */
} tcps_passage;

/* A connection, as all points saw it. */
typedef struct {
    uint32_t index; /* over all of them, in the order of their first segments */
    uint32_t connection[TCPS_MAX_POINTS];
    uint8_t flipped;      /* bit 1 << point: what is the client there is the server here */
    bool shared;          /* several points saw it, or would have */
    bool client_near;     /* the client is on the side of point 0 */
    tcps_address ends[2]; /* as the first of its points saw them */
    int64_t first_ns;
    tcps_way *ways;          /* n_points - 1 */
    tcps_lone_segment *lone; /* n_lone of them, TCPS_LONE_KEPT at most */
    uint8_t n_lone;
    GArray *passages; /* of tcps_passage, in the order of their first sighting; NULL unless they are kept */
} tcps_joined;

typedef struct tcps_points tcps_points;

/* 2 to TCPS_MAX_POINTS. Never NULL; tcps_points_free takes NULL. */
tcps_points *tcps_points_new(unsigned n_points);
void tcps_points_free(tcps_points *p);

/* What a point is called, and what its clock says. */
void tcps_points_name(tcps_points *p, unsigned point, const char *name);
void tcps_points_clock(tcps_points *p, unsigned point, const tcps_alignment *clock);
/* When the point's capture began and ended, aligned. Before anything else. */
void tcps_points_cover(tcps_points *p, unsigned point, int64_t first_ns, int64_t last_ns);
/* Keeps the passages of each connection, for ladders. */
void tcps_points_keep_passages(tcps_points *p);
/* Clients are on the side of the last point, where nothing tells: the captures were named the wrong way round. */
void tcps_points_exchanged(tcps_points *p, bool exchanged);

typedef struct {
    uint8_t point;
    uint8_t sender;      /* role, as the connection has it at its point */
    uint32_t connection; /* the analyzer's number; another one at each point */
    const tcps_address *src, *dst;
    const tcps_segment *segment; /* its time is aligned */
} tcps_sighting;

/* In the order of their aligned times. */
void tcps_points_segment(tcps_points *p, const tcps_sighting *s);
/* No more follow: what is asked for below is there from then on. */
void tcps_points_finish(tcps_points *p);

unsigned tcps_points_n(const tcps_points *p);
const char *tcps_points_name_of(const tcps_points *p, unsigned point);
const tcps_alignment *tcps_points_clock_of(const tcps_points *p, unsigned point);
/* When the last of the captures ended. */
int64_t tcps_points_until_ns(const tcps_points *p);
/* How far the captures of the point and the next one cover the same time; negative: not at all, and by so much. */
int64_t tcps_points_common_ns(const tcps_points *p, unsigned way);
/* What is odd about the captures, one after the other: that they share nothing, that they were exchanged ... A sentence, to be freed; NULL
 * behind the last. */
char *tcps_points_remark(const tcps_points *p, unsigned n);
unsigned tcps_points_n_joined(const tcps_points *p);
const tcps_joined *tcps_points_joined(const tcps_points *p, unsigned n);
/* That the analyzer's connection is part of; NULL: there is no such. */
const tcps_joined *tcps_points_joined_of(const tcps_points *p, uint32_t connection);
/* Where ends of that role are at home, unless a connection says otherwise. */
unsigned tcps_points_home(const tcps_points *p, unsigned role);
/* Where the end is at home, of those points that saw the connection. */
unsigned tcps_joined_home(const tcps_points *p, const tcps_joined *j, unsigned role);

/* What became of one, between where its sender is at home and where its receiver is. */
typedef enum {
    TCPS_PASSAGE_ARRIVED,
    TCPS_PASSAGE_LOST,
    TCPS_PASSAGE_MADE,
    TCPS_PASSAGE_UNTOLD /* the other capture did not run */
} tcps_passage_end;

tcps_passage_end tcps_passage_ended(const tcps_points *p, const tcps_joined *j, const tcps_passage *passage);

/* What became of what a role sent, once it is known who is on which side: of a connection, or of all. */
typedef struct {
    uint32_t sent;                /* matched and lost */
    uint32_t arrived, lost, made; /* made: on the way, or lost by the sender's capture alone */
    uint32_t rst_lost, rst_made;
    uint32_t beyond; /* nothing can be told: the other capture did not run */
    uint32_t reordered, duplicated;
    tcps_delays took;
} tcps_fate;

/* way: between that point and the next. To be freed with tcps_fate_clear. */
tcps_fate tcps_joined_fate(const tcps_joined *j, unsigned way, unsigned role);
void tcps_fate_clear(tcps_fate *fate);
/* Was it lost (true) or made (false), if it was the one that was seen at that point alone? */
bool tcps_lone_is_lost(const tcps_joined *j, const tcps_lone_segment *lone);

/* Of all connections. */
typedef struct {
    uint32_t shared;   /* connections */
    uint32_t alone[2]; /* connections of the near point, of the far one, that the other knows nothing of */
    uint64_t alone_segments[2];
    tcps_fate fate[2]; /* by the sender's side: near, far; its delays have no sample */
    int64_t median_ns[2];
    uint32_t recut;
    uint32_t changed[TCPS_N_CHANGES];
} tcps_path_totals;

tcps_path_totals tcps_points_totals(const tcps_points *p, unsigned way);

void tcps_delays_add(tcps_delays *d, int64_t ns);
/* 0 where there are none. */
int64_t tcps_delays_median(const tcps_delays *d);

G_END_DECLS
#endif

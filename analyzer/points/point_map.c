/* point_map.c: see point_map.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/point_map.h"

#include "base/span.h"
#include "points/fingerprint.h"

enum {
    REMEMBERED = 1 << 12, /* segments, of the newest ones */
    MOST_INTERFACES = 64  /* whatever lies beyond is one with the last */
};

/* A copy that comes later is a new segment like it; sooner, where numbers alone tell: it may have been sent again. Clocks of two hosts may
 * stand hours apart. */
#define ON_ITS_WAY_NS (24 * INT64_C(3600000000000))
#define SENT_AGAIN_NS INT64_C(150000000)

typedef struct {
    uint64_t fingerprint;
    int64_t time_ns;
    uint8_t interface, ttl;
} remembered;

struct tcps_point_map {
    uint8_t point[MOST_INTERFACES];
    uint8_t n;
    remembered newest[2][REMEMBERED]; /* those with SYN apart: they come first, and are few */
};

tcps_point_map *tcps_point_map_new(void)
{
    tcps_point_map *m = g_new0(tcps_point_map, 1);
    m->n = 1;
    return m;
}

void tcps_point_map_free(tcps_point_map *m)
{
    g_free(m);
}

static unsigned within(unsigned interface)
{
    return MIN(interface, MOST_INTERFACES - 1);
}

/* The later one has a point of its own from now on, unless it has one. */
static void part(tcps_point_map *m, unsigned earlier, unsigned later)
{
    if (m->point[earlier] == m->point[later] && m->n < TCPS_MAX_POINTS)
        m->point[later] = m->n++;
}

static int64_t patience(const tcps_segment *s)
{
    return s->has & TCPS_HAS_TIMESTAMPS || (s->has & TCPS_HAS_IP_ID && s->ip_id) ? ON_ITS_WAY_NS : SENT_AGAIN_NS;
}

unsigned tcps_point_map_take(tcps_point_map *m, unsigned interface, const tcps_segment *segment)
{
    const unsigned here = within(interface);
    const uint64_t fingerprint = fingerprint_of_copy(segment);
    remembered *r = &m->newest[(segment->flags & TCPS_SYN) != 0][fingerprint & (REMEMBERED - 1)];
    const bool again = r->fingerprint == fingerprint && r->interface != here &&
                       ABS(span_between(r->time_ns, segment->time_ns)) <= patience(segment);
    if (again)
        part(m, r->interface, here);
    else
        *r = (remembered){fingerprint, segment->time_ns, (uint8_t)here, segment->ttl};
    return m->point[here];
}

unsigned tcps_point_map_point(const tcps_point_map *m, unsigned interface)
{
    return m->point[within(interface)];
}

unsigned tcps_point_map_n(const tcps_point_map *m)
{
    return m->n;
}

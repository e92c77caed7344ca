/* point_map.c: see point_map.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/point_map.h"

#include "base/span.h"
#include "points/fingerprint.h"

enum {
    REMEMBERED = 1 << 12, /* segments, of the newest ones */
    MOST_INTERFACES = 64  /* whatever comes after them is one with the last */
};

/* A copy that comes later is a new segment like it; sooner, where numbers alone tell: it may have been sent again. Clocks of two hosts may
 * stand hours apart. */
#define ON_ITS_WAY_NS (24 * INT64_C(3600000000000))
#define SENT_AGAIN_NS INT64_C(150000000)

typedef struct {
    uint64_t fingerprint;
    int64_t time_ns;
    uint8_t interface, mark;
} remembered;

typedef struct {
    unsigned number;
    uint8_t point;
    bool passes_on;
} known_interface;

struct tcps_point_map {
    known_interface known[MOST_INTERFACES];
    uint8_t n_known;
    uint8_t n;                        /* points */
    bool again;                       /* the newest one was seen before */
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

/* Its place; n_known: it is new. */
static unsigned find(const tcps_point_map *m, unsigned interface)
{
    unsigned i = 0;
    while (i < m->n_known && m->known[i].number != interface)
        i++;
    return i;
}

static unsigned need(tcps_point_map *m, unsigned interface)
{
    const unsigned i = find(m, interface);
    if (i < m->n_known)
        return i;
    if (m->n_known == MOST_INTERFACES)
        return MOST_INTERFACES - 1;
    m->known[m->n_known++].number = interface;
    return i;
}

/* The later one has a point of its own from now on, unless it has one. */
static void part(tcps_point_map *m, unsigned earlier, unsigned later)
{
    if (m->known[earlier].point == m->known[later].point && m->n < TCPS_MAX_POINTS)
        m->known[later].point = m->n++;
}

static int64_t patience(const tcps_segment *s)
{
    return s->has & TCPS_HAS_TIMESTAMPS || (s->has & TCPS_HAS_IP_ID && s->ip_id) ? ON_ITS_WAY_NS : SENT_AGAIN_NS;
}

static void take_again(tcps_point_map *m, const remembered *earlier, unsigned here, const tcps_segment *segment)
{
    part(m, earlier->interface, here);
    if (earlier->mark == TCPS_MARK_IN && (segment->mark & TCPS_MARKS) == TCPS_MARK_OUT)
        m->known[earlier->interface].passes_on = m->known[here].passes_on = true;
}

unsigned tcps_point_map_take(tcps_point_map *m, unsigned interface, const tcps_segment *segment)
{
    const unsigned here = need(m, interface);
    const uint64_t fingerprint = fingerprint_of_copy(segment);
    remembered *r = &m->newest[(segment->flags & TCPS_SYN) != 0][fingerprint & (REMEMBERED - 1)];
    m->again = r->fingerprint == fingerprint && r->interface != here &&
               ABS(span_between(r->time_ns, segment->time_ns)) <= patience(segment);
    if (m->again)
        take_again(m, r, here, segment);
    else
        *r = (remembered){fingerprint, segment->time_ns, (uint8_t)here, segment->mark & TCPS_MARKS};
    return m->known[here].point;
}

bool tcps_point_map_again(const tcps_point_map *m)
{
    return m->again;
}

static const known_interface *get(const tcps_point_map *m, unsigned interface)
{
    return &m->known[MIN(find(m, interface), MOST_INTERFACES - 1)];
}

unsigned tcps_point_map_point(const tcps_point_map *m, unsigned interface)
{
    return get(m, interface)->point;
}

bool tcps_point_map_passes_on(const tcps_point_map *m, unsigned interface)
{
    return get(m, interface)->passes_on;
}

bool tcps_point_map_interface(const tcps_point_map *m, unsigned n, unsigned *interface)
{
    if (n >= m->n_known)
        return false;
    *interface = m->known[n].number;
    return true;
}

unsigned tcps_point_map_n(const tcps_point_map *m)
{
    return m->n;
}

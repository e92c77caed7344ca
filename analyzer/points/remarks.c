/* remarks.c: what is odd about the captures of several points.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "points/joined.h"

#define FAR_OFF_NS INT64_C(60000000000) /* a clock that is wrong by so much is worth a word */

const char *tcps_points_name_of(const tcps_points *p, unsigned point)
{
    return p->name[point] ? p->name[point] : "";
}

const tcps_alignment *tcps_points_clock_of(const tcps_points *p, unsigned point)
{
    return &p->clock[point];
}

int64_t tcps_points_until_ns(const tcps_points *p)
{
    int64_t until_ns = INT64_MIN;
    for (unsigned i = 0; i < p->n; i++)
        until_ns = MAX(until_ns, p->last_ns[i]);
    return until_ns;
}

int64_t tcps_points_common_ns(const tcps_points *p, unsigned way)
{
    return span_between(MAX(p->first_ns[way], p->first_ns[way + 1]), MIN(p->last_ns[way], p->last_ns[way + 1]));
}

static char *nothing_shared(const tcps_points *p, unsigned point)
{
    if (p->clock[point].shared)
        return NULL;
    return g_strdup_printf("the captures of %s and %s share no segment: nothing can be told of the way between them",
                           tcps_points_name_of(p, 0), tcps_points_name_of(p, point));
}

static char *same_capture(const tcps_points *p, unsigned point)
{
    if (!p->clock[point].same_times)
        return NULL;
    return g_strdup_printf("the captures of %s and %s have the same segments at the same times: they are of one point",
                           tcps_points_name_of(p, 0), tcps_points_name_of(p, point));
}

/* Interfaces, and points between the ends, are on no side. */
static bool named_by_role(const tcps_points *p, unsigned point)
{
    return g_str_equal(tcps_points_name_of(p, 0), "client") && g_str_equal(tcps_points_name_of(p, point), "server");
}

static char *exchanged(const tcps_points *p, unsigned point)
{
    const tcps_alignment *c = &p->clock[point];
    if (!named_by_role(p, point) || !p->exchanged || c->same_times || c->opened_there <= c->opened_here)
        return NULL;
    return g_strdup_printf(
        "%u of %u SYNs were seen at %s first: the captures of %s and %s seem to be exchanged, and are "
        "taken so",
        c->opened_there, c->opened_there + c->opened_here, tcps_points_name_of(p, point), tcps_points_name_of(p, 0),
        tcps_points_name_of(p, point));
}

static char *clock_set(const tcps_points *p, unsigned point)
{
    if (p->clock[point].steady)
        return NULL;
    return g_strdup_printf("the clock of %s or of %s was set while it was captured: times on the way cannot be trusted",
                           tcps_points_name_of(p, 0), tcps_points_name_of(p, point));
}

static char *far_off(const tcps_points *p, unsigned point)
{
    const int64_t offset = p->clock[point].offset_ns;
    if (!p->clock[point].shared || ABS(offset) < FAR_OFF_NS)
        return NULL;
    return g_strdup_printf("the clock of %s is %.0f s %s that of %s", tcps_points_name_of(p, point),
                           (double)ABS(offset) / 1e9, offset > 0 ? "ahead of" : "behind", tcps_points_name_of(p, 0));
}

enum { REMARKS = 5 };

static char *remark_of(const tcps_points *p, unsigned point, unsigned kind)
{
    switch (kind) {
    case 0:
        return nothing_shared(p, point);
    case 1:
        return same_capture(p, point);
    case 2:
        return exchanged(p, point);
    case 3:
        return clock_set(p, point);
    default:
        return far_off(p, point);
    }
}

char *tcps_points_remark(const tcps_points *p, unsigned n)
{
    for (unsigned i = 0; i < (p->n - 1) * REMARKS; i++) {
        char *remark = remark_of(p, 1 + i / REMARKS, i % REMARKS);
        if (remark && n-- == 0)
            return remark;
        g_free(remark);
    }
    return NULL;
}

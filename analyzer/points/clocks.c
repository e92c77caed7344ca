/* clocks.c: see clocks.h. The widest gap between the two hulls is looked for among all slopes that clocks can have: it is a concave
 * function of the slope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/clocks.h"

#include <math.h>

#define STEEPEST 1e-3 /* a clock that gains a second in a quarter of an hour is broken */

enum { STEPS_OF_SEARCH = 80 };

typedef struct {
    GArray *lower; /* hull of what went out */
    GArray *upper; /* hull of what came back */
} hulls;

static gint by_time(gconstpointer a, gconstpointer b)
{
    const tcps_clock_pair *x = a, *y = b;
    return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

/* Is the middle of the three on the outer side of the line between the others? sign: 1 for a lower hull, -1 for an upper one. */
static bool is_corner(const tcps_clock_pair *a, const tcps_clock_pair *b, const tcps_clock_pair *c, double sign)
{
    return sign * ((b->later_ns - a->later_ns) * (c->at_ns - a->at_ns) -
                   (c->later_ns - a->later_ns) * (b->at_ns - a->at_ns)) <
           0;
}

static void add_to_hull(GArray *hull, const tcps_clock_pair *p, double sign)
{
    while (hull->len >= 2 && !is_corner(&g_array_index(hull, tcps_clock_pair, hull->len - 2),
                                        &g_array_index(hull, tcps_clock_pair, hull->len - 1), p, sign))
        g_array_set_size(hull, hull->len - 1);
    g_array_append_val(hull, *p);
}

static hulls hulls_of(const tcps_clock_pair *pairs, unsigned n)
{
    hulls h = {g_array_new(FALSE, FALSE, sizeof(tcps_clock_pair)), g_array_new(FALSE, FALSE, sizeof(tcps_clock_pair))};
    GArray *sorted = g_array_new(FALSE, FALSE, sizeof(tcps_clock_pair));
    g_array_append_vals(sorted, pairs, n);
    g_array_sort(sorted, by_time);
    for (unsigned i = 0; i < n; i++) {
        const tcps_clock_pair *p = &g_array_index(sorted, tcps_clock_pair, i);
        add_to_hull(p->outward ? h.lower : h.upper, p, p->outward ? 1 : -1);
    }
    g_array_unref(sorted);
    return h;
}

/* Where a line of that slope would have to pass the middle to touch the hull. */
static double touching(const GArray *hull, double slope, double sign)
{
    double least = INFINITY;
    for (unsigned i = 0; i < hull->len; i++) {
        const tcps_clock_pair *p = &g_array_index(hull, tcps_clock_pair, i);
        least = fmin(least, sign * (p->later_ns - slope * p->at_ns));
    }
    return sign * least;
}

static double gap(const hulls *h, double slope)
{
    return touching(h->lower, slope, 1) - touching(h->upper, slope, -1);
}

static double widest(const hulls *h)
{
    double low = -STEEPEST, high = STEEPEST;
    for (unsigned i = 0; i < STEPS_OF_SEARCH; i++) {
        const double a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (gap(h, a) < gap(h, b))
            low = a;
        else
            high = b;
    }
    return (low + high) / 2;
}

/* From a slope at which there is a gap towards one at which there may be none: how far there is. */
static double reach(const hulls *h, double from, double towards)
{
    double inside = from, outside = towards;
    if (gap(h, towards) >= 0)
        return fabs(towards - from);
    for (unsigned i = 0; i < STEPS_OF_SEARCH / 2; i++) {
        const double middle = (inside + outside) / 2;
        if (gap(h, middle) >= 0)
            inside = middle;
        else
            outside = middle;
    }
    return fabs(inside - from);
}

/* No drift is claimed where it makes little difference whether there is any: a short capture cannot tell. */
static tcps_clock_line between(const hulls *h)
{
    const double steep = widest(h), most = gap(h, steep), level = gap(h, 0);
    const double slope = level >= 0.9 * most && level > 0 ? 0 : steep, room = gap(h, slope);
    tcps_clock_line line = {.drift = slope, .steady = room >= 0, .bound_ns = fmax(room, 0) / 2};
    line.offset_ns = (touching(h->lower, slope, 1) + touching(h->upper, slope, -1)) / 2;
    line.drift_error = line.steady ? fmax(reach(h, slope, -STEEPEST), reach(h, slope, STEEPEST)) : STEEPEST;
    if (!line.steady)
        line.bound_ns = -1;
    return line;
}

tcps_clock_line tcps_clock_line_fit(const tcps_clock_pair *pairs, unsigned n)
{
    hulls h = hulls_of(pairs, n);
    tcps_clock_line line = {.bound_ns = -1, .drift_error = STEEPEST, .steady = true};
    if (h.lower->len && h.upper->len)
        line = between(&h);
    else
        line.offset_ns = h.lower->len ? touching(h.lower, 0, 1) : touching(h.upper, 0, -1);
    g_array_unref(h.lower);
    g_array_unref(h.upper);
    return line;
}

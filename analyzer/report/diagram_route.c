/* diagram_route.c: see diagram_route.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/diagram_route.h"

#include <math.h>

enum {
    LEFT = 170, /* the middle of the first column */
    TOP = 34,   /* of the first row */
    COLUMN = 330,
    ROW = 112,
    CLEAR = 16, /* from boxes that an arrow passes */
    SAMPLES = 64
};

tcps_box tcps_diagram_box(tcps_place place)
{
    const tcps_diagram_place *p = tcps_diagram_place_get(place);

    return (tcps_box){LEFT + COLUMN * p->column - TCPS_BOX_WIDTH / 2, TOP + ROW * p->row - TCPS_BOX_HEIGHT / 2,
                      TCPS_BOX_WIDTH, TCPS_BOX_HEIGHT};
}

static tcps_point middle_of(tcps_place place)
{
    const tcps_box box = tcps_diagram_box(place);

    return (tcps_point){box.x + box.width / 2.0, box.y + box.height / 2.0};
}

static bool is_inside(tcps_box box, tcps_point p, int margin)
{
    return p.x > box.x - margin && p.x < box.x + box.width + margin && p.y > box.y - margin &&
           p.y < box.y + box.height + margin;
}

/* The point of the polynomial form at two parameters: where both are t, the curve's at t. */
static tcps_point blossom(const tcps_curve *c, double s, double t)
{
    const double a = (1 - s) * (1 - t), b = (1 - s) * t + s * (1 - t), d = s * t;

    return (tcps_point){a * c->from.x + b * c->bend.x + d * c->to.x, a * c->from.y + b * c->bend.y + d * c->to.y};
}

tcps_point tcps_curve_at(const tcps_curve *curve, double t)
{
    return blossom(curve, t, t);
}

static bool is_free(const tcps_curve *c, tcps_place from, tcps_place to)
{
    for (unsigned place = 0; place < TCPS_N_PLACES; place++)
        for (int i = 0; place != from && place != to && i <= SAMPLES; i++)
            if (is_inside(tcps_diagram_box((tcps_place)place), tcps_curve_at(c, (double)i / SAMPLES), CLEAR))
                return false;
    for (int i = 0; i <= SAMPLES; i++) {
        const double x = tcps_curve_at(c, (double)i / SAMPLES).x;
        if (x < CLEAR || x > TCPS_DIAGRAM_WIDTH - CLEAR)
            return false;
    }
    return true;
}

/* What of it lies outside both boxes. */
static tcps_curve cut(const tcps_curve *c, tcps_place from, tcps_place to)
{
    const double step = 1.0 / (8 * SAMPLES);
    double begin = 0, end = 1;

    while (begin < 0.5 && is_inside(tcps_diagram_box(from), tcps_curve_at(c, begin), 0))
        begin += step;
    while (end > 0.5 && is_inside(tcps_diagram_box(to), tcps_curve_at(c, end), 1))
        end -= step;
    return (tcps_curve){blossom(c, begin, begin), blossom(c, begin, end), blossom(c, end, end)};
}

static tcps_point beside(tcps_point p, tcps_point direction, double far)
{
    return (tcps_point){p.x + far * direction.x, p.y + far * direction.y};
}

tcps_curve tcps_diagram_route(tcps_place from, tcps_place to, double aside)
{
    static const int bends[] = {0, 60, -60, 120, -120, 180, -180, 220, -220, 260, -260, 320, -320};
    const tcps_point a = middle_of(from), b = middle_of(to);
    const double dx = b.x - a.x, dy = b.y - a.y, length = MAX(hypot(dx, dy), 1);
    const tcps_point left = {dy / length, -dx / length};
    tcps_curve c;

    for (unsigned i = 0; i < G_N_ELEMENTS(bends); i++) {
        c = (tcps_curve){a, {(a.x + b.x) / 2 + bends[i] * left.x, (a.y + b.y) / 2 + bends[i] * left.y}, b};
        if (is_free(&c, from, to))
            break;
    }
    c = (tcps_curve){beside(c.from, left, aside), beside(c.bend, left, aside), beside(c.to, left, aside)};
    return cut(&c, from, to);
}

static bool overlap(tcps_box a, tcps_box b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

static bool is_vacant(tcps_box box, const GArray *taken)
{
    for (unsigned place = 0; place < TCPS_N_PLACES; place++)
        if (overlap(box, tcps_diagram_box((tcps_place)place)))
            return false;
    for (unsigned i = 0; i < taken->len; i++)
        if (overlap(box, g_array_index(taken, tcps_box, i)))
            return false;
    return box.x >= 0 && box.x + box.width <= TCPS_DIAGRAM_WIDTH;
}

static tcps_box box_around(const tcps_curve *curve, double t, int width, int height)
{
    const tcps_point p = tcps_curve_at(curve, t);

    return (tcps_box){(int)lround(p.x) - width / 2, (int)lround(p.y) - height / 2, width, height};
}

tcps_box tcps_diagram_room(const tcps_curve *curve, int width, int height, GArray *taken)
{
    tcps_box box = box_around(curve, 0.5, width, height);

    /* From the middle to both ends. */
    for (int i = 0; i < SAMPLES; i++) {
        const double t = 0.5 + (i % 2 ? 0.5 : -0.5) * i / SAMPLES;
        const tcps_box other = box_around(curve, t, width, height);
        if (is_vacant(other, taken)) {
            box = other;
            break;
        }
    }
    g_array_append_val(taken, box);
    return box;
}

/* crossings.c: see crossings.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/crossings.h"

const tcps_row *tcps_home_row(const tcps_model *m, const tcps_joined *j, unsigned role)
{
    const uint32_t number = j->connection[tcps_joined_home(tcps_model_points(m), j, role)];
    return number == TCPS_NO_CONNECTION ? NULL : tcps_model_connection(m, number);
}

const tcps_joined *tcps_joined_next(const tcps_model *m, int64_t asked, unsigned *place)
{
    const tcps_points *points = tcps_model_points(m);
    while (*place < tcps_points_n_joined(points)) {
        const tcps_joined *j = tcps_points_joined(points, (*place)++);
        if (asked < 0 || asked == j->index)
            return j;
    }
    return NULL;
}

static unsigned role_at(const tcps_joined *j, unsigned point, unsigned role)
{
    return (role ^ j->flipped >> point) & 1;
}

/* Any point that saw it has the numbers. */
static const tcps_row *some_row(const tcps_model *m, const tcps_joined *j, unsigned *point)
{
    for (unsigned i = 0; i < tcps_points_n(tcps_model_points(m)); i++)
        if (j->connection[i] != TCPS_NO_CONNECTION) {
            *point = i;
            return tcps_model_connection(m, j->connection[i]);
        }
    return NULL;
}

tcps_bases tcps_crossings_bases(const tcps_model *m, const tcps_joined *j)
{
    unsigned point = 0;
    tcps_bases bases = {0}, turned = {0};
    const tcps_row *row = some_row(m, j, &point);
    if (row)
        bases = tcps_bases_of(row);
    for (unsigned role = 0; role < 2; role++) {
        turned.known[role] = bases.known[role_at(j, point, role)];
        turned.number[role] = bases.number[role_at(j, point, role)];
    }
    return turned;
}

static const tcps_rung *rung_at(const tcps_row *row, unsigned i)
{
    return &g_array_index(row->rungs, tcps_rung, i);
}

typedef bool is_behind(const tcps_rung *rung, int64_t limit);

static bool frame_is_behind(const tcps_rung *rung, int64_t frame)
{
    return rung->frame > frame;
}

static bool time_is_behind(const tcps_rung *rung, int64_t time_ns)
{
    return rung->time_ns > time_ns;
}

/* How many are not: the capture's order is that of frames, and hardly ever another one than that of times. */
static unsigned n_until(const tcps_row *row, is_behind *behind, int64_t limit)
{
    unsigned low = 0, high = row->rungs ? row->rungs->len : 0;
    while (low < high) {
        const unsigned middle = low + (high - low) / 2;
        if (behind(rung_at(row, middle), limit))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Up to that frame; its own if it has one: several segments may be in a frame. */
static const tcps_rung *rung_of_frame(const tcps_row *row, const tcps_passage *p, uint32_t frame)
{
    const unsigned n = n_until(row, frame_is_behind, frame);
    for (unsigned i = n; i > 0 && rung_at(row, i - 1)->frame == frame; i--)
        if (rung_at(row, i - 1)->seq == p->seq && !rung_at(row, i - 1)->icmp)
            return rung_at(row, i - 1);
    return n ? rung_at(row, n - 1) : NULL;
}

static const tcps_rung *rung_before(const tcps_row *row, int64_t time_ns)
{
    const unsigned n = n_until(row, time_is_behind, time_ns);
    return n ? rung_at(row, n - 1) : NULL;
}

static void fill_end(tcps_crossing *c, const tcps_model *m, const tcps_joined *j, const tcps_passage *p, unsigned role)
{
    const unsigned home = tcps_joined_home(tcps_model_points(m), j, role);
    const tcps_row *row = tcps_home_row(m, j, role);
    c->role[role] = (uint8_t)role_at(j, home, role);
    c->frame[role] = p->seen >> home & 1 ? p->frame[home] : 0;
    if (!row)
        return;
    c->shows[role] = c->frame[role] ? rung_of_frame(row, p, c->frame[role]) : rung_before(row, c->left_ns);
}

static tcps_crossing crossing_of(const tcps_model *m, const tcps_joined *j, const tcps_passage *p)
{
    const tcps_points *points = tcps_model_points(m);
    const unsigned from = tcps_joined_home(points, j, p->sender), to = tcps_joined_home(points, j, !p->sender);
    tcps_crossing c = {.end = tcps_passage_ended(points, j, p)};
    int64_t first_ns = INT64_MAX, last_ns = INT64_MIN;
    for (unsigned i = 0; i < tcps_points_n(points); i++)
        if (p->seen >> i & 1) {
            first_ns = MIN(first_ns, p->time_ns[i]);
            last_ns = MAX(last_ns, p->time_ns[i]);
        }
    c.left_ns = p->seen >> from & 1 ? p->time_ns[from] : first_ns;
    c.arrived_ns = p->seen >> to & 1 ? p->time_ns[to] : last_ns;
    c.segment = (tcps_rung){.time_ns = c.left_ns,
                            .seq = p->seq,
                            .ack = p->ack,
                            .len = p->len,
                            .flags = p->flags,
                            .has = p->has,
                            .sender = p->sender};
    fill_end(&c, m, j, p, TCPS_CLIENT);
    fill_end(&c, m, j, p, TCPS_SERVER);
    c.segment.event = c.shows[p->sender] ? c.shows[p->sender]->event : TCPS_EVENT_NONE;
    return c;
}

/* ICMP errors come from the way, or from the other host: its capture is not asked which. */
static void add_icmp_errors(GArray *list, const tcps_model *m, const tcps_joined *j, unsigned role)
{
    const tcps_row *row = tcps_home_row(m, j, role);
    const unsigned home = tcps_joined_home(tcps_model_points(m), j, role);
    for (unsigned i = 0; row && row->rungs && i < row->rungs->len; i++) {
        const tcps_rung *rung = rung_at(row, i);
        if (!rung->icmp || role_at(j, home, rung->sender) == role)
            continue;
        tcps_crossing c = {
            .segment = *rung, .end = TCPS_PASSAGE_MADE, .left_ns = rung->time_ns, .arrived_ns = rung->time_ns};
        c.segment.sender = (uint8_t)!role;
        c.frame[role] = rung->frame;
        c.role[role] = (uint8_t)role_at(j, home, role);
        c.shows[role] = rung;
        const tcps_row *other = tcps_home_row(m, j, !role);
        c.role[!role] = (uint8_t)role_at(j, tcps_joined_home(tcps_model_points(m), j, !role), !role);
        c.shows[!role] = other ? rung_before(other, rung->time_ns) : NULL;
        g_array_append_val(list, c);
    }
}

static gint as_they_left(gconstpointer a, gconstpointer b)
{
    const tcps_crossing *x = a, *y = b;
    return (x->left_ns > y->left_ns) - (x->left_ns < y->left_ns);
}

GArray *tcps_crossings(const tcps_model *m, const tcps_joined *j)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(tcps_crossing));
    for (unsigned i = 0; j->passages && i < j->passages->len; i++) {
        const tcps_crossing c = crossing_of(m, j, &g_array_index(j->passages, tcps_passage, i));
        g_array_append_val(list, c);
    }
    add_icmp_errors(list, m, j, TCPS_CLIENT);
    add_icmp_errors(list, m, j, TCPS_SERVER);
    g_array_sort(list, as_they_left);
    return list;
}

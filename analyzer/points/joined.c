/* joined.c: which connection of one point is which of another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/joined.h"

#include <string.h>

enum { SAME_JOINED = 8, SAME_ENDS = 4, ONLY_NUMBERS = 1 };

static seen_connection *connection_of(const tcps_points *p, uint32_t number)
{
    return number < p->connections->len ? &g_array_index(p->connections, seen_connection, number) : NULL;
}

static tcps_address without_point(const tcps_address *a)
{
    tcps_address bare = {.port = a->port, .len = a->len};
    memcpy(bare.bytes, a->bytes, sizeof bare.bytes);
    return bare;
}

static void enter(tcps_points *p, const tcps_sighting *s, joined *j)
{
    if (s->connection >= p->connections->len)
        g_array_set_size(p->connections, s->connection + 1);
    seen_connection *c = connection_of(p, s->connection);
    c->joined = j;
    c->ends[s->sender & 1] = without_point(s->src);
    c->ends[~s->sender & 1] = without_point(s->dst);
}

joined *joined_new(tcps_points *p, const tcps_sighting *s)
{
    joined *j = g_new0(joined, 1);
    j->n_ways = p->n - 1;
    j->is.ways = g_new0(tcps_way, j->n_ways);
    for (unsigned i = 0; i < TCPS_MAX_POINTS; i++)
        j->is.connection[i] = TCPS_NO_CONNECTION;
    j->is.connection[s->point] = s->connection;
    j->is.first_ns = s->segment->time_ns;
    if (p->keeps_passages)
        j->is.passages = g_array_new(FALSE, FALSE, sizeof(tcps_passage));
    g_ptr_array_add(p->all, j);
    enter(p, s, j);
    return j;
}

void joined_free(gpointer data)
{
    joined *j = data;
    for (unsigned i = 0; i < j->n_ways; i++)
        for (unsigned role = 0; role < 2; role++)
            g_free(j->is.ways[i].later[role].sample);
    if (j->is.passages)
        g_array_unref(j->is.passages);
    g_free(j->is.ways);
    g_free(j->is.lone);
    g_free(j);
}

unsigned joined_role(const joined *j, unsigned point, unsigned role)
{
    return (role ^ j->is.flipped >> point) & 1;
}

static bool same_ends(const tcps_address *a, const tcps_address *b)
{
    return (tcps_address_same(&a[0], &b[0]) && tcps_address_same(&a[1], &b[1])) ||
           (tcps_address_same(&a[0], &b[1]) && tcps_address_same(&a[1], &b[0]));
}

/* Any point that saw it. */
static const seen_connection *some_connection(const tcps_points *p, const joined *j)
{
    for (unsigned i = 0; i < p->n; i++)
        if (j->is.connection[i] != TCPS_NO_CONNECTION)
            return connection_of(p, j->is.connection[i]);
    return NULL;
}

static bool share_a_point(const joined *a, const joined *b)
{
    for (unsigned i = 0; i < TCPS_MAX_POINTS; i++)
        if (a->is.connection[i] != TCPS_NO_CONNECTION && b->is.connection[i] != TCPS_NO_CONNECTION)
            return true;
    return false;
}

/* Of what the point saw of the same ends, one analyzer may have made two connections and the other one. */
unsigned joined_may_have(const tcps_points *p, const joined *j, const tcps_sighting *s, bool distinct)
{
    const tcps_address ends[2] = {without_point(s->src), without_point(s->dst)};
    const seen_connection *own = connection_of(p, s->connection);
    const joined *its = own ? own->joined : NULL;
    if (its == j)
        return SAME_JOINED;
    const uint32_t there = j->is.connection[s->point];
    if (there != TCPS_NO_CONNECTION)
        return there != s->connection && same_ends(connection_of(p, there)->ends, ends) ? ONLY_NUMBERS : 0;
    const seen_connection *any = some_connection(p, j);
    const bool alike = any && same_ends(any->ends, ends);
    if (its && share_a_point(its, j))
        return alike ? ONLY_NUMBERS : 0;
    if (alike)
        return SAME_ENDS;
    return distinct ? ONLY_NUMBERS : 0;
}

static void add_delays(tcps_delays *to, const tcps_delays *from)
{
    for (unsigned i = 0; i < from->n_sample; i++)
        tcps_delays_add(to, from->sample[i] * INT64_C(1000));
}

static void add_way(tcps_way *to, const tcps_way *from, unsigned turned)
{
    for (unsigned i = 0; i < 2; i++) {
        const unsigned k = i ^ turned;
        to->matched[k] += from->matched[i];
        to->only_near[k] += from->only_near[i];
        to->only_far[k] += from->only_far[i];
        to->rst_near[k] += from->rst_near[i];
        to->rst_far[k] += from->rst_far[i];
        to->beyond_near[k] += from->beyond_near[i];
        to->beyond_far[k] += from->beyond_far[i];
        to->reordered[k] += from->reordered[i];
        to->duplicated[k] += from->duplicated[i];
        to->hops[k] += from->hops[i];
        add_delays(&to->later[k], &from->later[i]);
    }
    to->recut += from->recut;
    for (unsigned i = 0; i < TCPS_N_CHANGES; i++)
        to->changed[i] += from->changed[i];
}

static void add_lone(joined *to, const joined *from, unsigned turned)
{
    for (unsigned i = 0; i < from->is.n_lone; i++) {
        tcps_lone_segment lone = from->is.lone[i];
        lone.sender = (uint8_t)(lone.sender ^ turned);
        joined_keep_lone(to, &lone);
    }
}

/* The oldest first: they keep their order. */
static void move_waiting(joined *to, joined *from, unsigned turned)
{
    passage *oldest = from->waiting;
    while (oldest && oldest->before)
        oldest = oldest->before;
    for (passage *p = oldest, *next; p; p = next) {
        next = p->behind;
        p->is.sender = (uint8_t)(p->is.sender ^ turned);
        if (p->kept)
            p->kept += to->is.passages->len;
        passages_move(p, to, &to->waiting);
    }
}

static void move_passages(joined *to, const joined *from, unsigned turned)
{
    for (unsigned i = 0; to->is.passages && i < from->is.passages->len; i++) {
        tcps_passage p = g_array_index(from->is.passages, tcps_passage, i);
        p.sender = (uint8_t)(p.sender ^ turned);
        g_array_append_val(to->is.passages, p);
    }
}

/* Everything but what is whole already: of that, copies alone may follow. */
static void merge(tcps_points *p, joined *to, joined *from, unsigned turned)
{
    for (unsigned i = 0; i < p->n; i++) {
        const uint32_t number = from->is.connection[i];
        if (number == TCPS_NO_CONNECTION)
            continue;
        to->is.connection[i] = number;
        to->is.flipped |= (uint8_t)((turned ^ (from->is.flipped >> i & 1)) << i);
        connection_of(p, number)->joined = to;
        for (unsigned role = 0; role < 2; role++) {
            to->sent[role ^ turned][i] = from->sent[role][i];
            to->newest[role ^ turned][i] = from->newest[role][i];
        }
    }
    for (unsigned i = 0; i + 1 < p->n; i++)
        add_way(&to->is.ways[i], &from->is.ways[i], turned);
    add_lone(to, from, turned);
    move_waiting(to, from, turned);
    move_passages(to, from, turned);
    to->segments += from->segments;
    to->is.first_ns = MIN(to->is.first_ns, from->is.first_ns);
    from->into = to;
}

void joined_take(tcps_points *p, joined *j, const tcps_sighting *s, unsigned role)
{
    const seen_connection *own = connection_of(p, s->connection);
    joined *its = own ? own->joined : NULL;
    if (its == j || (its && share_a_point(its, j)))
        return;
    if (its) {
        merge(p, j, its, joined_role(its, s->point, s->sender) ^ role);
    } else if (j->is.connection[s->point] == TCPS_NO_CONNECTION) {
        j->is.connection[s->point] = s->connection;
        j->is.flipped |= (uint8_t)(((s->sender ^ role) & 1u) << s->point);
        enter(p, s, j);
    }
}

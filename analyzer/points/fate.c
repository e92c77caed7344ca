/* fate.c: what became of segments, once it is known which side their senders were on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/fingerprint.h"
#include "points/joined.h"

#include <string.h>

/* The other way round. */
static tcps_delays turned(const tcps_delays *d, int sign)
{
    tcps_delays t = *d;
    t.sample = g_new(int32_t, MAX(d->n_sample, 1) + TCPS_DELAYS_GROW);
    for (unsigned i = 0; i < d->n_sample; i++)
        t.sample[i] = sign * d->sample[i];
    t.least_ns = sign > 0 ? d->least_ns : -d->most_ns;
    t.most_ns = sign > 0 ? d->most_ns : -d->least_ns;
    return t;
}

/* --- sides --- */

/* Later at the far point by more: that is the way there. */
static int vote_of_way(const tcps_way *way)
{
    const tcps_delays *by = way->later;
    if (way->hops[TCPS_CLIENT] != way->hops[TCPS_SERVER])
        return way->hops[TCPS_CLIENT] - way->hops[TCPS_SERVER];
    if (by[TCPS_CLIENT].n && by[TCPS_SERVER].n) {
        const int64_t client = tcps_delays_median(&by[TCPS_CLIENT]), server = tcps_delays_median(&by[TCPS_SERVER]);
        return (client > server) - (client < server);
    }
    return 0;
}

static int votes_of(const tcps_points *p, const joined *j)
{
    int votes = 0;
    for (unsigned i = 0; i + 1 < p->n; i++)
        votes += vote_of_way(&j->is.ways[i]);
    return votes;
}

static gpointer host_key(const tcps_address *host, unsigned point)
{
    uint64_t words[2];
    memcpy(words, host->bytes, sizeof words);
    return GSIZE_TO_POINTER((gsize)fingerprint_mix(fingerprint_mix(point + 1, words[0]), words[1]));
}

static gpointer hosts_key(const tcps_address ends[2], unsigned point)
{
    return GSIZE_TO_POINTER(GPOINTER_TO_SIZE(host_key(&ends[0], point)) + GPOINTER_TO_SIZE(host_key(&ends[1], point)));
}

static const seen_connection *at_point(const tcps_points *p, const joined *j, unsigned point)
{
    const uint32_t number = j->is.connection[point];
    return number == TCPS_NO_CONNECTION ? NULL : &g_array_index(p->connections, seen_connection, number);
}

static unsigned n_points_of(const tcps_points *p, const joined *j)
{
    unsigned n = 0;
    for (unsigned i = 0; i < p->n; i++)
        n += j->is.connection[i] != TCPS_NO_CONNECTION;
    return n;
}

static void note_hosts(tcps_points *p, const joined *j)
{
    for (unsigned i = 0; i < p->n; i++) {
        const seen_connection *c = at_point(p, j, i);
        if (c)
            g_hash_table_add(p->hosts, hosts_key(c->ends, i));
    }
}

static bool hosts_are_shared(const tcps_points *p, const joined *j)
{
    for (unsigned i = 0; i < p->n; i++) {
        const seen_connection *c = at_point(p, j, i);
        if (c && g_hash_table_contains(p->hosts, hosts_key(c->ends, i)))
            return true;
    }
    return false;
}

static void settle_ends(tcps_points *p, joined *j)
{
    bool any = false;
    for (unsigned i = 0; i < p->n; i++) {
        const seen_connection *c = at_point(p, j, i), *next = i + 1 < p->n ? at_point(p, j, i + 1) : NULL;
        for (unsigned role = 0; c && !any && role < 2; role++)
            j->is.ends[role] = c->ends[joined_role(j, i, role)];
        any = any || c;
        for (unsigned role = 0; c && next && role < 2; role++)
            if (!tcps_address_same(&c->ends[joined_role(j, i, role)], &next->ends[joined_role(j, i + 1, role)]))
                j->is.ways[i].changed[TCPS_CHANGE_ENDS] = 1;
    }
}

static gint by_first_time(gconstpointer a, gconstpointer b)
{
    const joined *x = *(const joined *const *)a, *y = *(const joined *const *)b;
    return (x->is.first_ns > y->is.first_ns) - (x->is.first_ns < y->is.first_ns);
}

static void drop_gone(tcps_points *p)
{
    GPtrArray *left = g_ptr_array_new_with_free_func(joined_free);
    g_ptr_array_set_free_func(p->all, NULL);
    for (unsigned i = 0; i < p->all->len; i++) {
        joined *j = g_ptr_array_index(p->all, i);
        if (j->into)
            joined_free(j);
        else
            g_ptr_array_add(left, j);
    }
    g_ptr_array_unref(p->all);
    p->all = left;
    g_ptr_array_sort(p->all, by_first_time);
}

/* Who of them is on which side, as one connection has it: connections whose times tell count for more than those that were guessed. */
static void vote_for_hosts(tcps_points *p, const joined *j, GHashTable *sides, int weight)
{
    for (unsigned i = 0; i < p->n; i++) {
        const seen_connection *c = at_point(p, j, i);
        for (unsigned role = 0; c && role < 2; role++) {
            gpointer key = host_key(&c->ends[joined_role(j, i, role)], i);
            const int so_far = GPOINTER_TO_INT(g_hash_table_lookup(sides, key));
            const int vote = (role == TCPS_CLIENT) == j->is.client_near ? weight : -weight;
            g_hash_table_insert(sides, key, GINT_TO_POINTER(CLAMP(so_far + vote, -1000000000, 1000000000)));
        }
    }
}

/* By what is known of its hosts. */
static int votes_for_client(const tcps_points *p, const joined *j, GHashTable *sides)
{
    int64_t votes = 0;
    for (unsigned i = 0; i < p->n; i++) {
        const seen_connection *c = at_point(p, j, i);
        for (unsigned role = 0; c && role < 2; role++) {
            const int its = GPOINTER_TO_INT(g_hash_table_lookup(sides, host_key(&c->ends[joined_role(j, i, role)], i)));
            votes += role == TCPS_CLIENT ? its : -its;
        }
    }
    return (votes > 0) - (votes < 0);
}

static void settle_sides(tcps_points *p)
{
    enum { TOLD = 1000, GUESSED = 1 };
    GHashTable *sides = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (unsigned i = 0; i < p->all->len; i++) {
        joined *j = g_ptr_array_index(p->all, i);
        const int votes = votes_of(p, j);
        j->is.client_near = votes ? votes > 0 : !p->exchanged;
        vote_for_hosts(p, j, sides, votes ? TOLD : GUESSED);
    }
    for (unsigned i = 0; i < p->all->len; i++) {
        joined *j = g_ptr_array_index(p->all, i);
        const int votes = votes_for_client(p, j, sides);
        if (!votes_of(p, j) && votes)
            j->is.client_near = votes > 0;
    }
    g_hash_table_destroy(sides);
}

void joined_settle(tcps_points *p)
{
    drop_gone(p);
    for (unsigned i = 0; i < p->all->len; i++) {
        joined *j = g_ptr_array_index(p->all, i);
        if (n_points_of(p, j) > 1)
            note_hosts(p, j);
    }
    settle_sides(p);
    for (unsigned i = 0; i < p->all->len; i++) {
        joined *j = g_ptr_array_index(p->all, i);
        j->is.index = i;
        j->is.shared = n_points_of(p, j) > 1 || hosts_are_shared(p, j);
        settle_ends(p, j);
    }
}

/* --- what is asked for --- */

unsigned tcps_points_n(const tcps_points *p)
{
    return p->n;
}

unsigned tcps_points_home(const tcps_points *p, unsigned role)
{
    return (role == TCPS_CLIENT) != p->exchanged ? 0 : p->n - 1;
}

unsigned tcps_points_n_joined(const tcps_points *p)
{
    return p->all->len;
}

const tcps_joined *tcps_points_joined(const tcps_points *p, unsigned n)
{
    return &((const joined *)g_ptr_array_index(p->all, n))->is;
}

const tcps_joined *tcps_points_joined_of(const tcps_points *p, uint32_t connection)
{
    if (connection >= p->connections->len)
        return NULL;
    const joined *j = g_array_index(p->connections, seen_connection, connection).joined;
    return j ? &j->is : NULL;
}

/* Of hosts that are known to speak through all points, the outermost one on its side, whether it saw anything of the connection or not. */
unsigned tcps_joined_home(const tcps_points *p, const tcps_joined *j, unsigned role)
{
    const bool near = (role == TCPS_CLIENT) == j->client_near;
    unsigned home = 0;
    for (unsigned i = 0; i < p->n; i++) {
        const unsigned point = near ? p->n - 1 - i : i;
        if (j->connection[point] != TCPS_NO_CONNECTION || j->shared)
            home = point;
    }
    return home;
}

static bool is_near(const tcps_joined *j, unsigned role)
{
    return (role == TCPS_CLIENT) == j->client_near;
}

tcps_fate tcps_joined_fate(const tcps_joined *j, unsigned n, unsigned role)
{
    const tcps_way *w = &j->ways[n];
    const bool near = is_near(j, role);
    tcps_fate f = {.arrived = w->matched[role],
                   .lost = near ? w->only_near[role] : w->only_far[role],
                   .made = near ? w->only_far[role] : w->only_near[role],
                   .rst_lost = near ? w->rst_near[role] : w->rst_far[role],
                   .rst_made = near ? w->rst_far[role] : w->rst_near[role],
                   .beyond = w->beyond_near[role] + w->beyond_far[role],
                   .reordered = w->reordered[role],
                   .duplicated = w->duplicated[role],
                   .took = turned(&w->later[role], near ? 1 : -1)};
    f.sent = f.arrived + f.lost;
    return f;
}

tcps_passage_end tcps_passage_ended(const tcps_points *p, const tcps_joined *j, const tcps_passage *q)
{
    const unsigned from = tcps_joined_home(p, j, q->sender), to = tcps_joined_home(p, j, !q->sender);
    const bool left = q->seen >> from & 1, arrived = q->seen >> to & 1;
    if (left && arrived)
        return TCPS_PASSAGE_ARRIVED;
    if (!j->shared || (!left && !arrived))
        return TCPS_PASSAGE_UNTOLD;
    if (left)
        return points_cover_time(p, to, q->time_ns[from]) ? TCPS_PASSAGE_LOST : TCPS_PASSAGE_UNTOLD;
    return points_cover_time(p, from, q->time_ns[to]) ? TCPS_PASSAGE_MADE : TCPS_PASSAGE_UNTOLD;
}

void tcps_fate_clear(tcps_fate *f)
{
    g_free(f->took.sample);
}

bool tcps_lone_is_lost(const tcps_joined *j, const tcps_lone_segment *lone)
{
    return is_near(j, lone->sender) == (lone->point == lone->way);
}

static void add_took(tcps_delays *to, const tcps_delays *from)
{
    if (!from->n)
        return;
    to->least_ns = to->n ? MIN(to->least_ns, from->least_ns) : from->least_ns;
    to->most_ns = to->n ? MAX(to->most_ns, from->most_ns) : from->most_ns;
    to->n += from->n;
}

static void add_fate(tcps_fate *to, const tcps_fate *from)
{
    to->sent += from->sent;
    to->arrived += from->arrived;
    to->lost += from->lost;
    to->made += from->made;
    to->rst_lost += from->rst_lost;
    to->rst_made += from->rst_made;
    to->beyond += from->beyond;
    to->reordered += from->reordered;
    to->duplicated += from->duplicated;
    add_took(&to->took, &from->took);
}

/* A delay of a connection's sample, which stands for as many. */
typedef struct {
    int32_t us;
    uint32_t n;
} weighed;

static gint by_delay(gconstpointer a, gconstpointer b)
{
    const weighed *x = a, *y = b;
    return (x->us > y->us) - (x->us < y->us);
}

static void weigh(GArray *list, const tcps_delays *d)
{
    for (unsigned i = 0; i < d->n_sample; i++) {
        const weighed w = {d->sample[i], d->every};
        g_array_append_val(list, w);
    }
}

static int64_t weighed_median(GArray *list)
{
    uint64_t all = 0, below = 0;
    g_array_sort(list, by_delay);
    for (unsigned i = 0; i < list->len; i++)
        all += g_array_index(list, weighed, i).n;
    for (unsigned i = 0; i < list->len; i++)
        if (2 * (below += g_array_index(list, weighed, i).n) >= all)
            return g_array_index(list, weighed, i).us * INT64_C(1000);
    return 0;
}

static void add_joined(tcps_path_totals *t, const tcps_joined *j, unsigned way, GArray *const took[2])
{
    t->shared++;
    for (unsigned role = 0; role < 2; role++) {
        tcps_fate f = tcps_joined_fate(j, way, role);
        add_fate(&t->fate[!is_near(j, role)], &f);
        weigh(took[!is_near(j, role)], &f.took);
        tcps_fate_clear(&f);
    }
    t->recut += j->ways[way].recut;
    for (unsigned i = 0; i < TCPS_N_CHANGES; i++)
        t->changed[i] += j->ways[way].changed[i];
}

tcps_path_totals tcps_points_totals(const tcps_points *p, unsigned way)
{
    tcps_path_totals t = {0};
    GArray *const took[2] = {g_array_new(FALSE, FALSE, sizeof(weighed)), g_array_new(FALSE, FALSE, sizeof(weighed))};
    for (unsigned i = 0; i < p->all->len; i++) {
        const joined *j = g_ptr_array_index(p->all, i);
        const bool far = j->is.connection[way] == TCPS_NO_CONNECTION;
        if (j->is.shared) {
            add_joined(&t, &j->is, way, took);
        } else if (far ? j->is.connection[way + 1] != TCPS_NO_CONNECTION : true) {
            t.alone[far]++;
            t.alone_segments[far] += j->segments;
        }
    }
    for (unsigned side = 0; side < 2; side++) {
        t.median_ns[side] = CLAMP(weighed_median(took[side]), t.fate[side].took.least_ns, t.fate[side].took.most_ns);
        g_array_unref(took[side]);
    }
    return t;
}

/* sampler.c: see sampler.h.
 *
 * Which way a segment went is told by the two of a pair of hosts together: what went from the near one to the far one lies later by
 * the far clock than what came back at about the same time, whatever that clock says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/sampler.h"

#include "base/span.h"
#include "points/fingerprint.h"

#include <math.h>
#include <string.h>

enum {
    AT_MOST = 1 << 16, /* samples of a point */
    LONGEST_STEP_S = 2 /* between two segments that are compared: clocks drift */
};

typedef struct {
    uint64_t fingerprint;
    int64_t time_ns;
    uint64_t hosts[2]; /* the sender's, the receiver's */
    uint8_t flags, ttl;
    bool twice; /* which is which cannot be told */
} sample;

typedef struct {
    GArray *samples;
    GHashTable *places; /* fingerprint -> place in samples, and one */
    uint64_t mask;      /* one of so many is taken, and one less */
} point;

struct tcps_sampler {
    point points[TCPS_MAX_POINTS];
};

/* What both saw. */
typedef struct {
    const sample *near, *far;
} pair;

/* Two hosts: who of them is on the side of the first point? */
typedef struct {
    int32_t votes; /* for the one with the lower number */
    bool seen[2];  /* by whether the sender is the one with the lower number */
    int64_t at_ns[2], later_ns[2];
} hosts;

tcps_sampler *tcps_sampler_new(void)
{
    tcps_sampler *s = g_new0(tcps_sampler, 1);
    for (unsigned i = 0; i < TCPS_MAX_POINTS; i++) {
        s->points[i].samples = g_array_new(FALSE, FALSE, sizeof(sample));
        s->points[i].places = g_hash_table_new(g_direct_hash, g_direct_equal);
    }
    return s;
}

void tcps_sampler_free(tcps_sampler *s)
{
    for (unsigned i = 0; s && i < TCPS_MAX_POINTS; i++) {
        g_array_unref(s->points[i].samples);
        g_hash_table_destroy(s->points[i].places);
    }
    g_free(s);
}

static uint64_t host_number(const tcps_address *a)
{
    uint64_t words[2];
    memcpy(words, a->bytes, sizeof words);
    return fingerprint_mix(fingerprint_mix(a->len, words[0]), words[1]);
}

static sample *find(const point *p, uint64_t fingerprint)
{
    const guint place = GPOINTER_TO_UINT(g_hash_table_lookup(p->places, GSIZE_TO_POINTER((gsize)fingerprint)));
    return place ? &g_array_index(p->samples, sample, place - 1) : NULL;
}

static void put(point *p, const sample *s)
{
    g_array_append_val(p->samples, *s);
    g_hash_table_insert(p->places, GSIZE_TO_POINTER((gsize)s->fingerprint), GUINT_TO_POINTER(p->samples->len));
}

/* Half of them go: those that the other points will not choose either. */
static void thin(point *p)
{
    GArray *all = p->samples;
    p->samples = g_array_new(FALSE, FALSE, sizeof(sample));
    g_hash_table_remove_all(p->places);
    p->mask = p->mask << 1 | 1;
    for (unsigned i = 0; i < all->len; i++)
        if (!(g_array_index(all, sample, i).fingerprint & p->mask))
            put(p, &g_array_index(all, sample, i));
    g_array_unref(all);
}

void tcps_sampler_segment(tcps_sampler *s, unsigned n, const tcps_address *src, const tcps_address *dst,
                          const tcps_segment *segment)
{
    point *p = &s->points[n % TCPS_MAX_POINTS];
    const uint64_t fingerprint = fingerprint_of_copy(segment);
    if (fingerprint & p->mask)
        return;
    sample *old = find(p, fingerprint);
    if (old) {
        old->twice = true;
        return;
    }
    const sample new = {.fingerprint = fingerprint,
                        .time_ns = segment->time_ns,
                        .hosts = {host_number(src), host_number(dst)},
                        .flags = (uint8_t)segment->flags,
                        .ttl = segment->ttl};
    put(p, &new);
    while (p->samples->len > AT_MOST)
        thin(p);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const pair *x = a, *y = b;
    return (x->near->time_ns > y->near->time_ns) - (x->near->time_ns < y->near->time_ns);
}

/* In the order of their times. */
static GArray *pairs_of(tcps_sampler *s, unsigned n)
{
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(pair));
    const GArray *samples = s->points[0].samples;
    for (unsigned i = 0; i < samples->len; i++) {
        const sample *near = &g_array_index(samples, sample, i), *far = find(&s->points[n], near->fingerprint);
        const pair both = {near, far};
        if (far && !near->twice && !far->twice)
            g_array_append_val(pairs, both);
    }
    g_array_sort(pairs, by_time);
    return pairs;
}

static bool sender_is_lower(const sample *s)
{
    return s->hosts[0] < s->hosts[1];
}

static hosts *hosts_of(GHashTable *all, const sample *s)
{
    const uint64_t number = s->hosts[0] ^ s->hosts[1];
    gpointer key = GSIZE_TO_POINTER((gsize)number);
    hosts *h = g_hash_table_lookup(all, key);
    if (!h) {
        h = g_new0(hosts, 1);
        g_hash_table_insert(all, key, h);
    }
    return h;
}

static void vote(hosts *h, const pair *p)
{
    const bool lower = sender_is_lower(p->near);
    const int64_t later = span_between(p->near->time_ns, p->far->time_ns);
    const int sign = lower ? 1 : -1;
    if (p->near->ttl && p->far->ttl && p->near->ttl != p->far->ttl)
        h->votes += p->near->ttl > p->far->ttl ? sign : -sign;
    if (h->seen[!lower] && span_between(h->at_ns[!lower], p->near->time_ns) <= LONGEST_STEP_S * INT64_C(1000000000) &&
        later != h->later_ns[!lower])
        h->votes += later > h->later_ns[!lower] ? sign : -sign;
    h->seen[lower] = true;
    h->at_ns[lower] = p->near->time_ns;
    h->later_ns[lower] = later;
}

static GHashTable *vote_all(const GArray *pairs)
{
    GHashTable *all = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    for (unsigned i = 0; i < pairs->len; i++) {
        const pair *p = &g_array_index(pairs, pair, i);
        vote(hosts_of(all, p->near), p);
    }
    return all;
}

static void count_opening(tcps_alignment *a, const pair *p, bool outward)
{
    if ((p->near->flags & (TCPS_SYN | TCPS_ACK)) != TCPS_SYN)
        return;
    if (outward)
        a->opened_here++;
    else
        a->opened_there++;
}

/* Those of which the way is known. */
static GArray *clock_pairs(tcps_alignment *a, const GArray *pairs, GHashTable *votes)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(tcps_clock_pair));
    for (unsigned i = 0; i < pairs->len; i++) {
        const pair *p = &g_array_index(pairs, pair, i);
        const int32_t votes_for = hosts_of(votes, p->near)->votes;
        const bool outward = sender_is_lower(p->near) == (votes_for > 0);
        const double later = (double)(span_between(p->near->time_ns, p->far->time_ns) - a->offset_ns);
        const tcps_clock_pair known = {(double)span_between(a->middle_ns, p->near->time_ns), later, outward};
        if (!votes_for)
            continue;
        count_opening(a, p, outward);
        g_array_append_val(list, known);
    }
    return list;
}

/* All that cannot be told apart: whoever sent them. */
static void take_as_one_way(GArray *list, const tcps_alignment *a, const GArray *pairs)
{
    for (unsigned i = 0; i < pairs->len; i++) {
        const pair *p = &g_array_index(pairs, pair, i);
        const double later = (double)(span_between(p->near->time_ns, p->far->time_ns) - a->offset_ns);
        const tcps_clock_pair unknown = {(double)span_between(a->middle_ns, p->near->time_ns), later, true};
        g_array_append_val(list, unknown);
    }
}

static bool all_alike(const GArray *pairs, int64_t later_ns)
{
    for (unsigned i = 0; i < pairs->len; i++) {
        const pair *p = &g_array_index(pairs, pair, i);
        if (span_between(p->near->time_ns, p->far->time_ns) != later_ns || p->near->ttl != p->far->ttl)
            return false;
    }
    return pairs->len > 1;
}

static void fit(tcps_alignment *a, const GArray *pairs)
{
    GHashTable *votes = vote_all(pairs);
    GArray *list = clock_pairs(a, pairs, votes);
    if (!list->len)
        take_as_one_way(list, a, pairs);
    const tcps_clock_line line = tcps_clock_line_fit(&g_array_index(list, tcps_clock_pair, 0), list->len);
    a->offset_ns += (int64_t)llround(line.offset_ns);
    a->drift = line.drift;
    a->drift_error = line.drift_error;
    a->bound_ns = line.bound_ns < 0 ? -1 : (int64_t)llround(line.bound_ns);
    a->steady = line.steady;
    g_array_unref(list);
    g_hash_table_destroy(votes);
}

/* Differences are taken from that of the first pair: numbers of seconds since 1970 have too many digits. */
tcps_alignment tcps_sampler_align(tcps_sampler *s, unsigned n)
{
    tcps_alignment a = {.bound_ns = -1, .steady = true};
    if (n == 0 || n >= TCPS_MAX_POINTS)
        return a;
    GArray *pairs = pairs_of(s, n);
    a.shared = pairs->len;
    if (pairs->len) {
        const pair *first = &g_array_index(pairs, pair, 0), *last = &g_array_index(pairs, pair, pairs->len - 1);
        a.middle_ns = first->near->time_ns + span_between(first->near->time_ns, last->near->time_ns) / 2;
        a.offset_ns = span_between(first->near->time_ns, first->far->time_ns);
        a.same_times = all_alike(pairs, a.offset_ns);
        fit(&a, pairs);
    }
    g_array_unref(pairs);
    return a;
}

/* A time t of the first clock is t + offset + drift * (t - middle) of the other. */
int64_t tcps_alignment_time(const tcps_alignment *a, int64_t time_ns)
{
    const int64_t by_offset = span_between(a->offset_ns, time_ns);
    const double since = (double)span_between(a->middle_ns, by_offset);
    const double gained = since * a->drift / (1 + a->drift);
    return fabs(gained) < 1e18 ? by_offset - (int64_t)llround(gained) : by_offset;
}

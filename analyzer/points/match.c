/* match.c: a segment finds its earlier sighting at another point, or waits for a later one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "points/fingerprint.h"
#include "points/joined.h"

#define SENT_AGAIN_NS INT64_C(150000000) /* nobody sends a segment again sooner, but for those that are asked for */

enum { LOOKED_AT = 256 /* of what waits, for pieces of it */ };

tcps_points *tcps_points_new(unsigned n)
{
    tcps_points *p = g_new0(tcps_points, 1);
    p->n = CLAMP(n, 2, TCPS_MAX_POINTS);
    passages_init(&p->passages);
    p->all = g_ptr_array_new_with_free_func(joined_free);
    p->connections = g_array_new(FALSE, TRUE, sizeof(seen_connection));
    p->hosts = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (unsigned i = 0; i < p->n; i++) {
        p->first_ns[i] = INT64_MIN;
        p->last_ns[i] = INT64_MAX;
    }
    return p;
}

void tcps_points_free(tcps_points *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->n; i++)
        g_free(p->name[i]);
    passages_clear(&p->passages);
    g_ptr_array_unref(p->all);
    g_array_unref(p->connections);
    g_hash_table_destroy(p->hosts);
    g_free(p);
}

void tcps_points_name(tcps_points *p, unsigned point, const char *name)
{
    g_free(p->name[point % TCPS_MAX_POINTS]);
    p->name[point % TCPS_MAX_POINTS] = g_strdup(name);
}

void tcps_points_clock(tcps_points *p, unsigned point, const tcps_alignment *clock)
{
    p->clock[point % TCPS_MAX_POINTS] = *clock;
}

void tcps_points_cover(tcps_points *p, unsigned point, int64_t first_ns, int64_t last_ns)
{
    p->first_ns[point % TCPS_MAX_POINTS] = first_ns;
    p->last_ns[point % TCPS_MAX_POINTS] = last_ns;
}

void tcps_points_keep_passages(tcps_points *p)
{
    p->keeps_passages = true;
}

void tcps_points_exchanged(tcps_points *p, bool exchanged)
{
    p->exchanged = exchanged;
}

static bool is_distinct(const tcps_segment *s)
{
    return s->has & TCPS_HAS_TIMESTAMPS || (s->flags & TCPS_ACK && s->ack && s->seq) ||
           (s->flags & TCPS_SYN && s->seq && s->has & TCPS_HAS_MSS);
}

/* SYNs that are sent again have another timestamp. */
static bool contradicts(const passage *p, const tcps_segment *s)
{
    return p->is.has & s->has & TCPS_HAS_TIMESTAMPS && p->tsval != s->tsval;
}

static bool same_copy(const passage *p, const tcps_segment *s)
{
    return p->is.has & s->has & TCPS_HAS_IP_ID && p->ip_id == s->ip_id && p->window == s->window && s->ip_id;
}

/* Of those that hosts do not number (RSTs of Linux), what was seen everywhere and comes once more where it arrived was doubled; where it set
 * out, it was sent again. */
static bool is_doubled(const passage *q, const tcps_sighting *s)
{
    const tcps_segment *seg = s->segment;
    const bool numbered = q->is.has & seg->has & TCPS_HAS_IP_ID && (q->ip_id || seg->ip_id);
    return numbered ? same_copy(q, seg) : q->whole && s->point != q->first_point && q->window == seg->window;
}

/* Of several that look alike, the sender has sent one again: 0: it is none of them. */
static unsigned likeness(const tcps_points *p, const passage *q, const tcps_sighting *s)
{
    const tcps_segment *seg = s->segment;
    if (q->is.seen & 1u << s->point || q->whole || contradicts(q, seg))
        return 0;
    unsigned points = joined_may_have(p, q->joined, s, is_distinct(seg));
    if (!points)
        return 0;
    points = 4 * points + 2 * same_copy(q, seg);
    return 2 * points + (span_between(passage_since(q), seg->time_ns) <= SENT_AGAIN_NS);
}

/* Of equals, those that lie first in the bucket are the newest: within a moment the oldest is meant, else the newest. */
static passage *find_match(const tcps_points *p, const tcps_sighting *s, uint64_t fingerprint)
{
    passage *best = NULL;
    unsigned most = 0;
    for (passage *q = passages_first(&p->passages, fingerprint); q; q = passages_next(q)) {
        const unsigned like = likeness(p, q, s);
        if (like > most || (like == most && like & 1)) {
            best = q;
            most = like;
        }
    }
    return best;
}

static passage *find_copied(const tcps_points *p, const tcps_sighting *s, uint64_t fingerprint)
{
    for (passage *q = passages_first(&p->passages, fingerprint); q; q = passages_next(q))
        if (q->is.seen & 1u << s->point && is_doubled(q, s) && !contradicts(q, s->segment) &&
            q->joined->is.connection[s->point] == s->connection)
            return q;
    return NULL;
}

static void see(tcps_points *p, passage *q, const tcps_sighting *s)
{
    joined_match(p, q, s);
    if (q->is.seen == (1u << p->n) - 1)
        passages_complete(&p->passages, q);
}

static joined *joined_of(tcps_points *p, const tcps_sighting *s)
{
    if (s->connection < p->connections->len) {
        joined *j = g_array_index(p->connections, seen_connection, s->connection).joined;
        if (j)
            return j;
    }
    return joined_new(p, s);
}

static passage *set_out(tcps_points *p, const tcps_sighting *s, uint64_t fingerprint)
{
    const tcps_segment *seg = s->segment;
    joined *j = joined_of(p, s);
    passage *q = passages_add(&p->passages, j, &j->waiting, fingerprint);
    q->is = (tcps_passage){.seq = seg->seq,
                           .ack = seg->ack,
                           .len = seg->len,
                           .flags = seg->flags,
                           .has = seg->has,
                           .sender = (uint8_t)joined_role(j, s->point, s->sender)};
    q->tsval = seg->tsval;
    q->tsecr = seg->tsecr;
    q->ip_id = seg->ip_id;
    q->window = seg->window;
    q->mss = seg->mss;
    q->wscale = seg->wscale;
    q->ttl = seg->ttl;
    q->first_point = s->point;
    if (j->is.passages) {
        g_array_append_val(j->is.passages, q->is);
        q->kept = j->is.passages->len;
    }
    j->segments++;
    see(p, q, s);
    return q;
}

/* Segments that were cut or put together on their way: by network cards, as offload */

static bool is_plain_data(const tcps_segment *s)
{
    return s->len > 0 && !(s->flags & (TCPS_SYN | TCPS_RST)) && !(s->has & TCPS_LEN_UNKNOWN);
}

static bool may_be_cut(const passage *q, const tcps_sighting *s, unsigned role)
{
    return q->is.sender == role && q->is.len && !(q->is.seen & 1u << s->point) &&
           !(q->is.flags & (TCPS_SYN | TCPS_RST)) && !contradicts(q, s->segment);
}

static bool lies_in(uint32_t seq, uint32_t len, uint32_t whole, uint32_t whole_len)
{
    return seq_ge(seq, whole) && seq_le(seq + len, whole + whole_len);
}

static void count_recut(const tcps_points *p, const joined *j, unsigned point)
{
    for (unsigned near = 0; near + 1 < p->n; near++)
        j->is.ways[near].recut += near == point || near + 1 == point;
}

/* Part of a larger one that was seen elsewhere. */
static bool take_piece(tcps_points *p, const joined *j, const tcps_sighting *s, unsigned role)
{
    const tcps_segment *seg = s->segment;
    unsigned looked = 0;
    for (passage *q = j->waiting; q && looked < LOOKED_AT; q = q->before, looked++) {
        if (!may_be_cut(q, s, role) || !lies_in(seg->seq, seg->len, q->is.seq, q->is.len))
            continue;
        if ((q->pieces[s->point] += seg->len) < q->is.len)
            return true;
        count_recut(p, j, s->point);
        see(p, q, s);
        return true;
    }
    return false;
}

/* Made of smaller ones that were seen elsewhere: how many bytes of them. They are taken in the order in which they came. */
static uint32_t take_whole(tcps_points *p, const joined *j, const tcps_sighting *s, unsigned role, unsigned *elsewhere)
{
    const tcps_segment *seg = s->segment;
    passage *found[LOOKED_AT];
    unsigned n = 0, looked = 0;
    uint32_t bytes = 0;
    for (passage *q = j->waiting; q && looked < LOOKED_AT; q = q->before, looked++)
        if (may_be_cut(q, s, role) && lies_in(q->is.seq, q->is.len, seg->seq, seg->len))
            found[n++] = q;
    while (n-- > 0) {
        bytes += found[n]->is.len;
        *elsewhere |= found[n]->is.seen;
        count_recut(p, j, s->point);
        see(p, found[n], s);
    }
    return bytes;
}

/* True: there is nothing left of it to wait for. */
static bool match_bytes(tcps_points *p, const tcps_sighting *s, uint64_t fingerprint)
{
    const seen_connection *c =
        s->connection < p->connections->len ? &g_array_index(p->connections, seen_connection, s->connection) : NULL;
    if (!c || !c->joined || !is_plain_data(s->segment))
        return false;
    const unsigned role = joined_role(c->joined, s->point, s->sender);
    unsigned elsewhere = 0;
    if (take_piece(p, c->joined, s, role))
        return true;
    const uint32_t bytes = take_whole(p, c->joined, s, role, &elsewhere);
    if (!bytes || bytes >= s->segment->len)
        return bytes > 0;
    passage *q = set_out(p, s, fingerprint);
    for (unsigned i = 0; i < p->n; i++)
        q->pieces[i] = elsewhere >> i & 1 ? bytes : 0;
    return true;
}

static void drop_overdue(tcps_points *p, int64_t now_ns)
{
    for (passage *q; (q = passages_overdue(&p->passages, now_ns));) {
        joined_copy(p, q);
        if (!q->whole)
            joined_lose(p, q);
        passages_drop(&p->passages, q);
    }
}

void tcps_points_segment(tcps_points *p, const tcps_sighting *s)
{
    const uint64_t fingerprint = fingerprint_of(s->segment);
    drop_overdue(p, s->segment->time_ns);
    passage *q = find_match(p, s, fingerprint);
    if (q) {
        joined_take(p, q->joined, s, q->is.sender);
        joined_of(p, s)->segments++;
        see(p, q, s);
    } else if ((q = find_copied(p, s, fingerprint))) {
        q->copies[s->point] = (uint8_t)MIN(q->copies[s->point] + 1, UINT8_MAX);
    } else if (!match_bytes(p, s, fingerprint)) {
        set_out(p, s, fingerprint);
    }
}

void tcps_points_finish(tcps_points *p)
{
    drop_overdue(p, INT64_MAX);
    joined_settle(p);
}

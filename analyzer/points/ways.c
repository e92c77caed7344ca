/* ways.c: what is counted of a segment's way from one point to the next. Which of them is the sender's side is not asked here: more
 * segments may tell it better.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/seq.h"
#include "base/span.h"
#include "points/joined.h"

static const struct {
    const char *id, *text;
} change_words[TCPS_N_CHANGES] = {
    [TCPS_CHANGE_ENDS] = {"ends", "address or port translated"},
    [TCPS_CHANGE_MSS] = {"mss", "MSS rewritten"},
    [TCPS_CHANGE_WSCALE] = {"window_scale", "window scale rewritten or stripped"},
    [TCPS_CHANGE_SACK] = {"sack_permitted", "SACK-permitted stripped or added"},
    [TCPS_CHANGE_TIMESTAMPS] = {"timestamps", "timestamps stripped or rewritten"},
    [TCPS_CHANGE_FAST_OPEN] = {"fast_open", "Fast Open stripped or added"},
    [TCPS_CHANGE_ECN] = {"ecn", "ECN flags changed"},
    [TCPS_CHANGE_WINDOW] = {"window", "window rewritten"},
};

const char *tcps_change_text(unsigned kind)
{
    return kind < TCPS_N_CHANGES ? change_words[kind].text : "";
}

const char *tcps_change_id(unsigned kind)
{
    return kind < TCPS_N_CHANGES ? change_words[kind].id : "";
}

static unsigned options_changed(const passage *p, const tcps_segment *s)
{
    const unsigned gone = p->is.has ^ s->has;
    unsigned set = 0;
    if ((p->is.has | s->has) & TCPS_OPTIONS_CUT)
        return 0;
    if (gone & TCPS_HAS_MSS || p->mss != s->mss)
        set |= 1u << TCPS_CHANGE_MSS;
    if (gone & TCPS_HAS_WSCALE || p->wscale != s->wscale)
        set |= 1u << TCPS_CHANGE_WSCALE;
    if (gone & TCPS_HAS_SACK_PERMITTED)
        set |= 1u << TCPS_CHANGE_SACK;
    if (gone & TCPS_HAS_FAST_OPEN)
        set |= 1u << TCPS_CHANGE_FAST_OPEN;
    if (gone & TCPS_HAS_TIMESTAMPS || (s->has & TCPS_HAS_TIMESTAMPS && p->tsval != s->tsval))
        set |= 1u << TCPS_CHANGE_TIMESTAMPS;
    return set;
}

unsigned changes_between(const passage *p, const tcps_segment *s)
{
    unsigned set = s->flags & TCPS_SYN ? options_changed(p, s) : 0;
    if ((p->is.flags ^ s->flags) & (TCPS_ECE | TCPS_CWR))
        set |= 1u << TCPS_CHANGE_ECN;
    if (p->window != s->window)
        set |= 1u << TCPS_CHANGE_WINDOW;
    return set;
}

static void count_order(joined *j, tcps_way *way, const passage *p, unsigned from, unsigned to)
{
    const unsigned role = p->is.sender;
    if (p->order[from] < j->newest[role][to])
        way->reordered[role]++;
    else
        j->newest[role][to] = p->order[from];
}

static void pass(tcps_points *p, passage *q, unsigned near, const tcps_sighting *s)
{
    joined *j = q->joined;
    tcps_way *way = &j->is.ways[near];
    const unsigned role = q->is.sender, here = s->point, there = here == near ? near + 1 : near;
    const int64_t later = span_between(q->is.time_ns[near], q->is.time_ns[near + 1]);
    way->matched[role]++;
    tcps_delays_add(&way->later[role], later);
    p->longest_ns = MAX(p->longest_ns, later < 0 ? -later : later);
    count_order(j, way, q, there, here);
    if (q->last_point != there) /* the segment at hand can be compared with the last one alone */
        return;
    if (q->ttl && s->segment->ttl && q->ttl != s->segment->ttl)
        way->hops[role] += (q->ttl > s->segment->ttl) == (there == near) ? 1 : -1;
    for (unsigned kinds = changes_between(q, s->segment), i = 0; i < TCPS_N_CHANGES; i++)
        way->changed[i] += kinds >> i & 1;
}

void joined_match(tcps_points *p, passage *q, const tcps_sighting *s)
{
    joined *j = q->joined;
    const unsigned point = s->point;
    q->is.seen |= (uint8_t)(1u << point);
    q->is.time_ns[point] = s->segment->time_ns;
    q->is.frame[point] = s->segment->frame;
    q->order[point] = ++j->sent[q->is.sender][point];
    if (q->kept)
        g_array_index(j->is.passages, tcps_passage, q->kept - 1) = q->is;
    if (point > 0 && q->is.seen & 1u << (point - 1))
        pass(p, q, point - 1, s);
    if (point + 1 < p->n && q->is.seen & 1u << (point + 1))
        pass(p, q, point, s);
    q->last_point = (uint8_t)point;
}

/* What opens and ends connections says more than data. */
static bool says_much(const tcps_lone_segment *lone)
{
    return lone->flags & (TCPS_SYN | TCPS_FIN | TCPS_RST);
}

void joined_keep_lone(joined *j, const tcps_lone_segment *lone)
{
    if (!j->is.lone)
        j->is.lone = g_new0(tcps_lone_segment, TCPS_LONE_KEPT);
    if (j->is.n_lone < TCPS_LONE_KEPT) {
        j->is.lone[j->is.n_lone++] = *lone;
        return;
    }
    for (unsigned i = TCPS_LONE_KEPT; says_much(lone) && i-- > 0;)
        if (!says_much(&j->is.lone[i])) {
            j->is.lone[i] = *lone;
            return;
        }
}

/* What left last may not have arrived before the capture ended. */
bool points_cover_time(const tcps_points *p, unsigned point, int64_t time_ns)
{
    return time_ns >= p->first_ns[point] && span_between(time_ns, p->last_ns[point]) > p->longest_ns;
}

static void lose(tcps_points *p, const passage *q, unsigned near)
{
    joined *j = q->joined;
    tcps_way *way = &j->is.ways[near];
    const unsigned role = q->is.sender, here = near + !(q->is.seen >> near & 1);
    const bool is_near = here == near, is_rst = q->is.flags & TCPS_RST;
    const tcps_lone_segment lone = {.time_ns = q->is.time_ns[here],
                                    .frame = q->is.frame[here],
                                    .seq = q->is.seq,
                                    .flags = q->is.flags,
                                    .point = (uint8_t)here,
                                    .way = (uint8_t)near,
                                    .sender = (uint8_t)role};
    if (!points_cover_time(p, is_near ? near + 1 : near, lone.time_ns)) {
        (is_near ? way->beyond_near : way->beyond_far)[role]++;
        return;
    }
    (is_near ? way->only_near : way->only_far)[role]++;
    (is_near ? way->rst_near : way->rst_far)[role] += is_rst;
    joined_keep_lone(j, &lone);
}

void joined_lose(tcps_points *p, const passage *q)
{
    for (unsigned near = 0; near + 1 < p->n; near++) {
        const unsigned both = q->is.seen >> near & 3;
        if (both == 1 || both == 2)
            lose(p, q, near);
    }
}

void joined_copy(const tcps_points *p, const passage *q)
{
    joined *j = q->joined;
    while (j->into)
        j = j->into;
    for (unsigned near = 0; near + 1 < p->n; near++) {
        const int more = (int)q->copies[near + 1] - (int)q->copies[near];
        j->is.ways[near].duplicated[q->is.sender] += (uint32_t)ABS(more);
    }
}

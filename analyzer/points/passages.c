/* passages.c: see passages.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/passages.h"

#include "base/span.h"

enum { BUCKETS = 1 << 16, MOST_WAITING = 1 << 17, MOST_WHOLE = 1 << 14 };

#define WHOLE_STAYS_NS INT64_C(1000000000)

void passages_init(passages *all)
{
    *all = (passages){.slab = {.size = sizeof(passage)}, .buckets = g_new0(passage *, BUCKETS)};
}

void passages_clear(passages *all)
{
    tcps_slab_clear(&all->slab);
    g_free(all->buckets);
}

static passage **bucket_of(const passages *all, uint64_t fingerprint)
{
    return &all->buckets[fingerprint >> 32 & (BUCKETS - 1)];
}

static void line_add(passage_line *line, passage *p)
{
    p->older = line->newest;
    p->newer = NULL;
    if (line->newest)
        line->newest->newer = p;
    else
        line->oldest = p;
    line->newest = p;
    line->n++;
}

static void line_remove(passage_line *line, passage *p)
{
    if (p->older)
        p->older->newer = p->newer;
    else
        line->oldest = p->newer;
    if (p->newer)
        p->newer->older = p->older;
    else
        line->newest = p->older;
    line->n--;
}

static void wait_for(passage *p, struct joined *j, passage **list)
{
    p->joined = j;
    p->list = list;
    p->before = *list;
    p->behind = NULL;
    if (*list)
        (*list)->behind = p;
    *list = p;
}

static void wait_no_more(passage *p)
{
    if (p->behind)
        p->behind->before = p->before;
    else
        *p->list = p->before;
    if (p->before)
        p->before->behind = p->behind;
    p->before = p->behind = NULL;
}

passage *passages_add(passages *all, struct joined *j, passage **list, uint64_t fingerprint)
{
    passage *p = tcps_slab_take(&all->slab), **bucket = bucket_of(all, fingerprint);
    p->fingerprint = fingerprint;
    p->bucket_next = *bucket;
    *bucket = p;
    line_add(&all->waiting, p);
    wait_for(p, j, list);
    return p;
}

void passages_move(passage *p, struct joined *j, passage **list)
{
    wait_no_more(p);
    wait_for(p, j, list);
}

void passages_complete(passages *all, passage *p)
{
    line_remove(&all->waiting, p);
    wait_no_more(p);
    line_add(&all->whole, p);
    p->whole = true;
}

void passages_drop(passages *all, passage *p)
{
    passage **link = bucket_of(all, p->fingerprint);
    while (*link != p)
        link = &(*link)->bucket_next;
    *link = p->bucket_next;
    if (!p->whole)
        wait_no_more(p);
    line_remove(p->whole ? &all->whole : &all->waiting, p);
    tcps_slab_give_back(&all->slab, p);
}

int64_t passage_since(const passage *p)
{
    int64_t since = INT64_MAX;
    for (unsigned i = 0; i < TCPS_MAX_POINTS; i++)
        if (p->is.seen & 1u << i)
            since = MIN(since, p->is.time_ns[i]);
    return since;
}

static bool is_overdue(const passage_line *line, uint32_t most, int64_t stays_ns, int64_t now_ns)
{
    return line->oldest && (line->n > most || span_between(passage_since(line->oldest), now_ns) > stays_ns);
}

passage *passages_overdue(const passages *all, int64_t now_ns)
{
    if (is_overdue(&all->whole, MOST_WHOLE, WHOLE_STAYS_NS, now_ns))
        return all->whole.oldest;
    if (is_overdue(&all->waiting, MOST_WAITING, TCPS_PASSAGE_WAITS_NS, now_ns))
        return all->waiting.oldest;
    return NULL;
}

static passage *same_from(passage *p, uint64_t fingerprint)
{
    while (p && p->fingerprint != fingerprint)
        p = p->bucket_next;
    return p;
}

passage *passages_first(const passages *all, uint64_t fingerprint)
{
    return same_from(*bucket_of(all, fingerprint), fingerprint);
}

passage *passages_next(const passage *p)
{
    return same_from(p->bucket_next, p->fingerprint);
}

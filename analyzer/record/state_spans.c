/* stays.c: see stays.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "record/state_spans.h"

#include "base/span.h"

/* One endpoint's stay in one state. Of the time when it began, the upper half is that of the era it lies in. */
typedef struct {
    uint32_t since_frame;
    uint32_t since_low;
    uint32_t next : 28; /* so many stays later the one that followed began; 0: none yet, or too far away */
    uint32_t state : 4;
} stay;

/* The stays from that number on began at times with the same upper half: in the same 4.3 seconds. */
typedef struct {
    uint32_t first;
    int32_t high;
} era;

/* The stays that a connection's ends are in; 0: none. */
typedef struct {
    uint32_t number[2];
} current;

enum { CHUNK = 4096, FARTHEST = 1 << 28 };

/* Both grow by whole chunks: what is there stays where it is. */
struct tcps_stays {
    GPtrArray *stays; /* of CHUNK of them each */
    uint32_t n_stays; /* with number 0, which is none */
    GPtrArray *current;
    uint32_t n_connections;
    GArray *eras; /* of era, by the number of their first stay */
};

tcps_stays *tcps_stays_new(void)
{
    tcps_stays *s = g_new0(tcps_stays, 1);
    s->stays = g_ptr_array_new_with_free_func(g_free);
    s->current = g_ptr_array_new_with_free_func(g_free);
    s->eras = g_array_new(FALSE, FALSE, sizeof(era));
    g_ptr_array_add(s->stays, g_new(stay, CHUNK));
    s->n_stays = 1;
    return s;
}

void tcps_stays_free(tcps_stays *s)
{
    if (!s)
        return;
    g_ptr_array_free(s->stays, TRUE);
    g_ptr_array_free(s->current, TRUE);
    g_array_free(s->eras, TRUE);
    g_free(s);
}

static inline stay *stay_at(const tcps_stays *s, uint32_t number)
{
    return (stay *)s->stays->pdata[number / CHUNK] + number % CHUNK;
}

static current *current_of(tcps_stays *s, uint32_t connection)
{
    while (s->current->len <= connection / CHUNK)
        g_ptr_array_add(s->current, g_new(current, CHUNK));
    for (; s->n_connections <= connection; s->n_connections++)
        ((current *)s->current->pdata[s->n_connections / CHUNK])[s->n_connections % CHUNK] = (current){{0}};
    return (current *)s->current->pdata[connection / CHUNK] + connection % CHUNK;
}

/* When a stay began. */
static int64_t since_of(const tcps_stays *s, uint32_t number)
{
    guint from = 0, to = s->eras->len;
    while (to - from > 1) {
        const guint middle = from + (to - from) / 2;
        if (g_array_index(s->eras, era, middle).first <= number)
            from = middle;
        else
            to = middle;
    }
    const int64_t high = to > from ? g_array_index(s->eras, era, from).high : 0;
    return (int64_t)((uint64_t)high << 32 | stay_at(s, number)->since_low);
}

static uint32_t add(tcps_stays *s, const tcps_view *view)
{
    if (s->n_stays == UINT32_MAX) /* all of memory is full of them */
        return s->n_stays - 1;
    const era e = {.first = s->n_stays, .high = (int32_t)(view->since_ns >> 32)};
    if (s->eras->len == 0 || g_array_index(s->eras, era, s->eras->len - 1).high != e.high)
        g_array_append_val(s->eras, e);
    if (s->n_stays / CHUNK == s->stays->len)
        g_ptr_array_add(s->stays, g_new(stay, CHUNK));
    *stay_at(s, s->n_stays) =
        (stay){.since_low = (uint32_t)view->since_ns, .since_frame = view->since_frame, .state = view->state & 15u};
    return s->n_stays++;
}

/* The same frame began it, which has but one time; what began by no frame is told by its time. */
static bool is_of(const tcps_stays *s, uint32_t number, const tcps_view *view)
{
    const stay *it = stay_at(s, number);
    return number && it->since_frame == view->since_frame && it->state == view->state &&
           (view->since_frame || since_of(s, number) == view->since_ns);
}

static void follow(tcps_stays *s, uint32_t before, uint32_t number)
{
    if (before && number - before < FARTHEST)
        stay_at(s, before)->next = (number - before) & (FARTHEST - 1);
}

uint32_t tcps_stays_of(tcps_stays *s, uint32_t connection, tcps_role end, const tcps_view *view)
{
    uint32_t *now = &current_of(s, connection)->number[end];
    if (!is_of(s, *now, view)) {
        const uint32_t number = add(s, view);
        follow(s, *now, number);
        *now = number;
    }
    return *now;
}

void tcps_stays_get(const tcps_stays *s, uint32_t number, tcps_view *view, tcps_until *until)
{
    const stay *it = stay_at(s, number);
    view->state = it->state;
    view->since_frame = it->since_frame;
    view->since_ns = since_of(s, number);
    *until = (tcps_until){.known = it->next != 0};
    if (!it->next)
        return;
    until->frame = stay_at(s, number + it->next)->since_frame;
    until->lasts_ns = MAX(span_between(view->since_ns, since_of(s, number + it->next)), 0);
}

uint32_t tcps_stays_n_connections(const tcps_stays *s)
{
    return s->n_connections;
}

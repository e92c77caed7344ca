/* timers.c: see timers.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/timers.h"

#include <glib.h>

#include "base/span.h"

/* What is due soon, and later: nearly all connections have the one at first and the other in the end. Those of the one heap, which
 * come and go with each, are not to be sorted in among those of the other. */
enum { SOON, LATER, N_HORIZONS };
enum { FIRST_ROOM = 64 };
#define SOON_NS 5000000000

typedef struct {
    tcps_wish *wishes;
    unsigned len, room;
} heap;

struct tcps_wishes {
    heap heaps[N_HORIZONS]; /* binary heaps, earliest first */
};

tcps_wishes *tcps_wishes_new(void)
{
    return g_new0(tcps_wishes, 1);
}

void tcps_wishes_free(tcps_wishes *w)
{
    if (!w)
        return;
    for (unsigned i = 0; i < N_HORIZONS; i++)
        g_free(w->heaps[i].wishes);
    g_free(w);
}

static void make_room(heap *of)
{
    if (of->len < of->room)
        return;
    of->room = of->room ? 2 * of->room : FIRST_ROOM;
    of->wishes = g_renew(tcps_wish, of->wishes, of->room);
}

void tcps_wishes_add(tcps_wishes *w, tcps_wish wish, int64_t now_ns)
{
    heap *to = &w->heaps[span_between(now_ns, wish.due_ns) > SOON_NS ? LATER : SOON];
    make_room(to);
    tcps_wish *h = to->wishes;
    unsigned i = to->len++;
    for (; i > 0 && h[(i - 1) / 2].due_ns > wish.due_ns; i = (i - 1) / 2)
        h[i] = h[(i - 1) / 2];
    h[i] = wish;
}

static tcps_wish take_first(heap *of)
{
    tcps_wish *h = of->wishes, first = h[0], moving = h[of->len - 1];
    const unsigned n = --of->len;
    unsigned i = 0;
    while (2 * i + 1 < n) {
        unsigned child = 2 * i + 1;
        if (child + 1 < n && h[child + 1].due_ns < h[child].due_ns)
            child++;
        if (h[child].due_ns >= moving.due_ns)
            break;
        h[i] = h[child];
        i = child;
    }
    if (n > 0)
        h[i] = moving;
    return first;
}

bool tcps_wishes_take(tcps_wishes *w, int64_t now_ns, tcps_wish *wish)
{
    heap *soon = &w->heaps[SOON], *later = &w->heaps[LATER];
    const bool is_later = soon->len == 0 || (later->len > 0 && later->wishes->due_ns < soon->wishes->due_ns);
    heap *first = is_later ? later : soon;
    if (first->len == 0 || first->wishes->due_ns > now_ns)
        return false;
    *wish = take_first(first);
    return true;
}

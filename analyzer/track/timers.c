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
#define SOON_NS 5000000000

struct tcps_wishes {
    GArray *heaps[N_HORIZONS]; /* binary heaps, earliest first */
};

tcps_wishes *tcps_wishes_new(void)
{
    tcps_wishes *w = g_new(tcps_wishes, 1);
    for (unsigned i = 0; i < N_HORIZONS; i++)
        w->heaps[i] = g_array_new(FALSE, FALSE, sizeof(tcps_wish));
    return w;
}

void tcps_wishes_free(tcps_wishes *w)
{
    if (!w)
        return;
    for (unsigned i = 0; i < N_HORIZONS; i++)
        g_array_free(w->heaps[i], TRUE);
    g_free(w);
}

static tcps_wish *entries(const GArray *heap)
{
    return (tcps_wish *)(void *)heap->data;
}

void tcps_wishes_add(tcps_wishes *w, tcps_wish wish, int64_t now_ns)
{
    GArray *heap = w->heaps[span_between(now_ns, wish.due_ns) > SOON_NS ? LATER : SOON];
    g_array_append_val(heap, wish);
    tcps_wish *h = entries(heap);
    unsigned i = heap->len - 1;
    for (; i > 0 && h[(i - 1) / 2].due_ns > wish.due_ns; i = (i - 1) / 2)
        h[i] = h[(i - 1) / 2];
    h[i] = wish;
}

static tcps_wish take_first(GArray *heap)
{
    tcps_wish *h = entries(heap), first = h[0], moving = h[heap->len - 1];
    g_array_set_size(heap, heap->len - 1);
    unsigned n = heap->len, i = 0;
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
    GArray *soon = w->heaps[SOON], *later = w->heaps[LATER];
    const bool is_later = soon->len == 0 || (later->len > 0 && entries(later)->due_ns < entries(soon)->due_ns);
    GArray *first = is_later ? later : soon;
    if (first->len == 0 || entries(first)->due_ns > now_ns)
        return false;
    *wish = take_first(first);
    return true;
}

/* holes.c: see holes.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/holes.h"

/* TCP's own timers are shorter, those of keepalives included: no host waits for a day. */
#define DAY_NS INT64_C(86400000000000)

/* So many times the longest pause before. */
#define FAR_MORE 100

void tcps_holes_init(tcps_holes *h)
{
    *h = (tcps_holes){.all = g_array_new(FALSE, FALSE, sizeof(tcps_hole))};
}

void tcps_holes_clear(tcps_holes *h)
{
    g_array_free(h->all, TRUE);
}

void tcps_holes_pause(tcps_holes *h, int64_t pause_ns, uint32_t frame)
{
    if (pause_ns < DAY_NS || pause_ns / FAR_MORE < h->longest_ns) {
        h->longest_ns = pause_ns;
        return;
    }
    const tcps_hole hole = {h->last_ns, h->last_frame, frame, pause_ns};
    g_array_append_val(h->all, hole);
}

static unsigned index_after(const tcps_holes *h, uint32_t frame)
{
    unsigned low = 0, high = h->all->len;
    while (low < high) {
        const unsigned middle = low + (high - low) / 2;
        if (g_array_index(h->all, tcps_hole, middle).to_frame > frame)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

const tcps_hole *tcps_holes_after(const tcps_holes *h, uint32_t frame)
{
    const unsigned i = index_after(h, frame);
    return i < h->all->len ? &g_array_index(h->all, tcps_hole, i) : NULL;
}

int64_t tcps_holes_between(const tcps_holes *h, uint32_t from_frame, uint32_t to_frame)
{
    int64_t length_ns = 0;
    for (unsigned i = index_after(h, from_frame); i < h->all->len; i++) {
        const tcps_hole *hole = &g_array_index(h->all, tcps_hole, i);
        if (hole->to_frame > to_frame)
            break;
        length_ns = span_after(length_ns, hole->length_ns);
    }
    return length_ns;
}

/* waiting.c: see waiting.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "waiting.h"

#include <stdlib.h>

#include "counters.h"
#include "record/history.h"
#include "record/segment_queue.h"

/* BATCH: as the plugin does. */
enum { BATCH = 256, MADE_AT_ONCE = 1 << 16 };

static int64_t put(tcps_inbox *in, const tcps_analyzer *a, const traffic *t)
{
    const uint64_t total = (uint64_t)t->connections * t->segments;
    traffic_segment *made = malloc(MADE_AT_ONCE * sizeof *made);
    int64_t spent = 0;
    for (uint64_t n = 0; n < total; n += MADE_AT_ONCE) {
        const uint64_t count = MIN(total - n, (uint64_t)MADE_AT_ONCE);
        for (uint64_t i = 0; i < count; i++)
            traffic_at(t, n + i, &made[i]);
        const int64_t began = cpu_now_ns();
        for (uint64_t i = 0; i < count; i++) {
            const tcps_path path = tcps_analyzer_path(a, &made[i].src, &made[i].dst);
            tcps_inbox_begin(in, made[i].segment.frame, made[i].segment.time_ns);
            tcps_inbox_segment(in, &path, &made[i].segment);
        }
        spent += cpu_now_ns() - began;
    }
    free(made);
    return spent;
}

static void expect(const tcps_analyzer *a, tcps_item *items, unsigned n, unsigned i, tcps_turn turn)
{
    if (i < n)
        tcps_analyzer_expect(a, &items[i].path, turn);
}

static void look(tcps_inbox *in, tcps_analyzer *a, tcps_history *h)
{
    static tcps_item items[BATCH];
    tcps_observation o;
    unsigned n;
    do {
        for (n = 0; n < BATCH && tcps_inbox_take(in, &items[n]);)
            n++;
        for (unsigned i = 0; i < n; i++) {
            expect(a, items, n, i + TCPS_LATER_BY, TCPS_LATER);
            expect(a, items, n, i + TCPS_SOON_BY, TCPS_SOON);
            expect(a, items, n, i + TCPS_NEXT_BY, TCPS_NEXT);
            tcps_history_begin_frame(h, items[i].frame);
            tcps_analyzer_segment_on(a, &items[i].path, &items[i].segment, &o);
            tcps_history_add(h, &o, true);
        }
    } while (n == BATCH);
}

waiting_cost waiting_measure(const traffic *t)
{
    const double total = (double)t->connections * t->segments;
    tcps_analyzer *a = tcps_analyzer_new(NULL);
    tcps_history *h = tcps_history_new();
    tcps_inbox *in = tcps_inbox_new();
    waiting_cost cost = {.put_ns = (double)put(in, a, t) / total, .bytes = (double)tcps_inbox_bytes(in) / total};
    const int64_t began = cpu_now_ns();
    look(in, a, h);
    cost.look_ns = (double)(cpu_now_ns() - began) / total;
    tcps_inbox_free(in);
    tcps_history_free(h);
    tcps_analyzer_free(a);
    return cost;
}

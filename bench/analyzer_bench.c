/* analyzer_bench.c: what a segment costs the analyzer, fed from memory: nanoseconds, cache misses, allocations, bytes.
 *
 * "analyzer_bench" prints the table of docs/performance.md; "analyzer_bench CONNECTIONS SEGMENTS AT_ONCE" one row of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "counters.h"
#include "record/history.h"
#include "traffic.h"
#include "waiting.h"

/* Segments are made before they are timed, so many at a time. A connection has its turn every 100 ms. */
enum { BATCH = 1 << 16, PASSES = 3, TURN_NS = 100000000 };

typedef struct {
    double ns, misses, allocations; /* for each segment */
    double bytes;                   /* for each connection */
    unsigned findings;
} result;

static size_t bytes_in_use(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

/* As the plugin does where nobody looks: segments are known before their turn comes. */
enum { LATER = TCPS_LATER_BY, SOON = TCPS_SOON_BY, NEXT = TCPS_NEXT_BY, RING = 32 };

static void take(tcps_analyzer *a, traffic_segment *batch, uint64_t count)
{
    tcps_path paths[RING];
    tcps_observation o;
    for (uint64_t i = 0; i < count + LATER; i++) {
        if (i < count) {
            paths[i % RING] = tcps_analyzer_path(a, &batch[i].src, &batch[i].dst);
            tcps_analyzer_expect(a, &paths[i % RING], TCPS_LATER);
        }
        if (i >= LATER - SOON && i - (LATER - SOON) < count)
            tcps_analyzer_expect(a, &paths[(i - (LATER - SOON)) % RING], TCPS_SOON);
        if (i >= LATER - NEXT && i - (LATER - NEXT) < count)
            tcps_analyzer_expect(a, &paths[(i - (LATER - NEXT)) % RING], TCPS_NEXT);
        if (i >= LATER)
            tcps_analyzer_segment_on(a, &paths[(i - LATER) % RING], &batch[i - LATER].segment, &o);
    }
}

static result run(const traffic *t)
{
    const uint64_t total = (uint64_t)t->connections * t->segments;
    traffic_segment *batch = malloc(BATCH * sizeof *batch);
    const size_t before = bytes_in_use();
    tcps_analyzer *a = tcps_analyzer_new(NULL);
    const int counter = cache_misses_open();
    const uint64_t allocated = allocations();
    int64_t spent = 0;
    uint64_t misses = 0;

    for (uint64_t n = 0; n < total; n += BATCH) {
        const uint64_t count = total - n < BATCH ? total - n : BATCH;
        for (uint64_t i = 0; i < count; i++)
            traffic_at(t, n + i, &batch[i]);
        const int64_t began = cpu_now_ns();
        const uint64_t missed = cache_misses_read(counter);
        take(a, batch, count);
        misses += cache_misses_read(counter) - missed;
        spent += cpu_now_ns() - began;
    }
    result r = {.ns = (double)spent / (double)total, .misses = counter < 0 ? -1 : (double)misses / (double)total};
    r.allocations = (double)(allocations() - allocated) / (double)total;
    r.bytes = (double)(bytes_in_use() - before) / t->connections;
    tcps_analyzer_finish(a);
    tcps_analyzer_findings(a, &r.findings);
    tcps_analyzer_free(a);
    free(batch);
    return r;
}

/* What the history of the same capture takes, for each connection. */
static double history_bytes(const traffic *t)
{
    const uint64_t total = (uint64_t)t->connections * t->segments;
    tcps_analyzer *a = tcps_analyzer_new(NULL);
    const size_t before = bytes_in_use();
    tcps_history *h = tcps_history_new();

    for (uint64_t n = 0; n < total; n++) {
        traffic_segment s;
        tcps_observation o;
        traffic_at(t, n, &s);
        tcps_analyzer_segment(a, &s.src, &s.dst, &s.segment, &o);
        tcps_history_begin_frame(h, s.segment.frame);
        tcps_history_add(h, &o, true);
    }
    tcps_analyzer_free(a);
    const double bytes = (double)bytes_in_use() - (double)before;
    tcps_history_free(h);
    return bytes / t->connections;
}

static void print_row(const traffic *t)
{
    result best = run(t);
    for (unsigned i = 1; i < PASSES; i++) {
        const result r = run(t);
        if (r.ns < best.ns)
            best = r;
    }
    printf("%12u %10u %10u %10.1f ", t->connections, t->segments, t->at_once, best.ns);
    if (best.misses < 0)
        printf("%10s ", "-");
    else
        printf("%10.2f ", best.misses);
    const waiting_cost waiting = waiting_measure(t);
    printf("%12.4f %12.0f %12.0f %9u %9.1f %8.1f %9.1f\n", best.allocations, best.bytes, history_bytes(t),
           best.findings, waiting.put_ns, waiting.bytes, waiting.look_ns);
    fflush(stdout);
}

static void print_head(void)
{
    printf("%12s %10s %10s %10s %10s %12s %12s %12s %9s %9s %8s %9s\n", "connections", "segments", "at once", "ns",
           "misses", "allocations", "bytes", "history", "findings", "put aside", "waiting", "look, ns");
    printf("%12s %10s %10s %10s %10s %12s %12s %12s %9s %9s %8s %9s\n", "", "of each", "", "/segment", "/segment",
           "/segment", "/connection", "/connection", "", "ns", "bytes", "/segment");
}

int main(int argc, char **argv)
{
    static const traffic table[] = {
        {10, 100000, 10, TURN_NS / 10},       {1000, 1000, 1000, TURN_NS / 1000},
        {10000, 100, 10000, TURN_NS / 10000}, {100000, 100, 100000, TURN_NS / 100000},
        {100000, 10, 1000, TURN_NS / 1000},   {100000, 10, 100000, TURN_NS / 100000},
        {1000000, 10, 1000, TURN_NS / 1000},  {1000000, 10, 1000000, TURN_NS / 1000000},
    };

    print_head();
    if (argc == 4) {
        traffic one = {(unsigned)atoi(argv[1]), (unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]), 0};
        if (one.connections == 0 || one.segments < 7 || one.at_once == 0) {
            fprintf(stderr, "analyzer_bench: CONNECTIONS and AT_ONCE are at least 1, SEGMENTS at least 7\n");
            return 2;
        }
        one.step_ns = TURN_NS / one.at_once;
        print_row(&one);
        return 0;
    }
    if (argc != 1) {
        fprintf(stderr, "Usage: analyzer_bench [CONNECTIONS SEGMENTS AT_ONCE]\n");
        return 2;
    }
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++)
        print_row(&table[i]);
    return 0;
}

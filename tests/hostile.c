/* hostile.c: what an attacker would send to whoever analyses it.
 *
 *     hostile             each case at a small size: what it must be taken for
 *     hostile --measure   each case at sizes that double: time a segment, and memory, of analyzer and model
 *
 * Time is measured and never asserted. Each measurement has a process of its own, so that its memory can be told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "model/model.h"
#include "report/functions.h"
#include "rules/ids.h"
#include "rules/rule.h"

#define MS INT64_C(1000000)
enum { FLAGS_SA = TCPS_SYN | TCPS_ACK, FLAGS_FA = TCPS_FIN | TCPS_ACK };

typedef struct {
    tcps_analyzer *analyzer;
    tcps_model *model;
    tcps_observation last;
    uint32_t frame, connections;
    int64_t time_ns;
    unsigned raised[TCPS_MAX_RULES];
} target;

typedef struct {
    const char *name;
    void (*send)(target *t, unsigned n); /* about n segments */
    unsigned smallest, largest;          /* that are measured */
    void (*check)(const target *t, unsigned n);
} hostile_case;

/* --- segments --- */

static tcps_address address(unsigned host, unsigned port)
{
    tcps_address a = {.len = 4, .port = (uint16_t)port};
    a.bytes[0] = 10;
    a.bytes[1] = (uint8_t)(host >> 16);
    a.bytes[2] = (uint8_t)(host >> 8);
    a.bytes[3] = (uint8_t)host;
    return a;
}

static void keep_findings(target *t)
{
    unsigned n;
    const tcps_finding *findings = tcps_analyzer_findings(t->analyzer, &n);
    for (unsigned i = 0; i < n; i++) {
        t->raised[findings[i].rule]++;
        tcps_model_finding(t->model, &findings[i]);
    }
    tcps_analyzer_clear_findings(t->analyzer);
}

static void take(target *t, const tcps_address *src, const tcps_address *dst, tcps_segment s)
{
    s.time_ns = t->time_ns;
    s.frame = ++t->frame;
    s.window = 1000;
    tcps_analyzer_segment(t->analyzer, src, dst, &s, &t->last);
    keep_findings(t);
    const bool from_client = t->last.sender == TCPS_CLIENT;
    tcps_model_segment(t->model, &s, &t->last, from_client ? src : dst, from_client ? dst : src);
    t->connections = MAX(t->connections, t->last.connection + 1);
}

typedef struct {
    tcps_address client, server;
    uint32_t next[2]; /* each end's */
} pair;

/* From the one end, its next numbers. */
static void say(target *t, pair *p, tcps_role from, unsigned flags, uint32_t len)
{
    const tcps_segment s = {
        .flags = (uint16_t)flags, .seq = p->next[from], .ack = flags & TCPS_ACK ? p->next[1 - from] : 0, .len = len};
    take(t, from == TCPS_CLIENT ? &p->client : &p->server, from == TCPS_CLIENT ? &p->server : &p->client, s);
    p->next[from] += len + ((flags & TCPS_SYN) != 0) + ((flags & TCPS_FIN) != 0);
}

static pair open_pair(target *t, unsigned host, unsigned port, uint32_t isn)
{
    pair p = {.client = address(host, port), .server = address(2, 80), .next = {isn, isn ^ 0x80000000u}};
    say(t, &p, TCPS_CLIENT, TCPS_SYN, 0);
    say(t, &p, TCPS_SERVER, FLAGS_SA, 0);
    say(t, &p, TCPS_CLIENT, TCPS_ACK, 0);
    return p;
}

static void close_pair(target *t, pair *p)
{
    say(t, p, TCPS_CLIENT, FLAGS_FA, 0);
    say(t, p, TCPS_SERVER, FLAGS_FA, 0);
    say(t, p, TCPS_CLIENT, TCPS_ACK, 0);
}

/* --- cases --- */

/* The service answers some. */
static void syn_flood(target *t, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        pair p = {.client = address(100 + i, 1024 + i % 60000), .server = address(2, 80), .next = {i * 0x9E3779B9u}};
        t->time_ns += MS / 5;
        say(t, &p, TCPS_CLIENT, TCPS_SYN, 0);
        if (i % 10 == 0)
            say(t, &p, TCPS_SERVER, FLAGS_SA, 0);
    }
}

static void is_syn_flood(const target *t, unsigned n)
{
    g_assert_cmpuint(t->connections, ==, n);
    g_assert_cmpuint(t->raised[TCPS_RULE_syn_flood], >=, 1);
}

static void incarnations(target *t, unsigned n)
{
    for (unsigned i = 0; i < n / 6; i++) {
        t->time_ns += 120000 * MS;
        pair p = open_pair(t, 1, 40000, i * 70000);
        close_pair(t, &p);
    }
}

static void are_incarnations(const target *t, unsigned n)
{
    g_assert_cmpuint(t->connections, ==, n / 6);
    g_assert_cmpuint(t->last.end[TCPS_CLIENT].state, ==, TCPS_TIME_WAIT);
}

static void one_connection(target *t, unsigned n)
{
    pair p = open_pair(t, 1, 40000, 0xfffffff0u);
    for (unsigned i = 0; i < n / 2; i++) {
        t->time_ns += MS;
        say(t, &p, TCPS_CLIENT, TCPS_ACK, 1448);
        say(t, &p, TCPS_SERVER, TCPS_ACK, 0);
    }
}

static void is_one_connection(const target *t, unsigned n)
{
    (void)n;
    g_assert_cmpuint(t->connections, ==, 1);
    for (unsigned i = 0; i < tcps_n_rules(); i++)
        g_assert_cmpuint(t->raised[i], ==, 0);
    g_assert_cmpuint(t->last.end[TCPS_SERVER].state, ==, TCPS_ESTABLISHED);
}

/* Every second segment is missing, and the FIN lies beyond all of the gaps. */
static void fin_behind_gaps(target *t, unsigned n)
{
    pair p = open_pair(t, 1, 40000, 7);
    for (unsigned i = 0; i < n; i++) {
        t->time_ns += MS;
        p.next[TCPS_CLIENT] += i % 2 ? 10 : 0;
        say(t, &p, TCPS_CLIENT, i + 1 < n ? TCPS_ACK : FLAGS_FA, 10);
    }
}

static void is_fin_behind_gaps(const target *t, unsigned n)
{
    (void)n;
    g_assert_cmpuint(t->last.end[TCPS_CLIENT].state, ==, TCPS_FIN_WAIT_1);
    g_assert_cmpuint(t->last.end[TCPS_SERVER].state, ==, TCPS_ESTABLISHED); /* it cannot have reached the FIN */
}

static void exchange(target *t, unsigned n, int64_t step_ns)
{
    pair pairs[64];
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++)
        pairs[i] = open_pair(t, 1, 40000 + i, i);
    for (unsigned i = 0; i < n; i++) {
        t->time_ns += step_ns;
        say(t, &pairs[i % G_N_ELEMENTS(pairs)], i / G_N_ELEMENTS(pairs) % 2, TCPS_ACK, 10);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++)
        close_pair(t, &pairs[i]);
}

static void clock_goes_back(target *t, unsigned n)
{
    t->time_ns = 1000000 * MS;
    exchange(t, n, -MS);
}

static void clock_stands(target *t, unsigned n)
{
    exchange(t, n, 0);
}

static void is_exchange(const target *t, unsigned n)
{
    (void)n;
    g_assert_cmpuint(t->connections, ==, 64);
    g_assert_cmpuint(t->last.end[TCPS_CLIENT].state, ==, TCPS_TIME_WAIT);
    g_assert_cmpuint(t->last.end[TCPS_SERVER].state, ==, TCPS_CLOSED);
}

static void many_in_time_wait(target *t, unsigned n)
{
    for (unsigned i = 0; i < n / 6; i++) {
        t->time_ns += 1000;
        pair p = open_pair(t, 1 + i / 60000, 1024 + i % 60000, i);
        close_pair(t, &p);
    }
}

static void are_in_time_wait(const target *t, unsigned n)
{
    g_assert_cmpuint(t->connections, ==, n / 6);
    g_assert_cmpuint(t->last.gauges[TCPS_CLIENT].time_wait, ==, n / 6);
}

/* Numbers at the edges of the window and halfway around, RSTs and SYNs that draw challenge ACKs, ACKs of what was never sent. */
static void crafted_numbers(target *t, unsigned n)
{
    static const uint32_t far[] = {1,           0xffffffffu, 1000,        1001,     0x7fffffffu,
                                   0x80000000u, 0x80000001u, 0xffff0000u, 1u << 30, 65535u << 14};
    static const uint16_t flags[] = {TCPS_ACK, TCPS_RST, TCPS_ACK, TCPS_SYN, FLAGS_FA, FLAGS_SA, TCPS_RST | TCPS_ACK};
    pair p = open_pair(t, 1, 40000, 1u << 31);
    for (unsigned i = 0; i < n; i++) {
        const unsigned from = i / 3 % 2;
        t->time_ns += MS;
        const tcps_segment s = {.flags = flags[i % G_N_ELEMENTS(flags)],
                                .seq = p.next[from] + far[i % G_N_ELEMENTS(far)],
                                .ack = p.next[1 - from] + far[i / 7 % G_N_ELEMENTS(far)],
                                .len = i % 5 == 0 ? 10 : 0};
        take(t, from ? &p.server : &p.client, from ? &p.client : &p.server, s);
    }
}

static const hostile_case cases[] = {
    {"SYN flood, each from another source", syn_flood, 125000, 1000000, is_syn_flood},
    {"incarnations of one pair of ports", incarnations, 49152, 393216, are_incarnations},
    {"one connection", one_connection, 1250000, 10000000, is_one_connection},
    {"a FIN behind gaps", fin_behind_gaps, 125000, 1000000, is_fin_behind_gaps},
    {"a clock that goes back with every frame", clock_goes_back, 125000, 1000000, is_exchange},
    {"a clock that stands at 0", clock_stands, 125000, 1000000, is_exchange},
    {"connections in TIME_WAIT at once", many_in_time_wait, 125000, 1000000, are_in_time_wait},
    {"numbers crafted against the windows", crafted_numbers, 125000, 1000000, NULL},
};

/* --- running --- */

static void begin(target *t)
{
    const tcps_config config = tcps_config_default();
    *t = (target){.analyzer = tcps_analyzer_new(&config), .model = tcps_model_new()};
    tcps_model_keep_endpoints(t->model); /* as for the report */
    tcps_model_configure(t->model, &config);
}

static void finish(target *t)
{
    tcps_analyzer_finish(t->analyzer);
    keep_findings(t);
    tcps_model_end(t->model, t->time_ns, t->frame);
    g_string_free(tcps_summary_text(t->model, 0), TRUE);
}

static void run_small(gconstpointer data)
{
    const hostile_case *c = data;
    target t;
    begin(&t);
    c->send(&t, 6000);
    if (c->check)
        c->check(&t, 6000);
    finish(&t);
    tcps_model_free(t.model);
    tcps_analyzer_free(t.analyzer);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure_one(const hostile_case *c, unsigned n)
{
    struct rusage before, after;
    target t;
    getrusage(RUSAGE_SELF, &before);
    begin(&t);
    double start = seconds();
    c->send(&t, n);
    const double fed = seconds() - start;
    start = seconds();
    finish(&t);
    const double reported = seconds() - start;
    getrusage(RUSAGE_SELF, &after);
    const double bytes = (double)(after.ru_maxrss - before.ru_maxrss) * 1024;
    printf("| %s | %u | %u | %.0f | %.2f | %.1f | %.0f |\n", c->name, t.frame, t.connections, fed * 1e9 / t.frame,
           reported, bytes / 1e6, bytes / t.connections);
    fflush(stdout);
    _exit(0);
}

static int measure(void)
{
    puts("| case | segments | connections | ns a segment | report, s | MB | bytes a connection "
         "|\n|---|---|---|---|---|---|---|");
    fflush(stdout);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (unsigned n = cases[i].smallest; n <= cases[i].largest; n *= 2) {
            const pid_t child = fork();
            if (child == 0)
                measure_one(&cases[i], n);
            int status;
            if (waitpid(child, &status, 0) < 0 || status != 0)
                return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--measure") == 0)
        return measure();
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *path = g_strdup_printf("/hostile/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], run_small);
        g_free(path);
    }
    return g_test_run();
}

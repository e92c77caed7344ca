/* test_rule_flood.c: bursts of SYNs: which are a flood, and which are not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "rules/ids.h"
#include "rules/rule.h"

#define MS INT64_C(1000000)
#define START INT64_C(1700000000000000000)

/* What clients ask of one service, and what becomes of it. */
typedef struct {
    const char *what;
    unsigned n;       /* SYNs, each of another port */
    unsigned hosts;   /* of so many hosts */
    int64_t spread;   /* from the first to the last, in ms */
    int64_t pause;    /* the second half comes so many ms later */
    bool answered;    /* 10 ms later */
    int64_t again;    /* so many ms after a SYN it comes again; 0: it does not */
    unsigned went_on; /* one of so many completes the handshake; 0: none does */
    int64_t after;    /* the client's ACK comes so many ms after the SYN+ACK */
    int64_t rest;     /* the capture goes on for so many ms */
    bool flood;
} burst;

typedef struct {
    int64_t time_ns;
    unsigned client;
    uint16_t flags;
} event;

static gint by_time(gconstpointer a, gconstpointer b)
{
    const event *x = a, *y = b;
    const int time = (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
    return time ? time : (int)x->client - (int)y->client;
}

static void send(tcps_analyzer *a, const burst *b, const event *e, uint32_t frame)
{
    const unsigned host = e->client % b->hosts;
    const bool to_server = e->flags != (TCPS_SYN | TCPS_ACK);
    const tcps_address ends[2] = {
        {.bytes = {10, (uint8_t)(host >> 8), (uint8_t)host, 1}, .port = (uint16_t)(1024 + e->client), .len = 4},
        {.bytes = {10, 255, 0, 2}, .port = 80, .len = 4}};
    const uint32_t mine = 1000 + e->client * 7919, its = 5000;
    const tcps_segment s = {.time_ns = e->time_ns,
                            .frame = frame,
                            .flags = e->flags,
                            .window = 1000,
                            .seq = to_server ? mine + !(e->flags & TCPS_SYN) : its,
                            .ack = !(e->flags & TCPS_ACK) ? 0
                                   : to_server            ? its + 1
                                                          : mine + 1};
    tcps_observation o;
    tcps_analyzer_segment(a, &ends[!to_server], &ends[to_server], &s, &o);
}

static void add(GArray *to, int64_t time_ns, unsigned client, uint16_t flags)
{
    const event e = {time_ns, client, flags};
    g_array_append_val(to, e);
}

static GArray *events_of(const burst *b)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(event));
    for (unsigned i = 0; i < b->n; i++) {
        const int64_t asked = START + b->spread * MS * i / b->n + (i >= b->n / 2 ? b->pause * MS : 0);
        add(events, asked, i, TCPS_SYN);
        if (b->again)
            add(events, asked + b->again * MS, i, TCPS_SYN);
        if (b->answered)
            add(events, asked + 10 * MS, i, TCPS_SYN | TCPS_ACK);
        if (b->went_on && i % b->went_on == 0)
            add(events, asked + (10 + b->after) * MS, i, TCPS_ACK);
    }
    g_array_sort(events, by_time);
    return events;
}

static bool is_flood(const burst *b)
{
    tcps_analyzer *a = tcps_analyzer_new(NULL);
    GArray *events = events_of(b);
    for (unsigned i = 0; i < events->len; i++)
        send(a, b, &g_array_index(events, event, i), i + 1);
    const int64_t last = g_array_index(events, event, events->len - 1).time_ns;
    for (int64_t ms = 100; ms <= b->rest; ms += 100)
        tcps_analyzer_advance(a, last + ms * MS, events->len + 1);
    tcps_analyzer_finish(a);
    unsigned n, floods = 0;
    const tcps_finding *findings = tcps_analyzer_findings(a, &n);
    for (unsigned i = 0; i < n; i++)
        floods += findings[i].rule == TCPS_RULE_syn_flood && !findings[i].again;
    g_array_free(events, TRUE);
    tcps_analyzer_free(a);
    g_assert_cmpuint(floods, <=, 1);
    return floods == 1;
}

static void bursts(void)
{
    static const burst all[] = {
        {.what = "answered, in a third of a second",
         .n = 400,
         .hosts = 200,
         .spread = 330,
         .answered = true,
         .flood = true},
        {.what = "true clients", .n = 400, .hosts = 200, .spread = 330, .answered = true, .went_on = 1, .after = 100},
        {.what = "true clients far away",
         .n = 400,
         .hosts = 200,
         .spread = 1000,
         .answered = true,
         .went_on = 1,
         .after = 450,
         .rest = 2000},
        {.what = "one of five is a true client",
         .n = 400,
         .hosts = 200,
         .spread = 300,
         .answered = true,
         .went_on = 5,
         .after = 50,
         .rest = 600},
        {.what = "one of twenty",
         .n = 400,
         .hosts = 200,
         .spread = 1000,
         .answered = true,
         .went_on = 20,
         .after = 50,
         .rest = 700,
         .flood = true},
        {.what = "few", .n = 90, .hosts = 200, .spread = 330, .answered = true, .rest = 500},
        {.what = "of two hosts", .n = 400, .hosts = 2, .spread = 330, .answered = true, .rest = 500},
        {.what = "never answered, and no SYN comes again",
         .n = 2000,
         .hosts = 500,
         .spread = 3000,
         .rest = 3000,
         .flood = true},
        {.what = "a service that is down", .n = 2000, .hosts = 500, .spread = 3000, .again = 1000, .rest = 3000},
        {.what = "never answered, and the capture stops too early to tell", .n = 400, .hosts = 200, .spread = 330},
        {.what = "slowly, and never answered", .n = 400, .hosts = 200, .spread = 60000, .rest = 3000},
        {.what = "in two halves, a minute apart",
         .n = 180,
         .hosts = 200,
         .spread = 200,
         .pause = 65000,
         .answered = true,
         .rest = 900},
        {.what = "in two halves, close to each other",
         .n = 400,
         .hosts = 200,
         .spread = 200,
         .pause = 300,
         .answered = true,
         .rest = 900,
         .flood = true},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        g_test_message("%s", all[i].what);
        g_assert_cmpint(is_flood(&all[i]), ==, all[i].flood);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rule/syn_flood/bursts", bursts);
    return g_test_run();
}

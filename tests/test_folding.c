/* test_folding.c: a model that forgets the rows of connections that are over reports the same as one that keeps them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "model/totals.h"
#include "report/functions.h"
#include "rfc/tcpstate.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)

enum { CONNECTIONS = 3000, SPAN_S = 3000, PORTS = 40, MAX_STEPS = 10 };

/* One segment of a connection, ms after the one before. */
typedef struct {
    bool from_server;
    uint16_t flags;
    uint32_t after_ms;
    uint32_t seq, ack, len;
} step;

#define OPEN                                                                                                           \
    {false, TCPS_SYN, 0, 0, 0, 0}, {true, TCPS_SYN | TCPS_ACK, 20, 0, 1, 0}, {false, TCPS_ACK, 20, 1, 1, 0},           \
    {                                                                                                                  \
        false, TCPS_PSH | TCPS_ACK, 5, 1, 1, 10                                                                        \
    }

/* Ways for a connection to go; a step without flags ends each. */
static const step ways[][MAX_STEPS] = {
    {OPEN, /* closed by the client */
     {false, TCPS_FIN | TCPS_ACK, 30, 11, 1, 0},
     {true, TCPS_ACK, 20, 1, 12, 0},
     {true, TCPS_FIN | TCPS_ACK, 10, 1, 12, 0},
     {false, TCPS_ACK, 10, 12, 2, 0}},
    {OPEN, /* closed by the server, half a minute later by the client */
     {true, TCPS_FIN | TCPS_ACK, 30, 1, 11, 0},
     {false, TCPS_ACK, 20, 11, 2, 0},
     {false, TCPS_FIN | TCPS_ACK, 30000, 11, 2, 0},
     {true, TCPS_ACK, 10, 2, 12, 0}},
    {OPEN, {true, TCPS_RST | TCPS_ACK, 30, 1, 11, 0}},                                  /* reset */
    {OPEN, {true, TCPS_FIN | TCPS_ACK, 30, 1, 11, 0}, {false, TCPS_ACK, 20, 11, 2, 0}}, /* the client never closes */
    {OPEN},                                                                             /* neither does */
    {{false, TCPS_SYN, 0, 0, 0, 0}, {true, TCPS_RST | TCPS_ACK, 5, 0, 1, 0}},           /* refused */
    {{true, TCPS_PSH | TCPS_ACK, 0, 500, 700, 10}, {false, TCPS_ACK, 5, 700, 510, 0}},  /* it began before */
    {OPEN,
     {false, TCPS_FIN | TCPS_ACK, 30, 11, 1, 0}, /* answered by nobody */
     {false, TCPS_FIN | TCPS_ACK, 400, 11, 1, 0},
     {false, TCPS_FIN | TCPS_ACK, 20000, 11, 1, 0}},
    {{false, TCPS_SYN, 0, 0, 0, 0}, {false, TCPS_SYN, 1000, 0, 0, 0}, {false, TCPS_SYN, 2000, 0, 0, 0}},
};

enum { N_ANSWERED = G_N_ELEMENTS(ways) - 1 }; /* all but the last */

typedef struct {
    int64_t time_ns;
    unsigned connection;
    const step *step;
    uint16_t port;
} event;

static gint by_time(gconstpointer a, gconstpointer b)
{
    const event *x = a, *y = b;
    return x->time_ns != y->time_ns ? (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns)
                                    : (x->step > y->step) - (x->step < y->step);
}

static GArray *any_capture(unsigned n_ways)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(event));
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        const step *way = ways[g_test_rand_int_range(0, (int)n_ways)];
        event e = {.time_ns = g_test_rand_int_range(0, SPAN_S * 1000) * MS,
                   .connection = i,
                   .port = (uint16_t)(40000 + g_test_rand_int_range(0, PORTS))};
        for (unsigned k = 0; k < MAX_STEPS && way[k].flags; k++) {
            e.step = &way[k];
            e.time_ns += way[k].after_ms * MS;
            g_array_append_val(events, e);
        }
    }
    g_array_sort(events, by_time);
    return events;
}

static void feed_event(tcps_analyzer *a, tcps_model *models[2], const event *e, uint32_t frame)
{
    const tcps_address client = {.bytes = {10, 0, 0, 1}, .len = 4, .port = e->port},
                       server = {.bytes = {10, 0, 0, 2}, .len = 4, .port = 80};
    const bool back = e->step->from_server;
    const uint32_t iss = 1000000u * (e->connection + 1);
    const tcps_segment s = {.time_ns = e->time_ns,
                            .frame = frame,
                            .seq = iss + e->step->seq,
                            .ack = e->step->flags & TCPS_ACK ? iss + e->step->ack : 0,
                            .len = e->step->len,
                            .flags = e->step->flags,
                            .window = 500};
    tcps_observation o;
    unsigned n;
    tcps_analyzer_segment(a, back ? &server : &client, back ? &client : &server, &s, &o);
    const tcps_finding *findings = tcps_analyzer_findings(a, &n);
    const bool swapped = (o.sender == TCPS_SERVER) != back;
    for (unsigned i = 0; i < 2; i++) {
        tcps_model_segment(models[i], &s, &o, swapped ? &server : &client, swapped ? &client : &server);
        for (unsigned k = 0; k < n; k++)
            tcps_model_finding(models[i], &findings[k]);
    }
    tcps_analyzer_clear_findings(a);
}

static void finish(tcps_analyzer *a, tcps_model *models[2], int64_t end_ns, uint32_t frame)
{
    unsigned n;
    tcps_analyzer_advance(a, end_ns, frame);
    tcps_analyzer_finish(a);
    const tcps_finding *findings = tcps_analyzer_findings(a, &n);
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned k = 0; k < n; k++)
            tcps_model_finding(models[i], &findings[k]);
        tcps_model_end(models[i], end_ns, frame);
    }
}

/* Up to what begins with `until`, if that is there. */
static void expect_same(GString *a, GString *b, const char *until)
{
    GString *texts[2] = {a, b};
    for (unsigned i = 0; i < 2; i++) {
        const char *end = until ? strstr(texts[i]->str, until) : NULL;
        if (end)
            g_string_truncate(texts[i], (gsize)(end - texts[i]->str));
    }
    g_assert_cmpstr(a->str, ==, b->str);
    g_string_free(a, TRUE);
    g_string_free(b, TRUE);
}

static void reports_are_the_same(void)
{
    for (unsigned i = 0; i < 20; i++) {
        /* sockets that wait for a handshake have given up when they are folded, and are counted for ever otherwise */
        const bool answered = i % 2;
        GArray *events = any_capture(answered ? N_ANSWERED : G_N_ELEMENTS(ways));
        tcps_analyzer *a = tcps_analyzer_new(NULL);
        tcps_model *models[2] = {tcps_model_new(), tcps_model_new()};
        for (unsigned k = 0; k < 2; k++)
            tcps_model_fold(models[k], true);
        tcps_model_fold(models[0], false); /* after all: its rows stay where they are */
        for (unsigned k = 0; k < 2; k++)
            tcps_model_keep_endpoints(models[k]);
        for (guint k = 0; k < events->len; k++)
            feed_event(a, models, &g_array_index(events, event, k), k + 1);
        finish(a, models, (SPAN_S + 100) * SECOND, events->len + 1);
        expect_same(tcps_summary_text(models[0], 0), tcps_summary_text(models[1], 0),
                    answered ? NULL : "\nEndpoints where");
        if (answered)
            expect_same(tcps_endpoints_text(models[0], 0), tcps_endpoints_text(models[1], 0), NULL);
        g_assert_cmpuint(tcps_model_n_connections(models[1]), ==, tcps_model_n_rows(models[0]));
        /* those that never close stay; of the others, those of the last minutes */
        g_assert_cmpuint(tcps_model_n_rows(models[1]), <, tcps_model_n_rows(models[0]) / 2);
        for (unsigned k = 0; k < 2; k++)
            tcps_model_free(models[k]);
        tcps_analyzer_free(a);
        g_array_free(events, TRUE);
    }
}

/* Numbers that come in any order make the same ranges. */
static void ranges_are_the_lowest(void)
{
    enum { N = 300 };
    tcps_model *m = tcps_model_new();
    tcps_totals *in_order = tcps_totals_new(), *shuffled = tcps_totals_new();
    uint32_t numbers[N];
    for (uint32_t i = 0; i < N; i++)
        numbers[i] = i * 3 / 2;
    for (unsigned i = 0; i < N; i++) {
        const tcps_row row = {.index = numbers[i]};
        tcps_totals_add(in_order, &row, NULL, 0, 0);
    }
    for (unsigned i = N - 1; i > 0; i--) {
        const unsigned k = (unsigned)g_test_rand_int_range(0, (int)i + 1);
        const uint32_t moved = numbers[i];
        numbers[i] = numbers[k];
        numbers[k] = moved;
    }
    for (unsigned i = 0; i < N; i++) {
        const tcps_row row = {.index = numbers[i]};
        tcps_totals_add(shuffled, &row, NULL, 0, 0);
    }
    const tcps_ended *x = &in_order->ended[TCPS_OUTCOME_STRAY][0], *y = &shuffled->ended[TCPS_OUTCOME_STRAY][0];
    g_assert_cmpuint(x->n, ==, N);
    g_assert_cmpuint(y->n, ==, N);
    g_assert_true(x->more && y->more);
    g_assert_cmpuint(x->n_ranges, ==, TCPS_MAX_RANGES);
    g_assert_cmpuint(x->ranges[0].first, ==, 0);
    g_assert_cmpuint(x->ranges[0].last, ==, 1);
    /* in any order, the lowest are right as far as the report prints them */
    for (unsigned i = 0; i < 10; i++) {
        g_assert_cmpuint(x->ranges[i].first, ==, y->ranges[i].first);
        g_assert_cmpuint(x->ranges[i].last, ==, y->ranges[i].last);
    }
    tcps_totals_free(in_order);
    tcps_totals_free(shuffled);
    tcps_model_free(m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/folding/reports_are_the_same", reports_are_the_same);
    g_test_add_func("/folding/ranges_are_the_lowest", ranges_are_the_lowest);
    return g_test_run();
}

/* test_healthy.c: a thousand connections that nothing is wrong with: no finding of warn or above.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "rfc/tcpstate.h"
#include "rules/rule.h"

#define CONNECTIONS 1000
#define MS INT64_C(1000000)

/* One end that talks to the other. */
typedef struct {
    tcps_address address;
    uint32_t seq, ack;
} talker;

typedef struct {
    tcps_analyzer *analyzer;
    GRand *rand;
    int64_t now_ns;
    uint32_t frame;
    talker end[2]; /* client, server */
    unsigned findings[TCPS_ERROR + 1];
} wire;

static void take_findings(wire *w)
{
    unsigned n;
    const tcps_finding *findings = tcps_analyzer_findings(w->analyzer, &n);

    for (unsigned i = 0; i < n; i++) {
        w->findings[findings[i].severity]++;
        if (findings[i].severity >= TCPS_WARN)
            g_test_message("connection %u, frame %u: %s", findings[i].connection, findings[i].found_frame,
                           tcps_rule_get(findings[i].rule)->id);
    }
    tcps_analyzer_clear_findings(w->analyzer);
}

static void put(wire *w, unsigned from, uint16_t flags, uint32_t seq, uint32_t len)
{
    talker *t = &w->end[from], *l = &w->end[1 - from];
    tcps_segment s = {.seq = seq, .ack = t->ack, .len = len, .flags = flags, .window = 500};
    tcps_observation o;

    s.time_ns = w->now_ns += g_rand_int_range(w->rand, 1, 20) * MS;
    s.frame = ++w->frame;
    s.has = TCPS_HAS_IP_ID | (flags & TCPS_SYN ? TCPS_HAS_WSCALE : 0);
    s.ip_id = (uint16_t)s.frame;
    s.wscale = 7;
    tcps_analyzer_segment(w->analyzer, &t->address, &l->address, &s, &o);
    take_findings(w);
}

/* Something new, which the other end receives. */
static void say(wire *w, unsigned from, uint16_t flags, uint32_t len)
{
    talker *t = &w->end[from];

    put(w, from, flags, t->seq, len);
    t->seq += len + !!(flags & (TCPS_SYN | TCPS_FIN));
    w->end[1 - from].ack = t->seq;
}

static void acknowledge(wire *w, unsigned from)
{
    put(w, from, TCPS_ACK, w->end[from].seq, 0);
}

static void pass(wire *w, int64_t ns)
{
    w->now_ns += ns;
    tcps_analyzer_advance(w->analyzer, w->now_ns, ++w->frame);
    take_findings(w);
}

static void open_and_talk(wire *w)
{
    say(w, 0, TCPS_SYN, 0);
    say(w, 1, TCPS_SYN | TCPS_ACK, 0);
    acknowledge(w, 0);
    for (int i = g_rand_int_range(w->rand, 1, 4); i > 0; i--) {
        say(w, 0, TCPS_ACK | TCPS_PSH, 100);
        say(w, 1, TCPS_ACK | TCPS_PSH, 1200);
        acknowledge(w, 0);
    }
}

static void close_in_four(wire *w, unsigned first)
{
    say(w, first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, 1 - first);
    say(w, 1 - first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, first);
}

static void close_in_three(wire *w, unsigned first)
{
    say(w, first, TCPS_FIN | TCPS_ACK, 0);
    say(w, 1 - first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, first);
}

static void close_with_data(wire *w, unsigned first)
{
    say(w, first, TCPS_FIN | TCPS_PSH | TCPS_ACK, 300);
    say(w, 1 - first, TCPS_FIN | TCPS_PSH | TCPS_ACK, 40);
    acknowledge(w, first);
}

static void close_at_once(wire *w, unsigned first)
{
    const uint32_t unaware = w->end[1 - first].ack;

    say(w, first, TCPS_FIN | TCPS_ACK, 0);
    w->end[1 - first].ack = unaware;
    say(w, 1 - first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, first);
    w->end[1 - first].ack = w->end[first].seq;
    acknowledge(w, 1 - first);
}

static void close_half_first(wire *w, unsigned first)
{
    say(w, first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, 1 - first);
    for (unsigned i = 0; i < 5; i++) {
        say(w, 1 - first, TCPS_ACK | TCPS_PSH, 1000);
        acknowledge(w, first);
    }
    say(w, 1 - first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, first);
}

static void close_with_a_lost_fin(wire *w, unsigned first)
{
    const uint32_t fin = w->end[first].seq;

    say(w, first, TCPS_FIN | TCPS_ACK, 0);
    w->now_ns += 200 * MS;
    put(w, first, TCPS_FIN | TCPS_ACK, fin, 0);
    say(w, 1 - first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, first);
}

static void close_with_a_lost_last_ack(wire *w, unsigned first)
{
    close_in_four(w, first);
    w->now_ns += 200 * MS;
    put(w, 1 - first, TCPS_FIN | TCPS_ACK, w->end[1 - first].seq - 1, 0);
    acknowledge(w, first);
}

static void close_and_reset(wire *w, unsigned first)
{
    say(w, first, TCPS_FIN | TCPS_ACK, 0);
    say(w, 1 - first, TCPS_FIN | TCPS_ACK, 0);
    put(w, 1 - first, TCPS_RST | TCPS_ACK, w->end[1 - first].seq, 0);
}

/* The last ACK and a RST of the other end cross. */
static void close_and_reset_late(wire *w, unsigned first)
{
    close_in_three(w, first);
    put(w, 1 - first, TCPS_RST | TCPS_ACK, w->end[1 - first].seq, 0);
}

/* Keepalive probes, answered, while nobody has anything to say. */
static void idle_and_close(wire *w, unsigned first)
{
    for (unsigned i = 0; i < 3; i++) {
        pass(w, 15000 * MS);
        put(w, first, TCPS_ACK, w->end[first].seq - 1, 0);
        acknowledge(w, 1 - first);
    }
    close_in_three(w, first);
}

static void close_later(wire *w, unsigned first)
{
    say(w, first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, 1 - first);
    pass(w, 5000 * MS);
    say(w, 1 - first, TCPS_FIN | TCPS_ACK, 0);
    acknowledge(w, first);
}

static void (*const ways[])(wire *, unsigned) = {close_in_four,
                                                 close_in_three,
                                                 close_with_data,
                                                 close_at_once,
                                                 close_half_first,
                                                 close_with_a_lost_fin,
                                                 close_with_a_lost_last_ack,
                                                 close_and_reset,
                                                 close_and_reset_late,
                                                 idle_and_close,
                                                 close_later};

/* Ports come again after a while, as a client's do: by then TIME_WAIT is over. */
static void meet(wire *w, unsigned n)
{
    w->end[0] = (talker){{{10, 0, 0, 1}, (uint16_t)(40000 + n % 500), 4, 0}, g_rand_int(w->rand), 0};
    w->end[1] = (talker){{{10, 0, 0, 2}, 8080, 4, 0}, g_rand_int(w->rand), 0};
}

static void thousand_connections(void)
{
    wire w = {.analyzer = tcps_analyzer_new(NULL),
              .rand = g_rand_new_with_seed(1),
              .now_ns = INT64_C(1700000000) * 1000 * MS};

    for (unsigned i = 0; i < CONNECTIONS; i++) {
        meet(&w, i);
        open_and_talk(&w);
        ways[i % G_N_ELEMENTS(ways)](&w, g_rand_boolean(w.rand));
    }
    pass(&w, 120000 * MS);
    tcps_analyzer_finish(w.analyzer);
    take_findings(&w);
    g_assert_cmpuint(w.findings[TCPS_WARN], ==, 0);
    g_assert_cmpuint(w.findings[TCPS_ERROR], ==, 0);
    g_assert_cmpuint(w.findings[TCPS_CHAT] + w.findings[TCPS_NOTE], >, 0);
    tcps_analyzer_free(w.analyzer);
    g_rand_free(w.rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/healthy/thousand_connections", thousand_connections);
    return g_test_run();
}

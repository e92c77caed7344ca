/* test_packed.c: an analyzer that packs connections that are over, or quiet (track/packed.h), says the same as one that never does.
 *
 * Many connections open, send and close, in one way or another, with silence for seconds at any point; then, to any of them: stragglers,
 * FINs again, a RST, an ICMP error, a new incarnation, or nothing but time; the capture's end, which may not be the last. Now and then the
 * capture's clock is set back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "invariants.h"
#include "rfc/tcpstate.h"
#include "track/analyzer.h"

enum { HISTORIES = 12, CONNECTIONS = 400, STEPS = 12000 };

/* What its ends have sent. */
typedef struct {
    uint32_t next[2]; /* sequence numbers, by tcps_role */
    unsigned done;    /* steps */
    bool by_server, reset;
} talk;

typedef struct {
    tcps_analyzer *pair[2]; /* the second one never packs */
    talk talks[CONNECTIONS];
    uint32_t frame;
    int64_t now_ns;
} bench;

static uint32_t any(uint32_t below)
{
    return (uint32_t)g_test_rand_int_range(0, (gint32)below);
}

static void compare_findings(const bench *b)
{
    g_assert_true(same_findings(b->pair));
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_clear_findings(b->pair[i]);
}

static void ends_of(unsigned n, tcps_address ends[2])
{
    ends[TCPS_CLIENT] = (tcps_address){.bytes = {10, 0, (uint8_t)n}, .port = (uint16_t)(40000 + n), .len = 4};
    ends[TCPS_SERVER] = (tcps_address){.bytes = {192, 0, 2, 1}, .port = 80, .len = 4};
}

static void send(bench *b, unsigned n, unsigned from, uint16_t flags, uint32_t len)
{
    talk *t = &b->talks[n];
    tcps_address ends[2];
    const tcps_segment s = {.time_ns = b->now_ns,
                            .frame = ++b->frame,
                            .seq = t->next[from],
                            .ack = flags & TCPS_ACK ? t->next[1 - from] : 0,
                            .len = len,
                            .flags = flags,
                            .window = 500,
                            .tsval = (uint32_t)(b->now_ns / 1000000),
                            .has = n % 3 ? TCPS_HAS_TIMESTAMPS : TCPS_HAS_IP_ID};
    tcps_observation shown[2];
    memset(shown, 0, sizeof shown);
    ends_of(n, ends);
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_segment(b->pair[i], &ends[from], &ends[1 - from], &s, &shown[i]);
    g_assert_true(same_observation(&shown[0], &shown[1]));
    compare_findings(b);
    t->next[from] += len + ((flags & TCPS_SYN) != 0) + ((flags & TCPS_FIN) != 0);
}

static void quote(bench *b, unsigned n)
{
    tcps_address ends[2];
    tcps_observation shown[2];
    bool known[2];
    memset(shown, 0, sizeof shown);
    ends_of(n, ends);
    b->frame++;
    for (unsigned i = 0; i < 2; i++)
        known[i] = tcps_analyzer_icmp_error(b->pair[i], &ends[0], &ends[1], b->talks[n].next[0], n % 2, b->now_ns,
                                            b->frame, &shown[i]);
    g_assert_true(known[0] == known[1] && same_observation(&shown[0], &shown[1]));
    compare_findings(b);
}

/* The next segment of a connection that goes as it should. */
static void go_on(bench *b, unsigned n)
{
    talk *t = &b->talks[n];
    const unsigned first = t->by_server ? TCPS_SERVER : TCPS_CLIENT;
    switch (t->done++) {
    case 0:
        *t = (talk){.next = {g_random_int(), g_random_int()}, .by_server = any(2), .reset = any(6) == 0, .done = 1};
        send(b, n, TCPS_CLIENT, TCPS_SYN, 0);
        break;
    case 1:
        send(b, n, TCPS_SERVER, TCPS_SYN | TCPS_ACK, 0);
        break;
    case 2:
        send(b, n, TCPS_CLIENT, TCPS_ACK, 0);
        break;
    case 3:
        send(b, n, any(2), TCPS_ACK, 10 + any(3));
        break;
    case 4:
        send(b, n, first, t->reset ? TCPS_RST | TCPS_ACK : TCPS_FIN | TCPS_ACK, 0);
        break;
    case 5:
        send(b, n, 1 - first, TCPS_FIN | TCPS_ACK, 0);
        break;
    default:
        send(b, n, first, TCPS_ACK, 0);
        break;
    }
}

static void again(bench *b, unsigned n, unsigned from)
{
    b->talks[n].next[from]--;
    send(b, n, from, TCPS_FIN | TCPS_ACK, 0);
}

/* To one that is over. */
static void straggle(bench *b, unsigned n)
{
    switch (any(8)) {
    case 0:
        again(b, n, any(2));
        break;
    case 1:
        send(b, n, any(2), TCPS_RST, 0);
        break;
    case 2:
        quote(b, n);
        break;
    case 3:
        send(b, n, any(2), TCPS_ACK, any(2));
        break;
    default:
        b->talks[n].done = 0; /* the same ends again */
        break;
    }
}

static void finish(bench *b)
{
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_finish(b->pair[i]);
    compare_findings(b);
}

static void connections_come_and_go(void)
{
    for (unsigned h = 0; h < HISTORIES; h++) {
        bench *b = g_new0(bench, 1);
        for (unsigned i = 0; i < 2; i++)
            b->pair[i] = tcps_analyzer_new(NULL);
        tcps_analyzer_never_pack(b->pair[1]);
        for (unsigned i = 0; i < STEPS; i++) {
            const unsigned n = any(CONNECTIONS);
            const int64_t seconds = any(70) * INT64_C(1000000000);
            b->now_ns += any(300) ? any(20000) * INT64_C(1000) : any(8) ? seconds : -seconds;
            if (b->talks[n].done > 6)
                straggle(b, n);
            else
                go_on(b, n);
            if (any(STEPS / 3) == 0)
                finish(b);
        }
        finish(b);
        for (unsigned i = 0; i < 2; i++)
            tcps_analyzer_free(b->pair[i]);
        g_free(b);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/packed/connections_come_and_go", connections_come_and_go);
    return g_test_run();
}

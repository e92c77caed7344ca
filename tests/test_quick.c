/* test_quick.c: an engine that lets most segments go the quick way (fast_path.h) says the same as one that never does.
 *
 * The histories are conversations as two hosts have them, of which anything may get lost, come twice, late, or changed: so most of
 * their segments are of the kind that goes the quick way, and all that must not go there lies beside them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "invariants.h"
#include "rfc/tcpstate.h"
#include "track/analyzer.h"

enum { HISTORIES = 3000, LENGTH = 120, MOST = 2 * LENGTH };

/* One host of a conversation. */
typedef struct {
    uint32_t next, acked; /* what it sends next; what it has acknowledged */
    bool closed;
} host;

typedef struct {
    unsigned from;
    tcps_segment segment;
} step;

typedef struct {
    step steps[MOST];
    unsigned n;
    int64_t now_ns;
    uint32_t clock; /* of both hosts' timestamps */
    uint8_t has;
    host hosts[2];
} history;

static int any(int below)
{
    return g_test_rand_int_range(0, below);
}

static bool one_in(int n)
{
    return any(n) == 0;
}

static uint32_t any_uint32(void)
{
    return (uint32_t)any(1 << 16) << 16 | (uint32_t)any(1 << 16);
}

static step *send(history *h, unsigned from, uint16_t flags, uint32_t len)
{
    host *us = &h->hosts[from], *them = &h->hosts[1 - from];
    step *s = &h->steps[h->n++];
    h->now_ns += one_in(20) ? any(2000) * INT64_C(1000000) : any(20000) * INT64_C(1000);
    h->clock += one_in(3) ? 0 : (uint32_t)any(30);
    *s = (step){.from = from,
                .segment = {.time_ns = h->now_ns,
                            .seq = us->next,
                            .ack = flags & TCPS_ACK ? them->next : 0,
                            .len = len,
                            .flags = flags,
                            .window = (uint16_t)(one_in(30) ? 0 : 500),
                            .tsval = h->clock,
                            .tsecr = h->clock - (uint32_t)any(3),
                            .has = h->has,
                            .ttl = 60,
                            .ip_id = (uint16_t)h->n}};
    us->next += len + ((flags & (TCPS_SYN | TCPS_FIN)) != 0);
    us->acked = s->segment.ack;
    return s;
}

static void probe(history *h, const step *like)
{
    step *s = &h->steps[h->n++];
    *s = *like;
    s->segment.seq = h->hosts[s->from].next - 1;
    s->segment.len = (uint32_t)any(2);
    s->segment.flags = TCPS_ACK;
    s->segment.time_ns = h->now_ns += any(3000) * INT64_C(1000000);
}

/* Something that an orderly conversation does not have. */
static void spoil(history *h)
{
    const unsigned at = (unsigned)any((int)h->n);
    step *s = &h->steps[h->n], *last = &h->steps[h->n - 1];
    switch (any(11)) {
    case 0: /* an older one again, later */
        *s = h->steps[at];
        s->segment.ip_id = (uint16_t)(1000 + h->n);
        break;
    case 1: /* the last one twice */
        *s = *last;
        break;
    case 2: /* lost before it was captured */
        h->n--;
        return;
    case 3: /* two change places */
        if (h->n > 1) {
            step moved = h->steps[h->n - 2];
            const int64_t before = moved.segment.time_ns;
            moved.segment.time_ns = last->segment.time_ns;
            h->steps[h->n - 2] = *last;
            h->steps[h->n - 2].segment.time_ns = before;
            *last = moved;
        }
        return;
    case 4: /* a keepalive probe, or many */
        for (int n = one_in(4) ? 12 : 1; n > 0; n--)
            probe(h, last);
        return;
    case 5: /* numbers near those that are due */
        last->segment.seq += (uint32_t)any(3) - 1;
        last->segment.ack += (uint32_t)any(3) - 1;
        return;
    case 6: /* a SACK block */
        last->segment.n_sack = 1;
        last->segment.sack[0][0] = last->segment.ack + 10;
        last->segment.sack[0][1] = last->segment.ack + 20;
        return;
    case 7: /* anything */
        last->segment.seq = one_in(2) ? any_uint32() : last->segment.seq;
        last->segment.ack = one_in(2) ? any_uint32() : last->segment.ack;
        last->segment.flags = (uint16_t)any(64);
        return;
    case 8: /* no timestamps, or old ones; options or length that cannot be told */
        last->segment.has = one_in(2) ? 0 : (uint8_t)(last->segment.has | TCPS_LEN_UNKNOWN | TCPS_OPTIONS_CUT);
        last->segment.tsval -= (uint32_t)any(100);
        return;
    case 9: /* another device in its name */
        last->segment.ttl = one_in(2) ? 64 : 250;
        last->segment.ip_id = (uint16_t)any(1 << 16);
        last->segment.tsval += one_in(2) ? 0 : 1u << 20;
        return;
    default: /* a RST */
        *s = *last;
        s->segment.flags = TCPS_RST | (one_in(2) ? TCPS_ACK : 0);
        s->segment.len = 0;
        break;
    }
    s->segment.time_ns = h->now_ns += any(50000) * INT64_C(1000);
    h->n++;
}

static void converse(history *h, int spoilt)
{
    memset(h, 0, sizeof *h);
    h->has = (uint8_t)((one_in(3) ? 0 : TCPS_HAS_TIMESTAMPS) | (one_in(2) ? TCPS_HAS_IP_ID : 0));
    h->hosts[0].next = any_uint32();
    h->hosts[1].next = any_uint32();
    if (!one_in(5)) {
        send(h, 0, TCPS_SYN, 0);
        send(h, 1, TCPS_SYN | TCPS_ACK, 0);
        send(h, 0, TCPS_ACK, 0);
    }
    while (h->n < LENGTH) {
        const unsigned from = (unsigned)any(2);
        const bool closes = !h->hosts[from].closed && one_in(LENGTH);
        const uint32_t len = h->hosts[from].closed || one_in(3) ? 0 : (uint32_t)any(3) * 50 + 1;
        send(h, from, closes ? TCPS_FIN | TCPS_ACK : one_in(2) ? TCPS_ACK : TCPS_PSH | TCPS_ACK, len);
        h->hosts[from].closed |= closes;
        if (spoilt && one_in(spoilt))
            spoil(h);
    }
}

static bool says_the_same(tcps_analyzer *pair[2], const step *s, uint32_t frame)
{
    const tcps_address hosts[2] = {{.bytes = {10, 0, 0, 1}, .port = 40000, .len = 4},
                                   {.bytes = {10, 0, 0, 2}, .port = 80, .len = 4}};
    tcps_segment g = s->segment;
    tcps_observation shown[2];
    memset(shown, 0, sizeof shown);
    g.frame = frame;
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_segment(pair[i], &hosts[s->from], &hosts[1 - s->from], &g, &shown[i]);
    return same_observation(&shown[0], &shown[1]) && same_findings(pair);
}

/* How many segments went the quick way. */
static uint64_t compare(const history *h)
{
    tcps_analyzer *pair[2] = {tcps_analyzer_new(NULL), tcps_analyzer_new(NULL)};
    bool same = true;
    tcps_analyzer_never_quick(pair[1]);
    for (unsigned i = 0; i < h->n && same; i++) {
        same = says_the_same(pair, &h->steps[i], i + 1);
        if (!same)
            g_test_message("segment %u of %u", i + 1, h->n);
    }
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_finish(pair[i]);
    if (!same || !same_findings(pair))
        g_test_fail();
    const uint64_t quick = tcps_analyzer_n_quick(pair[0]);
    g_assert_cmpuint(tcps_analyzer_n_quick(pair[1]), ==, 0);
    tcps_analyzer_free(pair[0]);
    tcps_analyzer_free(pair[1]);
    return quick;
}

static void compare_histories(int spoilt, double least)
{
    history *h = g_new(history, 1);
    uint64_t quick = 0, all = 0;
    for (unsigned i = 0; i < HISTORIES && !g_test_failed(); i++) {
        converse(h, spoilt);
        quick += compare(h);
        all += h->n;
    }
    g_assert_cmpfloat((double)quick, >=, least * (double)all); /* else this tests nothing */
    g_free(h);
}

static void test_orderly(void)
{
    compare_histories(0, 0.5);
}

static void test_spoilt_at_times(void)
{
    compare_histories(40, 0.2);
}

static void test_spoilt_often(void)
{
    compare_histories(6, 0.01);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quick/orderly", test_orderly);
    g_test_add_func("/quick/spoilt_at_times", test_spoilt_at_times);
    g_test_add_func("/quick/spoilt_often", test_spoilt_often);
    return g_test_run();
}

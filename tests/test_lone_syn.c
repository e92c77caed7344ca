/* test_lone_syn.c: an analyzer that keeps a SYN without an answer in few bytes (track/lone_syn.h) says the same as one that never does.
 *
 * A flood of SYNs, more than are left as they are for now; then, to any of them: an answer, the SYN again, a RST, an ICMP error, or
 * nothing but time; the capture's end, which may not be the last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "base/address.h"
#include "hosts/socket_counts.h"
#include "invariants.h"
#include "rfc/tcpstate.h"
#include "track/analyzer.h"

enum { HISTORIES = 6, SYNS = 3000, AFTER = 6000 };

typedef struct {
    tcps_analyzer *pair[2]; /* the second one never rests */
    uint32_t frame;
    int64_t now_ns;
    uint8_t len; /* of addresses */
} bench;

static uint32_t any(uint32_t below)
{
    return (uint32_t)g_test_rand_int_range(0, (gint32)below);
}

static tcps_address client_of(const bench *b, uint32_t n)
{
    return (tcps_address){.bytes = {10, (uint8_t)(n >> 8), (uint8_t)n, 1}, .port = (uint16_t)(2000 + n), .len = b->len};
}

static tcps_address service_of(const bench *b)
{
    return (tcps_address){.bytes = {192, 0, 2, 1}, .port = 443, .len = b->len};
}

static tcps_segment segment_of(const bench *b, uint32_t n, uint16_t flags)
{
    return (tcps_segment){.time_ns = b->now_ns,
                          .frame = b->frame,
                          .seq = flags & TCPS_RST ? n * 7919 + 1 : n * 7919,
                          .flags = flags,
                          .window = (uint16_t)(n + 1),
                          .mss = 1460,
                          .ip_id = (uint16_t)b->frame,
                          .wscale = 7,
                          .ttl = (uint8_t)(40 + n % 60),
                          .tsval = n,
                          .link = {5, 1 + n % 4 * 4},
                          .has = n % 3 ? TCPS_HAS_TIMESTAMPS | TCPS_HAS_WSCALE : TCPS_HAS_IP_ID};
}

static void compare_findings(const bench *b)
{
    g_assert_true(same_findings(b->pair));
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_clear_findings(b->pair[i]);
}

static void send(bench *b, uint32_t n, bool from_client, const tcps_segment *s)
{
    const tcps_address client = client_of(b, n), service = service_of(b);
    tcps_observation shown[2];
    memset(shown, 0, sizeof shown);
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_segment(b->pair[i], from_client ? &client : &service, from_client ? &service : &client, s,
                              &shown[i]);
    g_assert_true(same_observation(&shown[0], &shown[1]));
    compare_findings(b);
}

static void quote(bench *b, uint32_t n)
{
    const tcps_address client = client_of(b, n), service = service_of(b);
    tcps_observation shown[2];
    bool known[2];
    memset(shown, 0, sizeof shown);
    for (unsigned i = 0; i < 2; i++)
        known[i] =
            tcps_analyzer_icmp_error(b->pair[i], &client, &service, n * 7919, n % 2, b->now_ns, b->frame, &shown[i]);
    g_assert_true(known[0] == known[1] && same_observation(&shown[0], &shown[1]));
    compare_findings(b);
}

static void finish(bench *b)
{
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_finish(b->pair[i]);
    compare_findings(b);
}

static void something(bench *b, uint32_t n)
{
    static const uint16_t flags[] = {TCPS_SYN, TCPS_SYN, TCPS_RST, TCPS_ACK};
    b->frame++;
    b->now_ns += any(40) ? any(60000) * INT64_C(1000) : any(70) * INT64_C(1000000000) - INT64_C(1000000000);
    const unsigned what = any(8);
    if (what < G_N_ELEMENTS(flags)) {
        const tcps_segment s = segment_of(b, n, flags[what]);
        send(b, n, true, &s);
    } else if (what == 4) {
        quote(b, n);
    } else {
        tcps_segment s = segment_of(b, n, what == 5 ? TCPS_RST | TCPS_ACK : TCPS_SYN | TCPS_ACK);
        s.ack = n * 7919 + 1;
        send(b, n, false, &s);
    }
}

static const tcps_tally *tally_of(const tcps_tallies *all, const tcps_tally *like)
{
    for (unsigned i = 0; i < tcps_tallies_count(all); i++) {
        const tcps_tally *t = tcps_tallies_get(all, i);
        g_assert_cmpuint(t->number, ==, i);
        if (t->role == like->role && tcps_address_same(&t->address, &like->address))
            return t;
    }
    return NULL;
}

/* Of a client's host, as far as anybody asks for it: where there is no tally, there is nothing to tell. */
static void same_host(const tcps_tally *host, const tcps_tally *full)
{
    static const uint8_t asked_for[] = {TCPS_SYN_RCVD, TCPS_CLOSE_WAIT, TCPS_TIME_WAIT};
    for (unsigned i = 0; i < G_N_ELEMENTS(asked_for); i++)
        g_assert_cmpuint(host ? tcps_tally_of(host, asked_for[i])->now : 0, ==, tcps_tally_of(full, asked_for[i])->now);
    g_assert_true((host && host->disorder) == full->disorder && (host && host->outlives_rst) == full->outlives_rst);
}

static void same_counts(const bench *b)
{
    const tcps_tallies *all[2] = {tcps_analyzer_tallies(b->pair[0]), tcps_analyzer_tallies(b->pair[1])};
    g_assert_cmpuint(tcps_tallies_count(all[0]), <, tcps_tallies_count(all[1])); /* some have but their SYN */
    for (unsigned i = 0; i < tcps_tallies_count(all[1]); i++) {
        const tcps_tally *y = tcps_tallies_get(all[1], i), *x = tally_of(all[0], y);
        if (y->role == TCPS_CLIENT) {
            same_host(x, y);
            continue;
        }
        g_assert_true(x->opened == y->opened && x->closed == y->closed && x->half_open == y->half_open &&
                      x->half_answered == y->half_answered);
        for (unsigned state = 0; state < TCPS_N_STATES; state++) {
            const tcps_in_state *in = tcps_tally_of(x, state), *of = tcps_tally_of(y, state);
            g_assert_true(in->now == of->now && in->peak == of->peak && in->peak_ns == of->peak_ns &&
                          in->peak_frame == of->peak_frame);
        }
    }
}

static void flood(bench *b)
{
    for (unsigned i = 0; i < 2; i++)
        b->pair[i] = tcps_analyzer_new(NULL);
    tcps_analyzer_never_rest(b->pair[1]);
    for (uint32_t n = 0; n < SYNS; n++) {
        b->frame++;
        b->now_ns += 1000000;
        const tcps_segment s = segment_of(b, n, TCPS_SYN);
        send(b, n, true, &s);
    }
    for (unsigned i = 0; i < AFTER; i++) {
        something(b, any(SYNS));
        if (any(AFTER / 3) == 0)
            finish(b);
    }
    finish(b);
    same_counts(b);
    for (unsigned i = 0; i < 2; i++)
        tcps_analyzer_free(b->pair[i]);
}

static void test_ipv4(void)
{
    for (unsigned i = 0; i < HISTORIES; i++) {
        bench b = {.len = 4};
        flood(&b);
    }
}

static void test_ipv6(void)
{
    for (unsigned i = 0; i < HISTORIES; i++) {
        bench b = {.len = 16};
        flood(&b);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lone_syn/ipv4", test_ipv4);
    g_test_add_func("/lone_syn/ipv6", test_ipv6);
    return g_test_run();
}

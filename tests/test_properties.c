/* test_properties.c: random segments, thousands of short histories: nothing crashes, and every observation keeps the
 * invariants. A failure is repeated with `--seed`, which g_test prints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "invariants.h"
#include "tcpstate.h"

static const uint8_t flag_choices[] = {
    TCPS_SYN,
    TCPS_SYN | TCPS_ACK,
    TCPS_ACK,
    TCPS_ACK,
    TCPS_ACK | TCPS_PSH,
    TCPS_ACK | TCPS_FIN,
    TCPS_ACK | TCPS_FIN,
    TCPS_RST,
    TCPS_RST | TCPS_ACK,
    0,
    TCPS_SYN | TCPS_FIN,
    0xff,
};

static bool chance(int percent)
{
    return g_test_rand_int_range(0, 100) < percent;
}

static uint32_t any_uint32(void)
{
    return (uint32_t)g_test_rand_int();
}

/* Few values, so that they meet: around the ISN, whole windows off, and sometimes anywhere. */
static uint32_t random_seq(uint32_t isn)
{
    if (chance(3))
        return any_uint32();
    if (chance(5))
        return isn + (uint32_t)g_test_rand_int_range(-70000, 70000);
    return isn + (uint32_t)g_test_rand_int_range(-1, 12);
}

static void random_segment(tcps_segment *s, const uint32_t isn[2], unsigned from)
{
    s->flags = flag_choices[g_test_rand_int_range(0, G_N_ELEMENTS(flag_choices))];
    s->seq = random_seq(isn[from]);
    s->ack = chance(10) ? 0 : random_seq(isn[1 - from]);
    s->len = chance(60) ? 0 : chance(2) ? any_uint32() : (uint32_t)g_test_rand_int_range(1, 6);
    s->window = chance(10) ? 0 : (uint16_t)any_uint32();
    s->has = (uint8_t)any_uint32();
    s->tsval = chance(5) ? any_uint32() : s->frame;
    s->tsecr = chance(5) ? any_uint32() : s->frame - 1;
    s->n_sack = chance(90) ? 0 : (uint8_t)g_test_rand_int_range(0, TCPS_MAX_SACK + 1);
    for (unsigned i = 0; i < s->n_sack; i++) {
        s->sack[i][0] = random_seq(isn[1 - from]);
        s->sack[i][1] = random_seq(isn[1 - from]);
    }
    s->wscale = chance(5) ? (uint8_t)any_uint32() : (uint8_t)g_test_rand_int_range(0, 15);
    s->ip_id = chance(10) ? 1 : (uint16_t)s->frame;
    s->checksum = (uint16_t)any_uint32();
}

/* Mostly forwards, by anything between nothing and more than TIME_WAIT; a capture's clock may step back. */
static int64_t random_step(void)
{
    static const int64_t steps[] = {0,          1000,        1000000,     20000000,    300000000,
                                    1000000000, 11000000000, 61000000000, 250000000000};
    return chance(1) ? -1000000000 : steps[g_test_rand_int_range(0, G_N_ELEMENTS(steps))];
}

static tcps_address random_address(unsigned end, unsigned hosts)
{
    tcps_address a = {.len = 4, .port = (uint16_t)(end ? 80 : 40000 + g_test_rand_int_range(0, (int)hosts))};
    a.bytes[0] = 10;
    a.bytes[3] = (uint8_t)(1 + end);
    return a;
}

static void history(unsigned hosts, unsigned length)
{
    uint32_t isn[2] = {any_uint32(), any_uint32()};
    invariants *known = invariants_new();
    tcps_analyzer *analyzer = tcps_analyzer_new(NULL);
    int64_t time_ns = chance(50) ? 0 : INT64_C(1700000000000000000);
    for (uint32_t frame = 1; frame <= length; frame++) {
        time_ns += random_step();
        tcps_analyzer_advance(analyzer, time_ns, frame);
        unsigned from = (unsigned)g_test_rand_int_range(0, 2);
        tcps_address src = random_address(from, hosts), dst = chance(1) ? src : random_address(1 - from, hosts);
        tcps_segment s = {.time_ns = time_ns, .frame = frame};
        random_segment(&s, isn, from);
        tcps_observation shown;
        memset(&shown, 0xee, sizeof shown);
        bool has = true;
        if (chance(3))
            has = tcps_analyzer_icmp_error(analyzer, &src, &dst, s.seq, chance(50), time_ns, frame, &shown);
        else
            tcps_analyzer_segment(analyzer, &src, &dst, &s, &shown);
        char *wrong = has ? invariants_check(known, &shown, src.port == dst.port, frame, time_ns) : NULL;
        if (wrong) {
            g_test_message("frame %u: flags 0x%02x seq isn%+d ack isn%+d len %u, event %u: %s", frame, s.flags,
                           (int32_t)(s.seq - isn[from]), (int32_t)(s.ack - isn[1 - from]), s.len, shown.event, wrong);
            g_test_fail();
            g_free(wrong);
            break;
        }
        unsigned n;
        const tcps_finding *findings = tcps_analyzer_findings(analyzer, &n);
        for (unsigned i = 0; i < n; i++) {
            g_assert_cmpuint(findings[i].rule, <, TCPS_N_RULES);
            g_assert_cmpuint(findings[i].severity, <=, TCPS_ERROR);
            g_assert_cmpuint(findings[i].end, <=, TCPS_SERVER);
        }
        tcps_analyzer_clear_findings(analyzer);
    }
    tcps_analyzer_finish(analyzer);
    tcps_analyzer_free(analyzer);
    invariants_free(known);
}

static void test_one_pair(void)
{
    for (unsigned i = 0; i < 20000 && !g_test_failed(); i++)
        history(1, 30);
}

static void test_many_pairs(void)
{
    for (unsigned i = 0; i < 200 && !g_test_failed(); i++)
        history(500, 3000);
}

static void test_nothing(void)
{
    tcps_analyzer_free(NULL);
    tcps_analyzer *analyzer = tcps_analyzer_new(NULL);
    tcps_analyzer_finish(analyzer);
    unsigned n = 1;
    tcps_analyzer_findings(analyzer, &n);
    g_assert_cmpuint(n, ==, 0);
    tcps_analyzer_free(analyzer);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/properties/nothing", test_nothing);
    g_test_add_func("/properties/one_pair", test_one_pair);
    g_test_add_func("/properties/many_pairs", test_many_pairs);
    return g_test_run();
}

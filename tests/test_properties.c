/* test_properties.c: random segments, thousands of short histories: nothing crashes, and every observation keeps the
 * invariants. A history that fails is cut down to the steps that matter, and printed; `--seed` (which g_test prints) repeats
 * it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "invariants.h"
#include "rfc/tcpstate.h"
#include "rules/rule.h"
#include "track/analyzer.h"

typedef struct {
    tcps_segment segment;
    unsigned from;
    uint16_t port; /* of the client's end */
    bool self, icmp;
} step;

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

/* Mostly forwards, by anything between nothing and more than TIME_WAIT; a capture's clock may step back. */
static int64_t random_wait(void)
{
    static const int64_t waits[] = {0,          1000,        1000000,     20000000,    300000000,
                                    1000000000, 11000000000, 61000000000, 250000000000};
    return chance(1) ? -1000000000 : waits[g_test_rand_int_range(0, G_N_ELEMENTS(waits))];
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
    s->n_sack = chance(90) ? 0 : (uint8_t)g_test_rand_int_range(0, TCPS_MAX_SACK + 2); /* one more than there can be */
    for (unsigned i = 0; i < TCPS_MAX_SACK; i++) {
        s->sack[i][0] = random_seq(isn[1 - from]);
        s->sack[i][1] = random_seq(isn[1 - from]);
    }
    s->wscale = chance(5) ? (uint8_t)any_uint32() : (uint8_t)g_test_rand_int_range(0, 15);
    s->ip_id = chance(10) ? 1 : (uint16_t)s->frame;
}

/* The next segment's time. Broken captures hold anything. */
static int64_t random_time(int64_t before)
{
    if (g_test_rand_int_range(0, 2000) == 0)
        return (int64_t)((uint64_t)any_uint32() << 32 | any_uint32());
    return (int64_t)((uint64_t)before + (uint64_t)random_wait());
}

static void random_history(step *steps, unsigned n, unsigned ports, const uint32_t isn[2])
{
    int64_t time_ns = chance(50) ? 0 : INT64_C(1700000000000000000);
    memset(steps, 0, n * sizeof *steps);
    for (unsigned i = 0; i < n; i++) {
        time_ns = random_time(time_ns);
        steps[i].segment.time_ns = time_ns;
        steps[i].segment.frame = i + 1;
        steps[i].from = (unsigned)g_test_rand_int_range(0, 2);
        steps[i].port = (uint16_t)(40000 + g_test_rand_int_range(0, (int)ports));
        steps[i].self = chance(1);
        steps[i].icmp = chance(3);
        random_segment(&steps[i].segment, isn, steps[i].from);
    }
}

static tcps_address address_of(const step *s, unsigned end)
{
    tcps_address a = {.len = 4, .port = end ? 80 : s->port};
    a.bytes[0] = 10;
    a.bytes[3] = (uint8_t)(1 + end);
    return a;
}

static char *take(tcps_analyzer *analyzer, invariants *known, const step *s)
{
    tcps_address src = address_of(s, s->from), dst = address_of(s, s->self ? s->from : 1 - s->from);
    const tcps_segment *g = &s->segment;
    tcps_observation shown;
    memset(&shown, 0xee, sizeof shown);
    tcps_analyzer_advance(analyzer, g->time_ns, g->frame);
    bool has = true;
    if (s->icmp)
        has = tcps_analyzer_icmp_error(analyzer, &src, &dst, g->seq, g->flags & 1, g->time_ns, g->frame, &shown);
    else
        tcps_analyzer_segment(analyzer, &src, &dst, g, &shown);
    unsigned n;
    const tcps_finding *findings = tcps_analyzer_findings(analyzer, &n);
    for (unsigned i = 0; i < n; i++) {
        g_assert_cmpuint(findings[i].rule, <, tcps_n_rules());
        g_assert_cmpuint(findings[i].severity, <=, TCPS_ERROR);
        g_assert_cmpuint(findings[i].end, <=, TCPS_SERVER);
    }
    tcps_analyzer_clear_findings(analyzer);
    return has ? invariants_check(known, &shown, s->self, g->frame, g->time_ns) : NULL;
}

/* NULL, or what is wrong; *n becomes the number of steps up to there. */
static char *run(const step *steps, unsigned *n)
{
    invariants *known = invariants_new();
    tcps_analyzer *analyzer = tcps_analyzer_new(NULL);
    char *wrong = NULL;
    for (unsigned i = 0; i < *n && !wrong; i++) {
        wrong = take(analyzer, known, &steps[i]);
        if (wrong)
            *n = i + 1;
    }
    tcps_analyzer_finish(analyzer);
    tcps_analyzer_free(analyzer);
    invariants_free(known);
    return wrong;
}

/* Leaves out whatever does not matter to the failure. */
static char *cut_down(step *steps, unsigned *n, char *wrong)
{
    step *fewer = g_new(step, *n);
    for (unsigned i = 0; i + 1 < *n;) {
        memcpy(fewer, steps, i * sizeof *steps);
        memcpy(fewer + i, steps + i + 1, (*n - i - 1) * sizeof *steps);
        unsigned m = *n - 1;
        char *still = run(fewer, &m);
        if (still) {
            memcpy(steps, fewer, m * sizeof *steps);
            *n = m;
            g_free(wrong);
            wrong = still;
        } else {
            i++;
        }
    }
    g_free(fewer);
    return wrong;
}

static void print(const step *steps, unsigned n, const uint32_t isn[2])
{
    for (unsigned i = 0; i < n; i++) {
        const tcps_segment *s = &steps[i].segment;
        g_test_message("+%.3f %s%s frame %u flags 0x%02x seq isn%+d len %u ack isn%+d%s tsval %u tsecr %u n_sack %u",
                       i ? (double)s->time_ns / 1e9 - (double)steps[i - 1].segment.time_ns / 1e9 : 0,
                       steps[i].icmp ? "icmp " : "",
                       steps[i].self   ? "x>"
                       : steps[i].from ? "s>"
                                       : "c>",
                       s->frame, s->flags, (int32_t)(s->seq - isn[steps[i].from]), s->len,
                       (int32_t)(s->ack - isn[1 - steps[i].from]), s->has & TCPS_HAS_TIMESTAMPS ? "" : " (no ts)",
                       s->tsval, s->tsecr, s->n_sack);
    }
}

static void random_histories(unsigned histories, unsigned length, unsigned ports)
{
    step *steps = g_new(step, length);
    for (unsigned i = 0; i < histories && !g_test_failed(); i++) {
        const uint32_t isn[2] = {any_uint32(), any_uint32()};
        unsigned n = length;
        random_history(steps, n, ports, isn);
        char *wrong = run(steps, &n);
        if (wrong) {
            wrong = cut_down(steps, &n, wrong);
            print(steps, n, isn);
            g_test_message("%s", wrong);
            g_test_fail();
        }
        g_free(wrong);
    }
    g_free(steps);
}

/* One step through two analyzers; they say the same. */
static bool says_the_same(tcps_analyzer *pair[2], const step *s)
{
    const tcps_address src = address_of(s, s->from), dst = address_of(s, s->self ? s->from : 1 - s->from);
    tcps_observation shown[2];
    memset(shown, 0, sizeof shown);
    for (unsigned i = 0; i < 2; i++) {
        const tcps_segment *g = &s->segment;
        tcps_analyzer_clear_findings(pair[i]);
        if (s->icmp)
            tcps_analyzer_icmp_error(pair[i], &src, &dst, g->seq, g->flags & 1, g->time_ns, g->frame, &shown[i]);
        else
            tcps_analyzer_segment(pair[i], &src, &dst, g, &shown[i]);
    }
    return same_observation(&shown[0], &shown[1]) && same_findings(pair);
}

/* Whether what an open endpoint does not need any more is given back makes no difference. */
static void test_resting(void)
{
    enum { HISTORIES = 2000, LENGTH = 60 };
    step *steps = g_new(step, LENGTH);
    for (unsigned i = 0; i < HISTORIES && !g_test_failed(); i++) {
        const uint32_t isn[2] = {any_uint32(), any_uint32()};
        tcps_analyzer *pair[2] = {tcps_analyzer_new(NULL), tcps_analyzer_new(NULL)};
        bool same = true;
        tcps_analyzer_never_rest(pair[1]);
        random_history(steps, LENGTH, 3, isn);
        for (unsigned k = 0; k < LENGTH && same; k++) {
            same = says_the_same(pair, &steps[k]);
            if (!same) {
                print(steps, k + 1, isn);
                g_test_fail();
            }
        }
        tcps_analyzer_free(pair[0]);
        tcps_analyzer_free(pair[1]);
    }
    g_free(steps);
}

static void test_one_pair(void)
{
    random_histories(20000, 30, 1);
}
static void test_many_pairs(void)
{
    random_histories(200, 3000, 500);
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
    g_test_add_func("/properties/resting", test_resting);
    g_test_add_func("/properties/one_pair", test_one_pair);
    g_test_add_func("/properties/many_pairs", test_many_pairs);
    return g_test_run();
}

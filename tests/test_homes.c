/* test_homes.c: at which hosts a capture was made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hosts/homes.h"

#include <glib.h>

static const tcps_address a = {{10, 0, 0, 1}, 40000, 4, 0}, again = {{10, 0, 0, 1}, 40001, 4, 0},
                          elsewhere = {{10, 0, 0, 1}, 40000, 4, 1};

static bool is_home(const tcps_answers *answers, unsigned votes)
{
    tcps_homes *homes = tcps_homes_new();
    for (unsigned i = 0; i < votes; i++)
        if (tcps_answers_tell(answers->near_ns, answers->far_ns))
            tcps_homes_note_answers(homes, &a, answers);
    const bool has = tcps_homes_has(homes, &again);
    g_assert_false(tcps_homes_has(homes, &elsewhere));
    g_assert_cmpuint(tcps_homes_version(homes), ==, has);
    g_assert_true(!has || tcps_homes_at(homes, 0)->why == TCPS_EVIDENCE_HOME_BY_ANSWERS);
    tcps_homes_free(homes);
    return has;
}

static void answers_at_once(void)
{
    static const struct {
        tcps_answers answers;
        unsigned votes;
        bool home;
    } cases[] = {
        {{15000, 20000000, 64, 64}, 1, true},  /* 15 us, where the other takes 20 ms */
        {{15000, 20000000, 63, 64}, 9, false}, /* a router has passed on what it sends */
        {{60000, 20000000, 64, 64}, 9, false}, /* not at once */
        {{15000, 40000, 64, 64}, 9, false},    /* both are near */
        {{15000, 150000, 64, 64}, 3, false},   /* the other is in the same hall: one case is none, */
        {{15000, 150000, 64, 64}, 4, true},    /* several are */
        {{15000, 150000, 64, 63}, 1, false},   /* and fewer where the other's TTL tells, too */
        {{15000, 150000, 64, 63}, 2, true},    {{0, 20000000, 64, 64}, 9, false}, /* nothing was timed */
        {{45000, 400000, 128, 64}, 3, false},                                     /* not so much later */
        {{5000, 40000, 64, 64}, 1, true},  /* on one machine, and the other is farther */
        {{5000, 39000, 64, 64}, 9, false}, /* not so much */
        {{5001, 90000, 64, 64}, 9, false}, /* over a cable, perhaps */
        {{45000, 500000, 128, 64}, 1, true},   {{15000, 20000000, 0, 0}, 1, true}, /* TTLs are not known */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(is_home(&cases[i].answers, cases[i].votes), ==, cases[i].home);
}

static void marks(void)
{
    tcps_homes *homes = tcps_homes_new();
    tcps_homes_note_mark(homes, &a, true);
    g_assert_true(tcps_homes_has(homes, &again));
    g_assert_cmpuint(tcps_homes_at(homes, 0)->why, ==, TCPS_EVIDENCE_HOME_BY_MARKS);
    g_assert_null(tcps_homes_at(homes, 1));
    tcps_homes_note_mark(homes, &again, false); /* it comes in as well: the host that captured forwards */
    g_assert_false(tcps_homes_has(homes, &a));
    tcps_homes_note_mark(homes, &again, true);
    g_assert_false(tcps_homes_has(homes, &a));
    g_assert_cmpuint(tcps_homes_version(homes), ==, 2);
    tcps_homes_free(homes);
}

static void refuted(void)
{
    static const tcps_answers answers = {15000, 20000000, 64, 64};
    tcps_homes *homes = tcps_homes_new();
    tcps_homes_note_answers(homes, &a, &answers);
    tcps_homes_refute(homes, &a);
    g_assert_false(tcps_homes_has(homes, &a));
    tcps_homes_note_answers(homes, &a, &answers);
    g_assert_false(tcps_homes_has(homes, &a));
    tcps_homes_free(homes);
}

static bool refuses(int64_t took_ns, uint8_t ttl, unsigned n)
{
    tcps_homes *homes = tcps_homes_new();
    while (n-- > 0)
        tcps_homes_note_refusal(homes, &a, took_ns, ttl);
    const bool has = tcps_homes_has(homes, &again);
    tcps_homes_free(homes);
    return has;
}

static void refusals(void)
{
    g_assert_true(refuses(25000, 64, 3));
    g_assert_false(refuses(25000, 64, 2));
    g_assert_false(refuses(26000, 64, 99));
    g_assert_false(refuses(25000, 63, 99));
    g_assert_false(refuses(25000, 0, 99));
}

static void open_sums(void)
{
    tcps_homes *homes = tcps_homes_new();
    tcps_homes_note_open_sums(homes, &a, 63); /* a router has passed it on */
    g_assert_false(tcps_homes_has(homes, &a));
    tcps_homes_note_open_sums(homes, &a, 64);
    g_assert_cmpuint(tcps_homes_get(homes, &again)->why, ==, TCPS_EVIDENCE_HOME_BY_CHECKSUMS);
    tcps_homes_note_mark(homes, &a, false); /* it comes in, too */
    g_assert_false(tcps_homes_has(homes, &a));
    tcps_homes_note_open_sums(homes, &a, 64);
    g_assert_false(tcps_homes_has(homes, &a));
    tcps_homes_free(homes);
}

static void loopback_interface(void)
{
    tcps_homes *homes = tcps_homes_new();
    tcps_homes_note_loopback(homes, &a);
    g_assert_cmpuint(tcps_homes_get(homes, &again)->why, ==, TCPS_EVIDENCE_HOME_LOCAL);
    tcps_homes_note_mark(homes, &a, false); /* somebody forges it */
    g_assert_true(tcps_homes_has(homes, &a));
    tcps_homes_free(homes);
}

static void loopbacks(void)
{
    static const tcps_address one = {{127, 0, 0, 1}, 1, 4, 0}, other = {{127, 0, 0, 2}, 2, 4, 0},
                              six = {{[15] = 1}, 1, 16, 0}, not_six = {{[15] = 2}, 1, 16, 0};
    g_assert_true(tcps_homes_are_local(&one, &other));
    g_assert_true(tcps_homes_are_local(&six, &six));
    g_assert_false(tcps_homes_are_local(&one, &a));
    g_assert_false(tcps_homes_are_local(&a, &a)); /* anybody can send from the address that he sends to */
    g_assert_false(tcps_homes_are_local(&six, &not_six));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/homes/answers_at_once", answers_at_once);
    g_test_add_func("/homes/marks", marks);
    g_test_add_func("/homes/refuted", refuted);
    g_test_add_func("/homes/refusals", refusals);
    g_test_add_func("/homes/open_sums", open_sums);
    g_test_add_func("/homes/loopback_interface", loopback_interface);
    g_test_add_func("/homes/loopbacks", loopbacks);
    return g_test_run();
}

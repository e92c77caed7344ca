/* test_subjects.c: what findings are about, counted in bounded memory; and what came at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "model/subjects.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)

enum { RULE = 7 };

static tcps_address host(uint32_t number, uint16_t port)
{
    tcps_address a = {.len = 4, .port = port};
    memcpy(a.bytes, &number, sizeof number);
    return a;
}

static tcps_finding finding(uint32_t client, uint32_t server, uint32_t number, tcps_role end)
{
    return (tcps_finding){.rule = RULE,
                          .severity = TCPS_WARN,
                          .end = (uint8_t)end,
                          .connection = number,
                          .began_ns = number * SECOND,
                          .ends = {host(client, (uint16_t)(1024 + number % 1000)), host(server, 80)}};
}

/* --- moments --- */

static void burst_is_told_from_now_and_then(void)
{
    tcps_moments m = {0};
    g_assert_cmpuint(tcps_moments_burst(&m).n, ==, 0);
    for (int i = 0; i < 8; i++)
        tcps_moments_add(&m, i * 30 * SECOND);
    g_assert_cmpuint(tcps_moments_burst(&m).n, ==, 1);
    for (int i = 0; i < 20; i++) /* over the edges of moments, too */
        tcps_moments_add(&m, 100 * SECOND + i * 20 * MS);
    g_assert_cmpuint(tcps_moments_burst(&m).n, ==, 20);
    g_assert_cmpint(tcps_moments_burst(&m).first_ns, ==, 100 * SECOND);
    g_assert_cmpint(tcps_moments_burst(&m).last_ns, ==, 100 * SECOND + 380 * MS);
}

static void gaps_are_certain(void)
{
    tcps_moments m = {0};
    g_assert_true(tcps_moments_none_between(&m, 0, INT64_MAX));
    tcps_moments_add(&m, 10 * SECOND);
    tcps_moments_add(&m, 20 * SECOND);
    g_assert_true(tcps_moments_none_between(&m, 10 * SECOND, 20 * SECOND));
    g_assert_false(tcps_moments_none_between(&m, 9 * SECOND, 20 * SECOND));
    g_assert_false(tcps_moments_none_between(&m, 10 * SECOND, 21 * SECOND));
    g_assert_true(tcps_moments_any_after(&m, 19 * SECOND));
    g_assert_false(tcps_moments_any_after(&m, 20 * SECOND));
}

/* Whatever the order, and whatever the times. */
static void order_makes_no_difference(void)
{
    enum { N = 200 };
    for (unsigned round = 0; round < 50; round++) {
        int64_t times[N];
        tcps_moments in_order = {0}, shuffled = {0};
        for (unsigned i = 0; i < N; i++) {
            times[i] = g_test_rand_int_range(0, 1000) * (round + 1) * 10 * MS - (round % 3 == 0 ? 300 * SECOND : 0);
            if (round == 49 && i % 50 == 0) /* any date that 64 bits hold */
                times[i] = i % 100 ? INT64_MIN : INT64_MAX;
            tcps_moments_add(&in_order, times[i]);
        }
        for (unsigned i = N - 1; i > 0; i--) {
            const unsigned k = (unsigned)g_test_rand_int_range(0, (int)i + 1);
            const int64_t moved = times[i];
            times[i] = times[k];
            times[k] = moved;
        }
        uint32_t n = 0;
        for (unsigned i = 0; i < N; i++)
            tcps_moments_add(&shuffled, times[i]);
        g_assert_cmpuint(in_order.n, ==, shuffled.n);
        for (unsigned i = 0; i < in_order.n; i++) {
            g_assert_cmpint(in_order.at[i].first_ns, ==, shuffled.at[i].first_ns);
            g_assert_cmpint(in_order.at[i].last_ns, ==, shuffled.at[i].last_ns);
            g_assert_cmpuint(in_order.at[i].n, ==, shuffled.at[i].n);
            n += in_order.at[i].n;
        }
        g_assert_cmpuint(n, ==, N);
    }
}

/* --- subjects --- */

static const tcps_subject *only_one(const tcps_subjects *s, tcps_grouping grouping)
{
    GPtrArray *list = tcps_subjects_list(s, RULE, grouping);
    const tcps_subject *first = list->pdata[0];
    g_assert_cmpuint(list->len, ==, 1);
    g_assert_cmpuint(tcps_subjects_count(s, RULE, grouping), ==, 1);
    g_ptr_array_free(list, TRUE);
    return first;
}

static void grouped_by_end_by_peer_and_by_host(void)
{
    tcps_subjects *s = tcps_subjects_new();
    for (uint32_t i = 0; i < 5; i++) { /* five clients of one service, which the findings are about */
        const tcps_finding f = finding(10 + i, 2, i, TCPS_SERVER);
        tcps_subjects_add_finding(s, &f);
    }
    const tcps_subject *service = only_one(s, TCPS_BY_END), *whole = only_one(s, TCPS_BY_HOST);
    g_assert_cmpuint(service->n, ==, 5);
    g_assert_cmpuint(service->key.address.port, ==, 80);
    g_assert_cmpuint(service->key.role, ==, TCPS_SERVER);
    g_assert_true(service->several);
    g_assert_cmpint(service->first_ns, ==, 0);
    g_assert_cmpint(service->last_ns, ==, 4 * SECOND);
    g_assert_cmpuint(whole->key.address.port, ==, 0);
    g_assert_cmpuint(tcps_subjects_count(s, RULE, TCPS_BY_PEER), ==, 5);
    g_assert_cmpuint(tcps_subjects_count(s, RULE + 1, TCPS_BY_PEER), ==, 0);
    tcps_subjects *copy = tcps_subjects_copy(s);
    tcps_subjects_free(s);
    g_assert_cmpuint(only_one(copy, TCPS_BY_END)->n, ==, 5);
    tcps_subjects_free(copy);
}

static void client_host_is_one_whatever_its_ports(void)
{
    tcps_subjects *s = tcps_subjects_new();
    for (uint32_t i = 0; i < 5; i++) {
        const tcps_finding f = finding(1, 2, i, TCPS_CLIENT);
        tcps_subjects_add_finding(s, &f);
    }
    g_assert_cmpuint(only_one(s, TCPS_BY_END)->n, ==, 5);
    g_assert_cmpuint(only_one(s, TCPS_BY_END)->key.address.port, ==, 0);
    g_assert_false(only_one(s, TCPS_BY_END)->several);
    g_assert_cmpuint(only_one(s, TCPS_BY_END)->peer.port, ==, 80);
    tcps_subjects_free(s);
}

/* Those with the most findings are kept, and those that were forgotten are counted. */
static void memory_is_bounded(void)
{
    enum { MANY = 50000, HEAVY = 2 };
    tcps_subjects *s = tcps_subjects_new();
    unsigned heavy = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        const bool often = i % 10 == 0;
        const tcps_finding f = finding(1, often ? HEAVY : 1000 + i, i, TCPS_SERVER);
        heavy += often;
        tcps_subjects_add_finding(s, &f);
    }
    GPtrArray *list = tcps_subjects_list(s, RULE, TCPS_BY_END);
    const tcps_subject *first = list->pdata[0];
    g_assert_cmpuint(list->len, <=, 4096);
    g_assert_cmpuint(first->n, ==, heavy);
    g_assert_cmpuint(tcps_subjects_count(s, RULE, TCPS_BY_END), ==, MANY - heavy + 1);
    g_assert_cmpuint(only_one(s, TCPS_BY_PEER)->n, ==, MANY);
    g_ptr_array_free(list, TRUE);
    tcps_subjects_free(s);
}

/* --- dealings --- */

static tcps_row row_between(uint32_t client, uint32_t server, uint32_t number)
{
    tcps_row row = {.index = number, .ends = {host(client, 5000), host(server, 80)}, .accepted_ns = INT64_MAX};
    row.replaced_ns = row.until_ns[0] = row.until_ns[1] = INT64_MAX;
    row.role_basis = TCPS_BASIS_SYN;
    row.start_ns = number * SECOND;
    return row;
}

static void asked_answered_completed(void)
{
    tcps_subjects *s = tcps_subjects_new();
    for (uint32_t i = 0; i < 12; i++) {
        tcps_row row = row_between(i, 2, i);
        if (i % 2)
            row.accepted_ns = row.start_ns;
        row.opened = i % 4 == 1;
        tcps_subjects_add_row(s, &row, 100 * SECOND, 10 * SECOND);
    }
    tcps_row joined = row_between(99, 2, 99);
    joined.role_basis = TCPS_BASIS_PORT; /* nobody saw what it asked for */
    tcps_subjects_add_row(s, &joined, 100 * SECOND, 10 * SECOND);
    const tcps_address service = host(2, 80);
    const tcps_dealings *d = tcps_dealings_of(s, &service, TCPS_SERVER);
    g_assert_cmpuint(d->asked, ==, 12);
    g_assert_cmpuint(d->answered, ==, 6);
    g_assert_cmpuint(d->completed, ==, 3);
    tcps_subjects_free(s);
}

static void close_wait_counts_if_long_and_shown(void)
{
    static const struct {
        int64_t since_ns;
        bool took_fin;
        uint32_t counted;
    } cases[] = {{0, true, 1}, {0, false, 0}, {95 * SECOND, true, 0}};
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        tcps_subjects *s = tcps_subjects_new();
        tcps_row row = row_between(1, 2, 0);
        row.state[TCPS_CLIENT] = TCPS_CLOSE_WAIT;
        row.since_ns[TCPS_CLIENT] = cases[i].since_ns;
        row.took_fin[TCPS_CLIENT] = cases[i].took_fin;
        tcps_subjects_add_row(s, &row, 100 * SECOND, 10 * SECOND);
        const tcps_address client = host(1, 0);
        const tcps_dealings *d = tcps_dealings_of(s, &client, TCPS_CLIENT);
        g_assert_cmpuint(d ? d->close_waits : 0, ==, cases[i].counted);
        tcps_subjects_free(s);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/moments/burst_is_told_from_now_and_then", burst_is_told_from_now_and_then);
    g_test_add_func("/moments/gaps_are_certain", gaps_are_certain);
    g_test_add_func("/moments/order_makes_no_difference", order_makes_no_difference);
    g_test_add_func("/subjects/grouped_by_end_by_peer_and_by_host", grouped_by_end_by_peer_and_by_host);
    g_test_add_func("/subjects/client_host_is_one_whatever_its_ports", client_host_is_one_whatever_its_ports);
    g_test_add_func("/subjects/memory_is_bounded", memory_is_bounded);
    g_test_add_func("/dealings/asked_answered_completed", asked_answered_completed);
    g_test_add_func("/dealings/close_wait_counts_if_long_and_shown", close_wait_counts_if_long_and_shown);
    return g_test_run();
}

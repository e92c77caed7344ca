/* test_sockets.c: the table of sockets at a time, and the counts of endpoints, from segments through analyzer and model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/socket_table.h"

#include <glib.h>

#define S INT64_C(1000000000)

static const tcps_address client = {{10, 0, 0, 1}, 50000, 4, 0}, server = {{10, 0, 0, 2}, 80, 4, 0};

typedef struct {
    tcps_analyzer *analyzer;
    tcps_model *model;
    uint32_t frame;
} bench;

static bench bench_new(void)
{
    bench b = {.analyzer = tcps_analyzer_new(NULL), .model = tcps_model_new()};
    tcps_model_keep_changes(b.model);
    tcps_model_keep_endpoints(b.model);
    return b;
}

static void bench_free(bench *b)
{
    tcps_analyzer_free(b->analyzer);
    tcps_model_free(b->model);
}

static void send(bench *b, int64_t time_ns, bool from_client, unsigned flags, uint32_t seq, uint32_t ack)
{
    const tcps_segment s = {
        .time_ns = time_ns, .frame = ++b->frame, .seq = seq, .ack = ack, .flags = (uint16_t)flags, .window = 1000};
    tcps_observation o;

    tcps_analyzer_segment(b->analyzer, from_client ? &client : &server, from_client ? &server : &client, &s, &o);
    tcps_model_segment(b->model, &s, &o, &client, &server);
}

/* From 0 to 6 s, the client closes first; its TIME_WAIT begins in the sixth. */
static void close_normally(bench *b, int64_t at, uint32_t seq)
{
    send(b, at, true, TCPS_SYN, seq, 0);
    send(b, at + 1 * S, false, TCPS_SYN | TCPS_ACK, 300, seq + 1);
    send(b, at + 2 * S, true, TCPS_ACK, seq + 1, 301);
    send(b, at + 3 * S, true, TCPS_FIN | TCPS_ACK, seq + 1, 301);
    send(b, at + 4 * S, false, TCPS_ACK, 301, seq + 2);
    send(b, at + 5 * S, false, TCPS_FIN | TCPS_ACK, 301, seq + 2);
    send(b, at + 6 * S, true, TCPS_ACK, seq + 2, 302);
}

/* UNKNOWN: no socket. */
static unsigned state_at(const bench *b, tcps_role end, int64_t time_ns)
{
    GArray *sockets = tcps_sockets_at(b->model, time_ns);
    unsigned state = TCPS_UNKNOWN;

    for (unsigned i = 0; i < sockets->len; i++) {
        const tcps_socket *s = &g_array_index(sockets, tcps_socket, i);
        if (s->end == end && s->state != TCPS_LISTEN)
            state = s->state;
    }
    g_array_free(sockets, TRUE);
    return state;
}

static void test_through_the_states(void)
{
    bench b = bench_new();
    close_normally(&b, 0, 100);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, -1), ==, TCPS_UNKNOWN);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, S / 2), ==, TCPS_SYN_SENT);
    g_assert_cmpuint(state_at(&b, TCPS_SERVER, 3 * S / 2), ==, TCPS_SYN_RCVD);
    g_assert_cmpuint(state_at(&b, TCPS_SERVER, 5 * S / 2), ==, TCPS_ESTABLISHED);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, 9 * S / 2), ==, TCPS_FIN_WAIT_2);
    g_assert_cmpuint(state_at(&b, TCPS_SERVER, 9 * S / 2), ==, TCPS_CLOSE_WAIT);
    g_assert_cmpuint(state_at(&b, TCPS_SERVER, 11 * S / 2), ==, TCPS_LAST_ACK);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, 7 * S), ==, TCPS_TIME_WAIT);
    g_assert_cmpuint(state_at(&b, TCPS_SERVER, 7 * S), ==, TCPS_UNKNOWN);
    bench_free(&b);
}

static void test_time_wait_ends(void)
{
    bench b = bench_new();
    close_normally(&b, 0, 100);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, 65 * S), ==, TCPS_TIME_WAIT);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, 67 * S), ==, TCPS_UNKNOWN);
    bench_free(&b);
}

/* The client acknowledges a FIN that was not captured: when that was repeated last nobody knows, so the server waits on. */
static void test_last_ack_after_an_unseen_fin(void)
{
    bench b = bench_new();
    send(&b, 0, true, TCPS_SYN, 100, 0);
    send(&b, S, false, TCPS_SYN | TCPS_ACK, 300, 101);
    send(&b, 2 * S, true, TCPS_ACK, 101, 301);
    send(&b, 3 * S, true, TCPS_FIN | TCPS_ACK, 101, 301);
    send(&b, 4 * S, false, TCPS_ACK, 301, 102);
    send(&b, 23 * S, false, TCPS_ACK, 302, 102);
    g_assert_cmpuint(state_at(&b, TCPS_SERVER, 47 * S / 2), ==, TCPS_LAST_ACK);
    bench_free(&b);
}

static void test_time_wait_is_restarted_by_a_repeated_fin(void)
{
    bench b = bench_new();
    close_normally(&b, 0, 100);
    send(&b, 30 * S, false, TCPS_FIN | TCPS_ACK, 301, 102);
    send(&b, 31 * S, true, TCPS_ACK, 102, 302);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, 90 * S), ==, TCPS_TIME_WAIT);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, 92 * S), ==, TCPS_UNKNOWN);
    bench_free(&b);
}

static void test_next_incarnation_takes_the_sockets(void)
{
    bench b = bench_new();
    close_normally(&b, 0, 100);
    send(&b, 20 * S, true, TCPS_SYN, 5000, 0);
    g_assert_cmpuint(tcps_model_n_rows(b.model), ==, 2);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, 19 * S), ==, TCPS_TIME_WAIT);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, 20 * S), ==, TCPS_SYN_SENT);
    bench_free(&b);
}

static void test_unanswered_syn_shows_no_socket_at_the_server(void)
{
    bench b = bench_new();
    send(&b, 0, true, TCPS_SYN, 100, 0);
    g_assert_cmpuint(state_at(&b, TCPS_SERVER, S / 10), ==, TCPS_SYN_RCVD);
    g_assert_cmpuint(state_at(&b, TCPS_SERVER, S), ==, TCPS_UNKNOWN);
    g_assert_cmpuint(state_at(&b, TCPS_CLIENT, S), ==, TCPS_SYN_SENT);
    bench_free(&b);
}

static void test_listener(void)
{
    bench b = bench_new();
    close_normally(&b, 0, 100);
    for (unsigned t = 0; t < 3; t++) {
        GArray *sockets = tcps_sockets_at(b.model, t * S);
        unsigned n = 0;
        for (unsigned i = 0; i < sockets->len; i++)
            n += g_array_index(sockets, tcps_socket, i).state == TCPS_LISTEN;
        g_assert_cmpuint(n, ==, t ? 1 : 0); /* the SYN+ACK shows it */
        g_array_free(sockets, TRUE);
    }
    bench_free(&b);
}

static const tcps_tally *tally(const bench *b, tcps_role role)
{
    const tcps_tallies *all = tcps_model_endpoints(b->model);

    for (unsigned i = 0; i < tcps_tallies_count(all); i++)
        if (tcps_tallies_get(all, i)->role == role)
            return tcps_tallies_get(all, i);
    return NULL;
}

static void test_endpoints_count(void)
{
    bench b = bench_new();
    close_normally(&b, 0, 100);
    close_normally(&b, 20 * S, 5000);
    tcps_model_end(b.model, 50 * S, b.frame);
    const tcps_tally *host = tally(&b, TCPS_CLIENT), *service = tally(&b, TCPS_SERVER);
    g_assert_cmpuint(host->opened, ==, 2);
    g_assert_cmpuint(host->closed, ==, 2);
    g_assert_cmpuint(tcps_tally_of(host, TCPS_TIME_WAIT)->now, ==, 1);
    g_assert_cmpuint(tcps_tally_of(host, TCPS_TIME_WAIT)->peak, ==,
                     1); /* a new incarnation took the first one's place */
    g_assert_cmpuint(tcps_tally_of(service, TCPS_CLOSE_WAIT)->peak, ==, 1);
    g_assert_cmpuint(tcps_tally_of(service, TCPS_CLOSE_WAIT)->now, ==, 0);
    tcps_model_end(b.model, 100 * S, b.frame);
    g_assert_cmpuint(tcps_tally_of(host, TCPS_TIME_WAIT)->now, ==, 0);
    bench_free(&b);
}

/* Other segments come between the end of the first timer and that of the restarted one. */
static void test_endpoints_count_restarted_time_wait(void)
{
    bench b = bench_new();
    close_normally(&b, 0, 100);
    send(&b, 30 * S, false, TCPS_FIN | TCPS_ACK, 301, 102);
    send(&b, 31 * S, true, TCPS_ACK, 102, 302);
    for (int64_t t = 67; t <= 90; t++)
        tcps_model_end(b.model, t * S, b.frame);
    g_assert_cmpuint(tcps_tally_of(tally(&b, TCPS_CLIENT), TCPS_TIME_WAIT)->now, ==, 1);
    tcps_model_end(b.model, 92 * S, b.frame);
    g_assert_cmpuint(tcps_tally_of(tally(&b, TCPS_CLIENT), TCPS_TIME_WAIT)->now, ==, 0);
    bench_free(&b);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sockets/through_the_states", test_through_the_states);
    g_test_add_func("/sockets/last_ack_after_an_unseen_fin", test_last_ack_after_an_unseen_fin);
    g_test_add_func("/sockets/time_wait_ends", test_time_wait_ends);
    g_test_add_func("/sockets/time_wait_is_restarted_by_a_repeated_fin", test_time_wait_is_restarted_by_a_repeated_fin);
    g_test_add_func("/sockets/next_incarnation_takes_the_sockets", test_next_incarnation_takes_the_sockets);
    g_test_add_func("/sockets/unanswered_syn_shows_none_at_the_server",
                    test_unanswered_syn_shows_no_socket_at_the_server);
    g_test_add_func("/sockets/listener", test_listener);
    g_test_add_func("/endpoints/count", test_endpoints_count);
    g_test_add_func("/endpoints/count_restarted_time_wait", test_endpoints_count_restarted_time_wait);
    return g_test_run();
}

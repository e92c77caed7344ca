/* test_rule_texts.c: rules that look at more than one connection, and what is said where counts and reasons matter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "rfc/tcpstate.h"
#include "rules/ids.h"
#include "script.h"

#define HANDSHAKE                                                                                                      \
    "c> S 100\n"                                                                                                       \
    "s> SA 300 ack 101\n"                                                                                              \
    "c> A 101 ack 301\n"

/* The service has answered a client. */
#define ANSWERED                                                                                                       \
    SCRIPT_OPEN                                                                                                        \
    "c> FA 111 ack 311\n"                                                                                              \
    "s> FA 311 ack 112\n"                                                                                              \
    "c> A 112 ack 312\n"                                                                                               \
    "+70 c> S 5000\n"                                                                                                  \
    "s> SA 7000 ack 5001\n"                                                                                            \
    "c> A 5001 ack 7001\n"                                                                                             \
    "c> PA 5001+120 ack 7001\n"

static const script_case half_close_answered_by_close[] = {
    {"where_others_are_answered", ANSWERED "c> FA 5121 ack 7001\n"
                                           "s> FA 7001 ack 5122 | !half_close_answered_by_close "
                                           "said:which_had_sent_120_bytes\n"},
    {"others_are_answered_later", HANDSHAKE "c> PA 101+120 ack 301\n"
                                            "c> FA 221 ack 301\n"
                                            "s> FA 301 ack 222 | !-half_close_answered_by_close\n"
                                            "c> A 222 ack 302\n"
                                            "+60 end | !-half_close_answered_by_close\n"},
    {"after_a_wait", ANSWERED "+5 c> FA 5121 ack 7001\n"
                              "s> FA 7001 ack 5122 | !-half_close_answered_by_close\n"},
    {"with_an_answer", ANSWERED "c> FA 5121 ack 7001\n"
                                "s> FPA 7001+9 ack 5122 | !-half_close_answered_by_close\n"},
    {"the_server_closes_first", ANSWERED "s> FA 7001 ack 5121\n"
                                         "c> FA 5121 ack 7002\n"
                                         "s> A 7002 ack 5122 | !-half_close_answered_by_close\n"},
    {"no_request", SCRIPT_OPEN "c> FA 111 ack 311\n"
                               "s> FA 311 ack 112\n"
                               "c> A 112 ack 312\n"
                               "+70 c> S 5000\n"
                               "s> SA 7000 ack 5001\n"
                               "c> A 5001 ack 7001\n"
                               "c> FA 5001 ack 7001\n"
                               "s> FA 7001 ack 5002 | !-half_close_answered_by_close\n"},
    {NULL, NULL},
};

#define CLOSED_BY_S                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "s> FA 311 ack 111 ts 900/1\n"                                                                                     \
    "c> FA 111 ack 312 ts 800/900\n"                                                                                   \
    "s> A 312 ack 112 ts 901/800\n"

static const script_case time_wait_reuse_refused[] = {
    {"by_number", CLOSED_BY_S "+1 c> S 50\n"
                              "s> A 312 ack 112\n"
                              "+1 c> S 50\n"
                              "s> A 312 ack 112\n"
                              "+1 end | said:answered_2_SYNs said:sequence_number_is_no_newer "
                              "said:never_answered_with_a_RST\n"},
    {"by_timestamp", CLOSED_BY_S "+1 c> S 5000 ts 700/0\n"
                                 "s> A 312 ack 112\n"
                                 "+1 end | said:its_timestamp_is_older said:answered_the_SYN unsaid:no_newer\n"},
    {"rsts_without_effect", CLOSED_BY_S "+1 c> S 50\n"
                                        "s> A 312 ack 112\n"
                                        "c> R 112\n"
                                        "+1 c> S 50\n"
                                        "s> A 312 ack 112\n"
                                        "c> R 112\n"
                                        "+1 end | said:2_RSTs_of said:had_no_effect\n"},
    {"and_accepted_after_a_rst", CLOSED_BY_S "+1 c> S 50\n"
                                             "s> A 312 ack 112\n"
                                             "c> R 112\n"
                                             "+1 c> S 50\n"
                                             "s> SA 7000 ack 51 | said:answered_that_with_a_RST said:was_delayed_by\n"},
    {NULL, NULL},
};

static const script_case syn_on_live_connection[] = {
    {"never_reset", SCRIPT_OPEN "+60 c> S 5000\n"
                                "s> A 311 ack 111 | said:sent_a_SYN unsaid:never\n"
                                "+1 c> S 5000\n"
                                "s> A 311 ack 111\n"
                                "+1 c> S 5000\n"
                                "s> A 311 ack 111\n"
                                "end | said:sent_3_SYNs said:never_answered_its_ACK_with_a_RST\n"},
    {"reset", SCRIPT_OPEN "+60 c> S 5000\n"
                          "s> A 311 ack 111\n"
                          "c> R 111\n"
                          "+1 c> S 5000\n"
                          "end | !syn_on_live_connection unsaid:never\n"},
    {NULL, NULL},
};

#define CLOSED_BY_C                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "c> FA 111 ack 311\n"                                                                                              \
    "s> FA 311 ack 112\n"                                                                                              \
    "c> A 112 ack 312\n"

static const script_case time_wait_assassination[] = {
    {"asked_by_nothing", CLOSED_BY_C "+2 s> R 312 | said:warn:_a_RST_in_the_name unsaid:in_answer\n"},
    {"in_answer_to_its_ack", CLOSED_BY_C "+1 s> PA 301+10 ack 111\n"
                                         "c> A 112 ack 312\n"
                                         "s> R 312 | said:note:_a_RST_in_the_name said:in_answer_to_its_ACK\n"},
    {NULL, NULL},
};

#define HALF_CLOSED                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "c> FA 111 ack 311\n"                                                                                              \
    "s> A 311 ack 112\n"

static const script_case fin_wait_2_timeout[] = {
    {"before_it_can_have_timed_out", HALF_CLOSED "+3 s> PA 311+4 ack 112\n"
                                                 "c> R 112 | said:nobody_was_there unsaid:timed_out\n"},
    {"after", HALF_CLOSED "+70 s> PA 311+4 ack 112\n"
                          "c> R 112 | said:may_have_timed_out_before\n"},
    {NULL, NULL},
};

/* not_translated: one handshake, then a segment between two other ends. */

typedef struct {
    uint8_t client, server; /* last byte of the address */
    uint16_t client_port;
    uint32_t seq, ack; /* of the server's segment */
    bool raised;
} part;

static void feed_stamped(tcps_analyzer *a, const tcps_address *from, const tcps_address *to, uint16_t flags,
                         uint32_t seq, uint32_t ack, uint32_t tsval, uint32_t tsecr)
{
    static uint32_t frame;
    tcps_observation o;
    const tcps_segment s = {.time_ns = INT64_C(1000000) * ++frame,
                            .frame = frame,
                            .seq = seq,
                            .ack = ack,
                            .len = flags & TCPS_SYN ? 0 : 10,
                            .flags = flags,
                            .window = 500,
                            .tsval = tsval,
                            .tsecr = tsecr,
                            .has = tsval ? TCPS_HAS_TIMESTAMPS : 0};
    tcps_analyzer_segment(a, from, to, &s, &o);
}

static void feed(tcps_analyzer *a, const tcps_address *from, const tcps_address *to, uint16_t flags, uint32_t seq,
                 uint32_t ack)
{
    feed_stamped(a, from, to, flags, seq, ack, 0, 0);
}

static bool is_raised(tcps_analyzer *a)
{
    unsigned n;
    const tcps_finding *f = tcps_analyzer_findings(a, &n);
    for (unsigned i = 0; i < n; i++)
        if (f[i].rule == TCPS_RULE_not_translated)
            return true;
    return false;
}

static void goes_on_under_another_address(void)
{
    static const part parts[] = {
        {1, 3, 40000, 301, 111, true},       /* the server's real address */
        {3, 2, 40000, 301, 111, true},       /* the client's */
        {1, 3, 40001, 301, 111, false},      /* another port */
        {3, 4, 40000, 301, 111, false},      /* neither end */
        {1, 3, 40000, 301, 1u << 30, false}, /* other numbers */
        {1, 3, 40000, 1u << 31, 111, false},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
        tcps_analyzer *a = tcps_analyzer_new(NULL);
        const tcps_address client = {{10, 0, 0, 1}, 40000, 4, 0}, server = {{10, 0, 0, 2}, 80, 4, 0};
        feed(a, &client, &server, TCPS_SYN, 100, 0);
        feed(a, &server, &client, TCPS_SYN | TCPS_ACK, 300, 101);
        feed(a, &client, &server, TCPS_ACK, 101, 301);
        const tcps_address one = {{10, 0, 0, parts[i].client}, parts[i].client_port, 4, 0},
                           other = {{10, 0, 0, parts[i].server}, 80, 4, 0};
        feed(a, &other, &one, TCPS_ACK, parts[i].seq, parts[i].ack);
        g_test_message("case %u", i);
        g_assert_cmpint(is_raised(a), ==, parts[i].raised);
        tcps_analyzer_free(a);
    }
}

/* The same where a NAT changes addresses and ports on both sides: only numbers and timestamps are left to tell. */

typedef struct {
    const char *what;
    bool from_server;
    uint32_t seq, ack, tsval, tsecr;
    bool raised;
} stamped_part;

static void goes_on_under_other_addresses_and_ports(void)
{
    static const stamped_part parts[] = {
        {"the client's data", false, 101, 301, 7010, 900002, true},
        {"the server's", true, 301, 101, 900010, 7002, true},
        {"in the next stretch of numbers", false, 101 + (1u << 21), 301, 7010, 900002, true},
        {"without timestamps", false, 101, 301, 0, 0, false},
        {"another clock of the client", false, 101, 301, 6000, 900002, false},
        {"the client's clock has gone too far", false, 101, 301, 9000, 900002, false},
        {"another clock of the server", false, 101, 301, 7010, 800000, false},
        {"other numbers of the client", false, 99, 301, 7010, 900002, false},
        {"other numbers of the server", false, 101, 301 + (1u << 22), 7010, 900002, false},
    };
    const tcps_address client = {.bytes = {10, 0, 0, 1}, .port = 40000, .len = 4},
                       service = {.bytes = {10, 0, 0, 2}, .port = 80, .len = 4},
                       nat = {.bytes = {10, 0, 0, 3}, .port = 61000, .len = 4},
                       server = {.bytes = {10, 0, 0, 4}, .port = 8080, .len = 4};
    const uint32_t starts[] = {100, UINT32_MAX - 50};
    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(parts); i++) {
        const stamped_part *p = &parts[i / 2];
        const uint32_t iss = starts[i % 2], moved = iss - 100;
        tcps_analyzer *a = tcps_analyzer_new(NULL);
        feed_stamped(a, &client, &service, TCPS_SYN, iss, 0, 7000, 0);
        feed_stamped(a, &service, &client, TCPS_SYN | TCPS_ACK, 300, iss + 1, 900000, 7000);
        feed_stamped(a, &client, &service, TCPS_ACK, iss + 1, 301, 7001, 900000);
        const uint32_t seq = p->from_server ? p->seq : p->seq + moved;
        const uint32_t ack = p->from_server ? p->ack + moved : p->ack;
        feed_stamped(a, p->from_server ? &server : &nat, p->from_server ? &nat : &server, TCPS_ACK, seq, ack, p->tsval,
                     p->tsecr);
        g_test_message("%s", p->what);
        g_assert_cmpint(is_raised(a), ==, p->raised);
        tcps_analyzer_free(a);
    }
}

static void what_is_met_again_is_no_twin(void)
{
    const tcps_address client = {.bytes = {10, 0, 0, 1}, .port = 40000, .len = 4},
                       service = {.bytes = {10, 0, 0, 2}, .port = 80, .len = 4};
    tcps_analyzer *a = tcps_analyzer_new(NULL);
    feed_stamped(a, &client, &service, TCPS_SYN, 100, 0, 7000, 0);
    feed_stamped(a, &service, &client, TCPS_SYN | TCPS_ACK, 300, 101, 900000, 7000);
    feed_stamped(a, &service, &client, TCPS_RST, 301, 0, 0, 0);
    tcps_analyzer_advance(a, INT64_C(1000000000000), 1);
    feed_stamped(a, &client, &service, TCPS_ACK, 101, 301, 7010, 900000);
    g_assert_false(is_raised(a));
    tcps_analyzer_free(a);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("/rule/half_close_answered_by_close", half_close_answered_by_close);
    script_add_cases("/rule/time_wait_reuse_refused", time_wait_reuse_refused);
    script_add_cases("/rule/syn_on_live_connection", syn_on_live_connection);
    script_add_cases("/rule/time_wait_assassination", time_wait_assassination);
    script_add_cases("/rule/fin_wait_2_timeout", fin_wait_2_timeout);
    g_test_add_func("/rule/not_translated/goes_on_under_another_address", goes_on_under_another_address);
    g_test_add_func("/rule/not_translated/goes_on_under_other_addresses_and_ports",
                    goes_on_under_other_addresses_and_ports);
    g_test_add_func("/rule/not_translated/what_is_met_again_is_no_twin", what_is_met_again_is_no_twin);
    return g_test_run();
}

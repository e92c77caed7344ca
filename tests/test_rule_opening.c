/* test_rule_opening.c: the rules for opening a connection: each with a case and near-misses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "rules/ids.h"
#include "rules/rule.h"
#include "script.h"
#include "track/analyzer.h"

#define HANDSHAKE                                                                                                      \
    "c> S 100\n"                                                                                                       \
    "s> SA 300 ack 101\n"                                                                                              \
    "c> A 101 ack 301\n"

static const script_case syn_unanswered[] = {
    {"time_has_passed", "handshake 3\n"
                        "c> S 100\n"
                        "+1 c> S 100 | !-syn_unanswered\n"
                        "+2.5 tick | !syn_unanswered !-handshake_incomplete\n"},
    {"repeated_until_the_end", "handshake 60\n"
                               "c> S 100\n"
                               "+1 c> S 100\n"
                               "+2 c> S 100\n"
                               "end | !syn_unanswered\n"},
    {"the_capture_stops", "c> S 100\n"
                          "+0.1 end | !-syn_unanswered\n"},
    {"lost_once", "c> S 100\n"
                  "+1 c> S 100\n"
                  "s> SA 300 ack 101\n"
                  "c> A 101 ack 301\n"
                  "+30 end | !-syn_unanswered !-handshake_incomplete\n"},
    {"time_for_the_newest", "handshake 3\n"
                            "c> S 100\n"
                            "+1 c> S 100\n"
                            "+2 c> S 100\n"
                            "+0.5 s> SA 300 ack 101 | !-syn_unanswered\n"},
    {"refused", "c> S 100\n"
                "s> RA zero ack 101\n"
                "+60 end | !-syn_unanswered\n"},
    {"refused_by_icmp", "c> S 100\n"
                        "icmp c 100\n"
                        "+60 end | !-syn_unanswered !-handshake_incomplete\n"},
    {"answered_by_an_ack_of_something_else", "c> S 100\n"
                                             "s> A 700 ack 900\n"
                                             "+60 end | !-syn_unanswered\n"},
    {"one_direction", "c> S 100\n"
                      "c> A 101 ack 301\n"
                      "+60 end | !-syn_unanswered\n"},
    {"as_long_as_it_asks", "c> S 100\n"
                           "+1 c> S 100\n"
                           "+2 c> S 100\n"
                           "+9 tick | said::80_in_3.0_s\n"},
    {"frames_out_of_order", "c> S 100\n"
                            "+20 tick\n"
                            "+-29 c> S 100\n"
                            "+3 c> S 100\n"
                            "+60 end | said::80_in_9.0_s\n"},
    {NULL, NULL},
};

static const script_case syn_option_dropped[] = {
    {"ecn_twice", "c> SEW 100\n"
                  "+1 c> SEW 100\n"
                  "+2 c> S 100\n"
                  "+0.05 s> SA 300 ack 101 | !syn_option_dropped !-syn_unanswered\n"},
    {"fast_open", "c> S 100+5 tfo\n"
                  "+1 c> S 100\n"
                  "s> SA 300 ack 101 | !syn_option_dropped !-fast_open\n"},
    {"fast_open_arrived", "c> S 100+5 tfo\n"
                          "+1 c> S 100\n"
                          "s> SA 300 ack 106 | !-syn_option_dropped !fast_open\n"},
    {"answers_the_first_by_its_timestamp", "c> SEW 100 ts 10/0\n"
                                           "+1 c> S 100 ts 1010/0\n"
                                           "s> SA 300 ack 101 ts 7/10 | !-syn_option_dropped\n"},
    {"answered_long_after_the_plain_one", "c> SEW 100\n"
                                          "+1 c> S 100\n"
                                          "+0.8 s> SA 300 ack 101 | !-syn_option_dropped\n"},
    {"with_it_again", "c> SEW 100\n"
                      "+1 c> SEW 100\n"
                      "s> SA 300 ack 101 | !-syn_option_dropped\n"},
    {"others_have_got_through", "c> SEW 100\n"
                                "s> SA 300 ack 101\n"
                                "c> A 101 ack 301\n"
                                "s> RA 301 ack 101\n"
                                "+9 c> SEW 9000\n"
                                "+1 c> S 9000\n"
                                "s> SA 7000 ack 9001 | !-syn_option_dropped\n"},
    {NULL, NULL},
};

static const script_case connection_refused[] = {
    {"repeated_syn_after_its_syn_ack", "c> S 100\n"
                                       "s> SA 300 ack 101\n"
                                       "+1 c> S 100\n"
                                       "s> RA zero ack 101 | !connection_refused\n"},
    {"reset_after_its_syn_ack", "c> S 100\n"
                                "s> SA 300 ack 101\n"
                                "+1 s> RA 301 ack 101 | !-connection_refused\n"},
    {"malformed", "c> S 100\n"
                  "s> RA zero ack 100 | SYN_SENT - !-connection_refused !reset_ignored=warn\n"},
    {"rst_to_syn", "c> S 100\n"
                   "s> RA zero ack 101 | CLOSED. CLOSED. !connection_refused !-reset !-handshake_incomplete\n"},
    {"rst_that_acknowledges_something_else", "c> S 100\n"
                                             "s> RA zero ack 57 | SYN_SENT - !-connection_refused\n"},
    {"reset_later", SCRIPT_OPEN "s> RA 311 ack 111 | !-connection_refused\n"},
    {NULL, NULL},
};

static const script_case unreachable[] = {
    {"icmp_in_syn_sent", "c> S 100\n"
                         "icmp c 100 | !unreachable\n"},
    {"icmp_once_open", SCRIPT_OPEN "icmp c 100 | !-unreachable\n"},
    {"icmp_of_another_segment", "c> S 100\n"
                                "icmp c 99 | SYN_SENT - !-unreachable\n"},
    {"no_route_for_now", "c> S 100\n"
                         "+3 c> S 100\n"
                         "soft c 100 | SYN_SENT - !unreachable\n"
                         "+6 c> S 100\n"
                         "+60 end | !unreachable=raised=warn !-syn_unanswered\n"},
    {"no_route_after_it_has_waited", "c> S 100\n"
                                     "+3 c> S 100\n"
                                     "+6 c> S 100 | !syn_unanswered\n"
                                     "+3 soft c 100 | !unreachable !-syn_unanswered\n"},
    {"a_route_after_all", "c> S 100\n"
                          "soft c 100 | !unreachable\n"
                          "+1 c> S 100\n"
                          "s> SA 300 ack 101 | !-unreachable\n"},
    {"no_route_once_open", SCRIPT_OPEN "soft c 100 | !-unreachable\n"},
    {"no_route_for_another_segment", "c> S 100\n"
                                     "soft c 99 | !-unreachable\n"},
    {NULL, NULL},
};

static const script_case handshake_incomplete[] = {
    {"time_for_the_newest", "handshake 3\n"
                            "c> S 100\n"
                            "s> SA 300 ack 101\n"
                            "+1 s> SA 300 ack 101\n"
                            "+1.9 s> SA 300 ack 101\n"
                            "+0.5 c> A 101 ack 301 | !-handshake_incomplete\n"},
    {"syn_ack_unanswered", "c> S 100\n"
                           "s> SA 300 ack 101\n"
                           "+1 s> SA 300 ack 101\n"
                           "+2 s> SA 300 ack 101\n"
                           "+4 s> SA 300 ack 101\n"
                           "+8 tick | !handshake_incomplete !-syn_unanswered\n"},
    {"since_the_syn", "c> S 100\n"
                      "+7 c> S 100\n"
                      "s> SA 300 ack 101\n"
                      "+1 s> SA 300 ack 101\n"
                      "+2 s> SA 300 ack 101\n"
                      "+4 s> SA 300 ack 101 | said::80_in_the_14.0_s_after_its_SYN\n"},
    {"syn_ack_never_repeated", "c> S 100\n"
                               "s> SA 300 ack 101\n"
                               "+60 end | !-handshake_incomplete\n"},
    {"acknowledged_and_idle", HANDSHAKE "+60 end | !-handshake_incomplete\n"},
    {"one_lost_ack", HANDSHAKE "+1 s> SA 300 ack 101\n"
                               "c> A 101 ack 301\n"
                               "+60 end | !-handshake_incomplete\n"},
    {"acks_without_effect", HANDSHAKE "+1 s> SA 300 ack 101\n"
                                      "c> A 101 ack 301\n"
                                      "+2 s> SA 300 ack 101\n"
                                      "c> A 101 ack 301 | !-handshake_incomplete\n"
                                      "+4 s> SA 300 ack 101 | !handshake_incomplete !-accept_queue_overflow\n"},
    {"acks_without_effect_and_a_rst", HANDSHAKE "+1 s> SA 300 ack 101\n"
                                                "c> A 101 ack 301\n"
                                                "+1 c> PA 101+7 ack 301\n"
                                                "s> R 301 | !handshake_incomplete !-reset !-accept_queue_overflow\n"},
    {"refused_by_icmp", "c> S 100\n"
                        "icmp c 100\n"
                        "+60 end | !-handshake_incomplete\n"},
    {NULL, NULL},
};

/* s has repeated its SYN+ACK twice in spite of the ACK and data of c. */
#define OVERFLOW                                                                                                       \
    HANDSHAKE                                                                                                          \
    "c> PA 101+7 ack 301\n"                                                                                            \
    "+1 s> SA 300 ack 101\n"                                                                                           \
    "c> A 108 ack 301\n"                                                                                               \
    "+2 s> SA 300 ack 101 | !accept_queue_overflow=raised=warn=2\n"

static const script_case accept_queue_overflow[] = {
    {"syn_ack_again_in_spite_of_data",
     HANDSHAKE "c> PA 101+7 ack 301\n"
               "+0.2 c> PA 101+7 ack 301\n"
               "+0.8 s> SA 300 ack 101 | - SYN_RCVD. !-accept_queue_overflow\n"
               "c> A 108 ack 301\n"
               "+2 s> SA 300 ack 101 | !accept_queue_overflow !-handshake_incomplete\n"},
    {"and_a_rst_in_the_end", HANDSHAKE "c> PA 101+7 ack 301\n"
                                       "+1 s> SA 300 ack 101\n"
                                       "c> A 108 ack 301\n"
                                       "+2 s> SA 300 ack 101\n"
                                       "c> PA 101+7 ack 301\n"
                                       "s> R 301 | !accept_queue_overflow !-reset !-handshake_incomplete\n"},
    {"once_is_one_lost_ack", HANDSHAKE "+1 s> SA 300 ack 101\n"
                                       "c> A 101 ack 301\n"
                                       "c> PA 101+7 ack 301\n"
                                       "s> A 301 ack 108 | ESTABLISHED ESTABLISHED !-accept_queue_overflow\n"},
    {"a_listener_that_waits_for_data",
     HANDSHAKE "+1 s> SA 300 ack 101\n"
               "c> A 101 ack 301\n"
               "+2 s> SA 300 ack 101\n"
               "c> A 101 ack 301\n"
               "+1 c> PA 101+7 ack 301\n"
               "s> A 301 ack 108 | ESTABLISHED ESTABLISHED !-accept_queue_overflow !-handshake_incomplete\n"},
    {"repeats_before_the_ack", "c> S 100\n"
                               "s> SA 300 ack 101\n"
                               "+1 s> SA 300 ack 101\n"
                               "+2 s> SA 300 ack 101\n"
                               "c> A 101 ack 301\n"
                               "c> PA 101+7 ack 301\n"
                               "+0.2 s> A 301 ack 108 | !-accept_queue_overflow\n"},
    {"and_again", OVERFLOW "+4 s> SA 300 ack 101 | !accept_queue_overflow=raised=warn=3\n"
                           "c> A 108 ack 301 | !accept_queue_overflow=raised # it tells nothing of the server\n"
                           "end | !accept_queue_overflow=raised=warn=3\n"},
    {"taken_at_last",
     OVERFLOW "+4 c> PA 101+7 ack 301\n"
              "s> A 301 ack 108 | - ESTABLISHED~ !accept_queue_overflow=raised # SYN_RCVD may answer so, too\n"
              "s> PA 301+5 ack 108 | - ESTABLISHED !accept_queue_overflow=over=note=2 "
              "said:it_took_an_ACK_after\n"
              "end | !accept_queue_overflow=over=note=2\n"},
    {"given_up_and_asked_for_again", OVERFLOW "+1 s> R 301 | !accept_queue_overflow=raised=warn=2\n"
                                              "+1 c> S 5000\n"
                                              "s> SA 7000 ack 5001\n"
                                              "c> A 5001 ack 7001\n"
                                              "c> PA 5001+5 ack 7001\n"
                                              "s> A 7001 ack 5006 | conn=1 !accept_queue_overflow=raised=warn=2\n"},
    {"on_their_way_when_the_ack_came", "c> S 100\n"
                                       "s> SA 300 ack 101\n"
                                       "+0.1 c> A 101 ack 301\n"
                                       "c> PA 101+7 ack 301\n"
                                       "s> SA 300 ack 101\n"
                                       "s> SA 300 ack 101\n"
                                       "+0.1 s> PA 301+5 ack 108 | - ESTABLISHED !-accept_queue_overflow\n"},
    {NULL, NULL},
};

static const script_case syn_flood[] = {
    {"half_open_for_a_while", "syn_flood 1\n"
                              "c> S 100\n"
                              "s> SA 300 ack 101 | !-syn_flood\n"
                              "+1.1 tick | !syn_flood\n"
                              "+9 tick | !-handshake_incomplete\n"},
    {"complete_within_a_round_trip", "syn_flood 1\n" HANDSHAKE "+60 tick | !-syn_flood\n"},
    {"too_few", "syn_flood 2\n"
                "c> S 100\n"
                "s> SA 300 ack 101\n"
                "+10 tick | !-syn_flood\n"},
    {"no_listener", "syn_flood 1\n"
                    "c> S 100\n"
                    "+10 tick | !-syn_flood !syn_unanswered\n"},
    {"off", "syn_flood 0\n"
            "c> S 100\n"
            "s> SA 300 ack 101\n"
            "+10 tick | !-syn_flood\n"},
    {NULL, NULL},
};

static const script_case port_scan_probe[] = {
    {"rst_to_the_syn_ack_asked_for", "c> S 100\n"
                                     "s> SA 300 ack 101\n"
                                     "c> R 101 | !port_scan_probe !-reset\n"
                                     "+60 end | !-handshake_incomplete\n"},
    {"rst_before_any_answer", "c> S 100\n"
                              "c> R 101 | !port_scan_probe !-reset\n"},
    {"rst_to_a_syn_ack_not_asked_for", "s> SA 300 ack 101\n"
                                       "c> R 101 | !port_scan_probe !-reset\n"},
    {"complete_and_then_reset", HANDSHAKE "c> RA 101 ack 301 | !reset !-port_scan_probe\n"},
    {"the_server_resets", "c> S 100\n"
                          "s> SA 300 ack 101\n"
                          "s> R 301 | !-port_scan_probe\n"},
    {"refused", "c> S 100\n"
                "s> RA zero ack 101 | !-port_scan_probe\n"},
    {"rst_of_an_old_connections_ack", "c> S 100\n"
                                      "s> A 700 ack 900\n"
                                      "c> R 900 | event=RST_OF_BAD_ACK !-port_scan_probe\n"},
    {"rst_that_may_answer_an_old_ack", "c> S 100\n"
                                       "s> A 700 ack 900\n"
                                       "c> R 101 | !-port_scan_probe\n"},
    {"rst_of_nothing_known", "c> R 101 | !-port_scan_probe\n"},
    {NULL, NULL},
};

static const script_case simultaneous_open[] = {
    {"syns_cross", "c> S 100\n"
                   "s> S 300 | event=SYN_CROSSED !-simultaneous_open\n"
                   "c> SA 100 ack 301\n"
                   "s> SA 300 ack 101 | !simultaneous_open\n"
                   "c> A 101 ack 301\n"
                   "s> A 301 ack 101 | !-split_handshake\n"},
    {"ordinary", SCRIPT_OPEN "+1 end | !-simultaneous_open\n"},
    {"syn_ack_before_the_syn", "s> SA 300 ack 101\n"
                               "c> S 100\n"
                               "c> A 101 ack 301 | !-simultaneous_open\n"},
    {"connected_to_itself", "x> S 100\n"
                            "x> SA 100 ack 101 | !-simultaneous_open\n"},
    {NULL, NULL},
};

static const script_case split_handshake[] = {
    {"crossed_and_an_answer_lost", "c> S 100\n"
                                   "s> S 300\n"
                                   "c> SA 100 ack 301\n"
                                   "+0.1 s> A 301 ack 101 | !-split_handshake\n"},
    {"syn_answered_by_syn", "c> S 100\n"
                            "s> S 300\n"
                            "c> SA 100 ack 301 | !-split_handshake\n"
                            "s> A 301 ack 101 | !split_handshake !-simultaneous_open\n"},
    {"simultaneous_open", "c> S 100\n"
                          "s> S 300\n"
                          "c> SA 100 ack 301\n"
                          "s> SA 300 ack 101\n"
                          "s> A 301 ack 101 | !-split_handshake\n"},
    {"ordinary", SCRIPT_OPEN "+1 end | !-split_handshake\n"},
    {NULL, NULL},
};

static const script_case self_connect[] = {
    {"syn_ack_to_itself", "x> S 100 | !-self_connect\n"
                          "x> SA 100 ack 101 | !self_connect\n"},
    {"a_syn_alone", "x> S 100\n"
                    "+60 end | !-self_connect !-syn_unanswered\n"},
    {"two_sockets", SCRIPT_OPEN "+1 end | !-self_connect\n"},
    {NULL, NULL},
};

static const script_case syn_on_live_connection[] = {
    {"challenged", SCRIPT_OPEN "+60 c> S 5000 | conn=0 event=SYN_ON_LIVE !-syn_on_live_connection\n"
                               "s> A 311 ack 111 | event=CHALLENGE_ACK !syn_on_live_connection !-challenge_ack\n"
                               "c> R 111 | event=RST_OF_BAD_ACK !-reset !-half_open\n"
                               "+1 c> S 5000\n"
                               "s> SA 7000 ack 5001 | conn=1\n"},
    {"repeated", SCRIPT_OPEN "+60 c> S 5000\n"
                             "+1 c> S 5000 | conn=0 !syn_on_live_connection\n"},
    {"accepted_at_once", SCRIPT_OPEN "+60 c> S 5000 | conn=0\n"
                                     "s> SA 7000 ack 5001 | conn=1 !-syn_on_live_connection\n"},
    {"in_time_wait", SCRIPT_OPEN "s> FA 311 ack 111\n"
                                 "c> FA 111 ack 312\n"
                                 "s> A 312 ack 112 | CLOSED~ TIME_WAIT\n"
                                 "+1 c> S 50\n"
                                 "s> A 312 ack 112\n"
                                 "c> R 112 | !-syn_on_live_connection\n"},
    {"after_a_reset", SCRIPT_OPEN "s> RA 311 ack 111\n"
                                  "+1 c> S 5000\n"
                                  "s> SA 7000 ack 5001 | conn=1 !-syn_on_live_connection\n"},
    {NULL, NULL},
};

static const script_case isn_mismatch[] = {
    {"syn_with_another_number", "c> S 100\n"
                                "+1 c> S 5000 | conn=1 !isn_mismatch\n"},
    {"syn_ack_with_another_number", "c> S 100\n"
                                    "s> SA 300 ack 101\n"
                                    "+1 s> SA 7000 ack 101 | conn=0 !isn_mismatch\n"},
    {"the_same_number", "c> S 100\n"
                        "+1 c> S 100\n"
                        "s> SA 300 ack 101\n"
                        "+1 s> SA 300 ack 101 | !-isn_mismatch\n"},
    {"another_attempt_much_later", "c> S 100\n"
                                   "+90 c> S 5000 | conn=1 !-isn_mismatch\n"},
    {"after_a_refusal", "c> S 100\n"
                        "s> RA zero ack 101\n"
                        "+1 c> S 5000 | conn=1 !-isn_mismatch\n"},
    {"after_a_connection", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                       "+1 c> S 5000 | conn=1 !-isn_mismatch\n"},
    {NULL, NULL},
};

static const script_case fast_open[] = {
    {"accepted", "c> S 100+5 tfo\n"
                 "s> SA 300 ack 106 | !fast_open\n"},
    {"refused", "c> S 100+5 tfo\n"
                "s> SA 300 ack 101 | !fast_open\n"},
    {"cookie_alone", "c> S 100 tfo\n"
                     "s> SA 300 ack 101 tfo | !-fast_open\n"},
    {"data_behind_the_handshake", SCRIPT_OPEN "+1 end | !-fast_open\n"},
    {NULL, NULL},
};

/* ---- many clients of one service ---- */

#define MANY 400

static void send(tcps_analyzer *a, unsigned client, bool to_server, uint16_t flags, int64_t time_ns)
{
    const tcps_address ends[2] = {{{10, 1, (uint8_t)(client >> 8), (uint8_t)client}, 40000, 4, 0},
                                  {{10, 0, 0, 2}, 80, 4, 0}};
    const tcps_segment s = {
        .time_ns = time_ns,
        .frame = 1,
        .flags = flags,
        .seq = to_server ? 100 + !(flags & TCPS_SYN) : 300,
        .ack = !(flags & TCPS_ACK) ? 0
               : to_server         ? 301
                                   : 101,
    };
    tcps_observation o;

    tcps_analyzer_segment(a, &ends[!to_server], &ends[to_server], &s, &o);
}

static unsigned raised(const tcps_analyzer *a, tcps_rule_id rule)
{
    unsigned n, count = 0;
    const tcps_finding *findings = tcps_analyzer_findings(a, &n);

    for (unsigned i = 0; i < n; i++)
        count += findings[i].rule == rule;
    return count;
}

/* All SYNs come at once, and what follows a tenth of a second later. */
static tcps_analyzer *burst(bool complete)
{
    const int64_t start = INT64_C(1700000000000000000), answer = start + 100000000, ack = answer + 100000000;
    tcps_analyzer *a = tcps_analyzer_new(NULL);

    for (unsigned i = 0; i < MANY; i++)
        send(a, i, true, TCPS_SYN, start + i);
    for (unsigned i = 0; i < MANY; i++)
        send(a, i, false, TCPS_SYN | TCPS_ACK, answer + i);
    for (unsigned i = 0; complete && i < MANY; i++)
        send(a, i, true, TCPS_ACK, ack + i);
    for (unsigned s = 1; s < 80; s++)
        tcps_analyzer_advance(a, start + s * INT64_C(1000000000), 1);
    tcps_analyzer_finish(a);
    return a;
}

static void a_burst_of_clients_is_no_flood(void)
{
    tcps_analyzer *a = burst(true);

    g_assert_cmpuint(raised(a, TCPS_RULE_syn_flood), ==, 0);
    g_assert_cmpuint(raised(a, TCPS_RULE_handshake_incomplete), ==, 0);
    tcps_analyzer_free(a);
}

static void a_flood_is_one_finding(void)
{
    tcps_analyzer *a = burst(false);

    g_assert_cmpuint(raised(a, TCPS_RULE_syn_flood), ==, 1);
    g_assert_cmpuint(raised(a, TCPS_RULE_handshake_incomplete), ==, 0);
    g_assert_cmpuint(raised(a, TCPS_RULE_syn_unanswered), ==, 0);
    tcps_analyzer_free(a);
}

static void the_forgotten_do_not_count(void)
{
    const int64_t start = INT64_C(1700000000000000000);
    tcps_analyzer *a = tcps_analyzer_new(NULL);

    for (unsigned i = 0; i < MANY; i++) { /* one a second: at most 62 at once */
        send(a, i, true, TCPS_SYN, start + i * INT64_C(1000000000));
        send(a, i, false, TCPS_SYN | TCPS_ACK, start + i * INT64_C(1000000000) + 1000);
    }
    const tcps_tallies *all = tcps_analyzer_tallies(a);
    const tcps_tally *service = NULL;
    for (unsigned i = 0; i < tcps_tallies_count(all); i++)
        if (tcps_tallies_get(all, i)->role == TCPS_SERVER)
            service = tcps_tallies_get(all, i);
    g_assert_nonnull(service);
    g_assert_cmpuint(service->half_open, ==, 62);
    g_assert_cmpuint(service->half_answered, ==, 62);
    g_assert_cmpuint(raised(a, TCPS_RULE_syn_flood), ==, 0);
    tcps_analyzer_free(a);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("/rule/syn_unanswered", syn_unanswered);
    script_add_cases("/rule/syn_option_dropped", syn_option_dropped);
    script_add_cases("/rule/connection_refused", connection_refused);
    script_add_cases("/rule/unreachable", unreachable);
    script_add_cases("/rule/handshake_incomplete", handshake_incomplete);
    script_add_cases("/rule/accept_queue_overflow", accept_queue_overflow);
    script_add_cases("/rule/syn_flood", syn_flood);
    script_add_cases("/rule/port_scan_probe", port_scan_probe);
    script_add_cases("/rule/simultaneous_open", simultaneous_open);
    script_add_cases("/rule/split_handshake", split_handshake);
    script_add_cases("/rule/self_connect", self_connect);
    script_add_cases("/rule/syn_on_live_connection", syn_on_live_connection);
    script_add_cases("/rule/isn_mismatch", isn_mismatch);
    script_add_cases("/rule/fast_open", fast_open);
    g_test_add_func("/rule/syn_flood/a_burst_of_clients_is_no_flood", a_burst_of_clients_is_no_flood);
    g_test_add_func("/rule/syn_flood/a_flood_is_one_finding", a_flood_is_one_finding);
    g_test_add_func("/rule/syn_flood/the_forgotten_do_not_count", the_forgotten_do_not_count);
    return g_test_run();
}

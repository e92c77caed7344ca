/* test_rule_closing.c: the rules for closing, TIME_WAIT and the life of a connection: each with a case and near-misses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "script.h"

#define HALF_CLOSED                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "c> FA 111 ack 311\n"                                                                                              \
    "s> A 311 ack 112 | FIN_WAIT_2~ CLOSE_WAIT\n"

#define LAST_ACK                                                                                                       \
    HALF_CLOSED                                                                                                        \
    "s> FA 311 ack 112 | - LAST_ACK\n"

/* Closed by c, which is in TIME_WAIT. */
#define CLOSED                                                                                                         \
    LAST_ACK                                                                                                           \
    "c> A 112 ack 312 | TIME_WAIT CLOSED~\n"

/* Closed by s, which is in TIME_WAIT. */
#define CLOSED_BY_S                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "s> FA 311 ack 111\n"                                                                                              \
    "c> FA 111 ack 312\n"                                                                                              \
    "s> A 312 ack 112 | CLOSED~ TIME_WAIT\n"

static const script_case half_close_in_use[] = {
    {"served_after_the_fin", HALF_CLOSED "s> PA 311+10 ack 112 | !-half_close_in_use\n"
                                         "c> A 112 ack 321 | !half_close_in_use\n"},
    {"answer_and_fin_in_one", HALF_CLOSED "s> FPA 311+10 ack 112\n"
                                          "c> A 112 ack 322 | !half_close_in_use\n"},
    {"data_that_meets_no_socket", HALF_CLOSED "s> PA 311+10 ack 112\n"
                                              "c> R 112 | !-half_close_in_use\n"},
    {"data_that_crosses_the_fin", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                              "s> PA 311+10 ack 111\n"
                                              "c> A 112 ack 321\n"
                                              "s> A 321 ack 112\n"
                                              "s> FA 321 ack 112\n"
                                              "c> A 112 ack 322 | !-half_close_in_use\n"},
    {"closed_without_more", CLOSED "end | !-half_close_in_use\n"},
    {NULL, NULL},
};

static const script_case fin_wait_2_lingering[] = {
    {"a_stream_that_goes_on", HALF_CLOSED "+8 s> PA 311+10 ack 112\n"
                                          "c> A 112 ack 321\n"
                                          "+9 s> PA 321+10 ack 112\n"
                                          "+9 s> PA 331+10 ack 112\n"
                                          "+9 s> PA 341+10 ack 112\n"
                                          "+9 s> PA 351+10 ack 112\n"
                                          "+9 s> PA 361+10 ack 112\n"
                                          "c> A 112 ack 371 | !-fin_wait_2_lingering\n"
                                          "+9 s> PA 371+10 ack 112\n"
                                          "c> A 112 ack 381 | FIN_WAIT_2 CLOSE_WAIT !fin_wait_2_lingering "
                                          "!-close_wait_lingering\n"},
    {"the_peer_is_to_blame", HALF_CLOSED "+11 tick | !close_wait_lingering\n"
                                         "+60 s> PA 311+10 ack 112\n"
                                         "c> A 112 ack 321 | FIN_WAIT_2 CLOSE_WAIT !-fin_wait_2_lingering\n"},
    {"silence_proves_nothing", HALF_CLOSED "+90 tick\n"
                                           "end | !-fin_wait_2_lingering\n"},
    {NULL, NULL},
};

static const script_case fin_unanswered[] = {
    {"given_up_after_repeats", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                           "+0.2 c> FA 111 ack 311\n"
                                           "+0.4 c> FA 111 ack 311\n"
                                           "+0.8 c> FA 111 ack 311\n"
                                           "end | !fin_unanswered !-missing_final_ack !-not_closed\n"},
    {"before_the_clock_jumps", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                           "+1 c> FA 111 ack 311\n"
                                           "+2 c> FA 111 ack 311\n"
                                           "+11 tick\n"
                                           "+99999999 tick\n"
                                           "end | !fin_unanswered=warn said:jumps_by_1157_d_then\n"},
    {"as_long_as_it_is_sent", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                          "+1 c> FA 111 ack 311\n"
                                          "+2 c> FA 111 ack 311\n"
                                          "+60 end | said:sent_its_FIN_3_times_in_3.0_s,\n"},
    {"sent_once", SCRIPT_OPEN "c> FA 111 ack 311\n"
                              "+60 tick | !-fin_unanswered # it was acknowledged, and the capture misses that\n"},
    {"time_has_passed", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                    "+0.2 c> FA 111 ack 311\n"
                                    "+0.4 c> FA 111 ack 311\n"
                                    "+9 tick | !-fin_unanswered\n"
                                    "+1.1 tick | !fin_unanswered !-peer_vanished\n"},
    {"acknowledged_in_the_end", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                            "+0.2 c> FA 111 ack 311\n"
                                            "+0.4 c> FA 111 ack 311\n"
                                            "s> A 311 ack 112\n"
                                            "+2 tick\n"
                                            "end | !-fin_unanswered\n"},
    {"acknowledged_late", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                      "+1 c> FA 111 ack 311\n"
                                      "+2 c> FA 111 ack 311\n"
                                      "+11 tick | !fin_unanswered=raised=warn=3\n"
                                      "+1 c> FA 111 ack 311\n"
                                      "+0.1 s> A 311 ack 112 | !fin_unanswered=over=note=4\n"
                                      "end | !fin_unanswered=over=4\n"},
    {"nothing_of_the_peer", "c> FA 111 ack 311\n"
                            "+1 c> FA 111 ack 311\n"
                            "+2 c> FA 111 ack 311\n"
                            "+11 tick | !fin_unanswered=3\n"},
    {"nothing_of_the_peer_sent_twice", "c> FA 111 ack 311\n"
                                       "+1 c> FA 111 ack 311\n"
                                       "+11 tick | !-fin_unanswered\n"},
    {"answered_by_a_rst", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                      "+0.2 c> FA 111 ack 311\n"
                                      "s> R 311\n"
                                      "+30 tick\n"
                                      "end | !-fin_unanswered\n"},
    {"the_capture_stops_too_early", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                                "+0.2 tick\n"
                                                "end | !-fin_unanswered\n"},
    {"one_direction", "c> S 100\n"
                      "c> A 101 ack 301\n"
                      "c> FA 101 ack 301\n"
                      "+30 tick\n"
                      "end | !-fin_unanswered\n"},
    {NULL, NULL},
};

/* s is 100 ms away. */
#define SCRIPT_FAR                                                                                                     \
    "c> S 100\n"                                                                                                       \
    "+0.1 s> SA 300 ack 101\n"                                                                                         \
    "c> A 101 ack 301\n"                                                                                               \
    "c> PA 101+10 ack 301\n"                                                                                           \
    "+0.1 s> PA 301+10 ack 111\n"                                                                                      \
    "c> A 111 ack 311\n"
#define SCRIPT_FAR_CLOSED                                                                                              \
    SCRIPT_FAR                                                                                                         \
    "c> FA 111 ack 311\n"                                                                                              \
    "+0.1 s> FA 311 ack 112\n"                                                                                         \
    "+0.8 c> A 112 ack 312\n"

static const script_case final_ack_lost[] = {
    {"answered_again_from_time_wait", CLOSED "+0.2 s> FA 311 ack 112\n"
                                             "c> A 112 ack 312 | event=TIME_WAIT_ACK !final_ack_lost\n"},
    {"the_fin_was_lost", LAST_ACK "+0.2 s> FA 311 ack 112\n"
                                  "c> A 112 ack 312 | TIME_WAIT CLOSED~ !-final_ack_lost\n"},
    {"again_and_again", CLOSED "+0.2 s> FA 311 ack 112\n"
                               "c> A 112 ack 312 | !final_ack_lost=raised=note=2\n"
                               "+0.4 s> FA 311 ack 112\n"
                               "c> A 112 ack 312 | !final_ack_lost=raised=note=3\n"
                               "+0.8 s> FA 311 ack 112\n"
                               "c> A 112 ack 312 | !final_ack_lost=confirmed=warn=4\n"},
    {"within_a_round_trip", SCRIPT_FAR_CLOSED "+0.04 s> FA 311 ack 112 # left before the ACK could arrive\n"
                                              "c> A 112 ack 312 | event=TIME_WAIT_ACK !-final_ack_lost\n"},
    {"captured_twice", CLOSED "copy | !-final_ack_lost\n"},
    {"a_first_fin_repeated", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                         "s> A 311 ack 112\n"
                                         "+0.2 c> FA 111 ack 311\n"
                                         "s> A 311 ack 112\n"
                                         "end | !-final_ack_lost\n"},
    {NULL, NULL},
};

static const script_case fin_repeated[] = {
    {"each_acknowledged", HALF_CLOSED "+0.2 c> FA 111 ack 311\n"
                                      "s> A 311 ack 112 | !-fin_repeated\n"
                                      "+0.4 c> FA 111 ack 311 | !fin_repeated=raised=note=2\n"
                                      "s> A 311 ack 112\n"
                                      "+0.8 c> FA 111 ack 311 | !fin_repeated=confirmed=warn=3 "
                                      "said:had_acknowledged_it_and_goes_on_to\n"
                                      "s> A 311 ack 112\n"
                                      "end | !fin_repeated=confirmed=3 !-final_ack_lost !-peer_vanished\n"},
    {"the_peer_is_silent", HALF_CLOSED "+0.2 c> FA 111 ack 311\n"
                                       "+0.4 c> FA 111 ack 311\n"
                                       "+0.8 c> FA 111 ack 311 | !fin_repeated=confirmed=warn=3 "
                                       "said:got_no_answer_to_those unsaid:do_not_get_there\n"},
    {"it_had_the_ack", HALF_CLOSED "s> PA 311+10 ack 112\n"
                                   "c> A 112 ack 321\n"
                                   "+0.2 c> FA 111 ack 321\n"
                                   "s> A 321 ack 112\n"
                                   "+0.4 c> FA 111 ack 321 | !fin_repeated=note=2 said:and_it_had_got_that\n"
                                   "s> A 321 ack 112\n"
                                   "+0.8 c> FA 111 ack 321 | !fin_repeated=3 unsaid:do_not_get_there\n"},
    {"a_last_fin_that_nobody_answers_again",
     CLOSED "+0.2 s> FA 311 ack 112\n"
            "+0.4 s> FA 311 ack 112 | !fin_repeated=note=2 !-missing_final_ack\n"
            "+60 tick\n"
            "end | !fin_repeated !-missing_final_ack\n"},
    {"a_last_fin_answered_from_time_wait", CLOSED "+0.2 s> FA 311 ack 112\n"
                                                  "c> A 112 ack 312 | !final_ack_lost\n"
                                                  "+0.4 s> FA 311 ack 112\n"
                                                  "c> A 112 ack 312 | !final_ack_lost !-fin_repeated\n"},
    {"neither_gets_acks", HALF_CLOSED "s> FA 311 ack 112\n"
                                      "+0.2 c> FA 111 ack 311\n"
                                      "s> FA 311 ack 112\n"
                                      "+0.4 c> FA 111 ack 311\n"
                                      "s> FA 311 ack 112\n"
                                      "+0.8 c> FA 111 ack 311\n"
                                      "s> FA 311 ack 112\n"
                                      "+15 tick | !fin_repeated=confirmed=warn=3 !-missing_final_ack\n"},
    {"it_gets_one_at_last", HALF_CLOSED "+0.2 c> FA 111 ack 311\n"
                                        "s> A 311 ack 112\n"
                                        "+0.4 c> FA 111 ack 311\n"
                                        "s> A 311 ack 112\n"
                                        "+0.8 c> FA 111 ack 311 | !fin_repeated=confirmed=warn=3\n"
                                        "s> A 311 ack 112\n"
                                        "+0.2 s> FA 311 ack 112\n"
                                        "c> A 112 ack 312 | TIME_WAIT - !fin_repeated=over=note=3\n"},
    {"once", HALF_CLOSED "+0.2 c> FA 111 ack 311\n"
                         "s> A 311 ack 112\n"
                         "+5 s> FA 311 ack 112\n"
                         "c> A 112 ack 312\n"
                         "end | !-fin_repeated\n"},
    {"before_the_ack", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                   "+0.2 c> FA 111 ack 311\n"
                                   "+0.4 c> FA 111 ack 311\n"
                                   "s> A 311 ack 112\n"
                                   "end | !-fin_repeated\n"},
    {"within_a_round_trip", SCRIPT_FAR "s> FA 311 ack 111\n"
                                       "+0.8 c> A 111 ack 312\n"
                                       "+0.04 s> FA 311 ack 111 # left before the ACK could arrive\n"
                                       "+0.05 s> FA 311 ack 111 | !-fin_repeated\n"
                                       "+0.2 s> FA 311 ack 111 | !-fin_repeated\n"
                                       "+0.4 s> FA 311 ack 111 | !fin_repeated=note=2\n"},
    {"captured_twice", HALF_CLOSED "+0.2 c> FA 111 ack 311\n"
                                   "copy\n"
                                   "copy | !-fin_repeated\n"},
    {"faster_than_any_timer", HALF_CLOSED "+0.2 c> FA 111 ack 311 id 7\n"
                                          "+0.001 c> FA 111 ack 311 id 8\n"
                                          "+0.001 c> FA 111 ack 311 id 9 | !-fin_repeated\n"},
    {"reset_meanwhile", HALF_CLOSED "+0.2 c> FA 111 ack 311\n"
                                    "s> R 311\n"
                                    "+0.4 c> FA 111 ack 311 | !-fin_repeated\n"},
    {NULL, NULL},
};

static const script_case simultaneous_close[] = {
    {"the_fins_cross", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                   "s> FA 311 ack 111 | closed_by=both !simultaneous_close\n"},
    {"fin_answers_fin", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                    "s> FA 311 ack 112 | closed_by=client !-simultaneous_close\n"},
    {"the_fin_again", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                  "+0.2 c> FA 111 ack 311 | !-simultaneous_close\n"},
    {"the_first_is_gone", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                      "+180 s> FA 311 ack 111 | closed_by=client !-simultaneous_close\n"},
    {"the_first_was_lost", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                       "+0.3 c> FA 111 ack 311\n"
                                       "+0.5 s> FA 311 ack 111 | closed_by=both !simultaneous_close\n"},
    {"a_rst_followed_the_first", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                             "c> R 112\n"
                                             "s> FA 311 ack 111 | closed_by=client !-simultaneous_close\n"},
    {NULL, NULL},
};

static const script_case data_after_fin[] = {
    {"beyond_its_own_fin", HALF_CLOSED "c> PA 112+10 ack 311 | !data_after_fin\n"},
    {"from_the_other_side", HALF_CLOSED "s> PA 311+10 ack 112 | !-data_after_fin\n"},
    {"data_sent_again", HALF_CLOSED "c> PA 101+10 ack 311 | !-data_after_fin\n"},
    {"data_and_fin_sent_again", SCRIPT_OPEN "c> FPA 111+5 ack 311\n"
                                            "+0.2 c> FPA 111+5 ack 311 | event=FIN_REPEATED !-data_after_fin\n"},
    {"a_keepalive_probe_of_one_byte", HALF_CLOSED "+20 c> A 111+1 ack 311 | !-data_after_fin\n"},
    {"a_new_connection", CLOSED "+61 c> S 5000\n"
                                "s> SA 7000 ack 5001\n"
                                "c> A 5001 ack 7001\n"
                                "c> PA 5001+10 ack 7001 | !-data_after_fin\n"},
    {NULL, NULL},
};

static const script_case fin_wait_2_timeout[] = {
    {"data_long_after", HALF_CLOSED "+3 s> PA 311+4 ack 112\n"
                                    "c> R 112 | CLOSED - !fin_wait_2_timeout !-reset\n"},
    {"data_soon_after", HALF_CLOSED "+0.2 s> PA 311+4 ack 112\n"
                                    "c> R 112 | CLOSED - !-fin_wait_2_timeout !reset\n"},
    {"a_half_close_that_is_aborted", HALF_CLOSED "+3 s> PA 311+4 ack 112\n"
                                                 "c> A 112 ack 315\n"
                                                 "+3 s> PA 315+4 ack 112\n"
                                                 "c> R 112 | CLOSED - !-fin_wait_2_timeout\n"},
    {"data_that_is_taken", HALF_CLOSED "+3 s> PA 311+4 ack 112\n"
                                       "c> A 112 ack 315 | !-fin_wait_2_timeout\n"},
    {NULL, NULL},
};

static const script_case not_closed[] = {
    {"established", SCRIPT_OPEN "+1 tick\n"
                                "end | !not_closed\n"},
    {"half_closed", HALF_CLOSED "+1 tick\n"
                                "end | !not_closed !-close_wait_lingering\n"},
    {"lingering_says_it_already", HALF_CLOSED "+11 tick\n"
                                              "end | !close_wait_lingering !-not_closed\n"},
    {"closed", CLOSED "+1 tick\n"
                      "end | !-not_closed\n"},
    {"reset", SCRIPT_OPEN "s> R 311\n"
                          "+1 tick\n"
                          "end | !-not_closed\n"},
    {"never_complete", "c> S 100\n"
                       "s> SA 300 ack 101 | ESTABLISHED~ SYN_RCVD\n"
                       "+0.1 tick\n"
                       "end | !-not_closed\n"},
    {"never_opened", "c> S 100\n"
                     "+0.1 tick\n"
                     "end | !-not_closed\n"},
    {"one_of_two_on_the_same_ports", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                                 "c> S 5000\n"
                                                 "s> SA 7000 ack 5001\n"
                                                 "s> R 7001\n"
                                                 "+1 tick\n"
                                                 "end | !-not_closed\n"},
    {NULL, NULL},
};

static const script_case time_wait_reuse[] = {
    {"newer_by_sequence_number", CLOSED_BY_S "+1 c> S 5000\n"
                                             "s> SA 7000 ack 5001 | conn=1 !time_wait_reuse\n"},
    {"by_the_one_in_time_wait", CLOSED "+1 c> S 5000 | conn=1 !-time_wait_reuse\n"
                                       "s> SA 7000 ack 5001 | !time_wait_reuse\n"},
    {"its_time_is_over", CLOSED_BY_S "+61 c> S 5000\n"
                                     "s> SA 7000 ack 5001 | conn=1 !-time_wait_reuse\n"},
    {"not_accepted", CLOSED_BY_S "+1 c> S 5000\n"
                                 "+1 tick\n"
                                 "end | !-time_wait_reuse\n"},
    {"after_a_reset", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                  "c> S 5000\n"
                                  "s> SA 7000 ack 5001 | conn=1 !-time_wait_reuse\n"},
    {NULL, NULL},
};

static const script_case time_wait_reuse_refused[] = {
    {"delayed", CLOSED_BY_S "+1 c> S 50\n"
                            "s> A 312 ack 112 | event=TIME_WAIT_ACK !-time_wait_reuse_refused\n"
                            "c> R 112\n"
                            "+1 c> S 50\n"
                            "s> SA 7000 ack 51 | conn=1 !time_wait_reuse_refused !-time_wait_reuse "
                            "!-time_wait_assassination\n"},
    {"never_accepted", CLOSED_BY_S "+1 c> S 50\n"
                                   "s> A 312 ack 112\n"
                                   "c> R 112\n"
                                   "+1 tick\n"
                                   "end | !time_wait_reuse_refused\n"},
    {"repeated_and_never_accepted", CLOSED_BY_S "+1 c> S 50\n"
                                                "s> A 312 ack 112\n"
                                                "c> R 112\n"
                                                "+1 c> S 50\n"
                                                "+9 tick\n"
                                                "end | !time_wait_reuse_refused\n"},
    {"taken_at_once", CLOSED_BY_S "+1 c> S 5000\n"
                                  "s> SA 7000 ack 5001 | !-time_wait_reuse_refused\n"},
    {"an_old_fin_is_answered", CLOSED_BY_S "+0.2 c> FA 111 ack 312\n"
                                           "s> A 312 ack 112 | event=TIME_WAIT_ACK\n"
                                           "+1 tick\n"
                                           "end | !-time_wait_reuse_refused\n"},
    {NULL, NULL},
};

static const script_case time_wait_assassination[] = {
    {"a_rst_much_later", CLOSED "+2 s> R 312 | CLOSED~ CLOSED !time_wait_assassination !-reset\n"},
    {"fin_and_rst_and_rst", LAST_ACK "s> RA 312 ack 112\n"
                                     "+0.3 c> A 112 ack 312 | TIME_WAIT -\n"
                                     "s> R 312 | !-time_wait_assassination\n"},
    {"a_rst_right_behind_the_fin", LAST_ACK "s> RA 312 ack 112 | !-time_wait_assassination\n"},
    {"a_rst_out_of_place", CLOSED "+2 s> R 90000 | TIME_WAIT. - !-time_wait_assassination\n"},
    {"when_it_is_over", CLOSED "+61 s> R 312 | CLOSED. CLOSED !-time_wait_assassination\n"},
    {"at_the_end_that_has_closed", CLOSED "+2 c> R 112 | - CLOSED. !-time_wait_assassination\n"},
    {NULL, NULL},
};

static const script_case time_wait_pileup[] = {
    {"more_than_the_preference", "time_wait_sockets 0\n" CLOSED "end | !time_wait_pileup\n"},
    {"as_many_as_the_preference", "time_wait_sockets 1\n" CLOSED "end | !-time_wait_pileup\n"},
    {"the_default", CLOSED "end | !-time_wait_pileup\n"},
    {NULL, NULL},
};

static const script_case server_in_time_wait[] = {
    {"the_server_closes_first", CLOSED_BY_S "tick | !server_in_time_wait\n"},
    {"the_client_closes_first", CLOSED "tick | !-server_in_time_wait\n"},
    {"both_at_once", SCRIPT_OPEN "s> FA 311 ack 111\n"
                                 "c> FA 111 ack 311\n"
                                 "s> A 312 ack 112\n"
                                 "c> A 112 ack 312\n"
                                 "end | !-server_in_time_wait\n"},
    {NULL, NULL},
};

static const script_case peer_vanished[] = {
    {"data_unanswered_for_long", SCRIPT_OPEN "c> PA 111+10 ack 311\n"
                                             "+0.2 c> PA 111+10 ack 311\n"
                                             "+0.4 c> PA 111+10 ack 311\n"
                                             "+0.8 c> PA 111+10 ack 311 | !-peer_vanished\n"
                                             "+10 tick | !peer_vanished\n"
                                             "end | !-not_closed\n"},
    {"came_back", SCRIPT_OPEN "c> PA 111+10 ack 311\n"
                              "+0.2 c> PA 111+10 ack 311\n"
                              "+0.4 c> PA 111+10 ack 311\n"
                              "+0.8 c> PA 111+10 ack 311\n"
                              "+11 tick | !peer_vanished=raised=warn=3\n"
                              "+1 c> PA 111+10 ack 311\n"
                              "+0.1 s> A 311 ack 121 | !peer_vanished=over=note=4\n"
                              "+30 tick\n"
                              "end | !peer_vanished=over=note=4\n"},
    {"back_after_the_endpoint_gave_up", SCRIPT_OPEN "c> PA 111+10 ack 311\n"
                                                    "+0.2 c> PA 111+10 ack 311\n"
                                                    "+0.4 c> PA 111+10 ack 311\n"
                                                    "+0.8 c> PA 111+10 ack 311\n"
                                                    "+1.6 c> RA 121 ack 311 | !peer_vanished=raised\n"
                                                    "+20 s> A 311 ack 121\n"
                                                    "end | !peer_vanished=raised=warn # it is too late\n"},
    {"until_the_end", SCRIPT_OPEN "c> PA 111+10 ack 311\n"
                                  "+0.2 c> PA 111+10 ack 311\n"
                                  "+0.4 c> PA 111+10 ack 311\n"
                                  "+0.8 c> PA 111+10 ack 311\n"
                                  "end | !peer_vanished\n"},
    {"given_up_with_a_rst", SCRIPT_OPEN "c> PA 111+10 ack 311\n"
                                        "+0.2 c> PA 111+10 ack 311\n"
                                        "+0.4 c> PA 111+10 ack 311\n"
                                        "+0.8 c> PA 111+10 ack 311\n"
                                        "+1.6 c> RA 121 ack 311 | !peer_vanished !-reset\n"},
    {"keepalives_unanswered", SCRIPT_OPEN "+60 c> A 110 ack 311\n"
                                          "+10 c> A 110 ack 311\n"
                                          "+10 c> A 110 ack 311 | !peer_vanished\n"},
    {"answered_late", SCRIPT_OPEN "c> PA 111+10 ack 311\n"
                                  "+0.2 c> PA 111+10 ack 311\n"
                                  "+0.4 c> PA 111+10 ack 311\n"
                                  "+0.8 c> PA 111+10 ack 311\n"
                                  "+1.6 s> A 311 ack 121\n"
                                  "+30 tick\n"
                                  "end | !-peer_vanished\n"},
    {"a_window_that_stays_closed", SCRIPT_OPEN "c> PA 111+10 ack 311\n"
                                               "s> A 311 ack 121 win 0\n"
                                               "+5 c> A 120 ack 311\n"
                                               "s> A 311 ack 121 win 0\n"
                                               "+5 c> A 120 ack 311\n"
                                               "s> A 311 ack 121 win 0\n"
                                               "+5 c> A 120 ack 311\n"
                                               "s> A 311 ack 121 win 0\n"
                                               "+5 tick\n"
                                               "end | !-peer_vanished\n"},
    {"a_burst_after_a_long_silence", SCRIPT_OPEN "+3600 c> PA 111+10 ack 311\n"
                                                 "+0.05 c> PA 111+10 ack 311\n"
                                                 "+0.1 c> PA 111+10 ack 311\n"
                                                 "+0.2 c> PA 111+10 ack 311\n"
                                                 "+0.01 tick\n"
                                                 "end | !-peer_vanished\n"},
    {"answered_by_a_rst", SCRIPT_OPEN "c> PA 111+10 ack 311\n"
                                      "+0.2 c> PA 111+10 ack 311\n"
                                      "+0.4 c> PA 111+10 ack 311\n"
                                      "+0.8 c> PA 111+10 ack 311\n"
                                      "+1.6 s> R 311 | !-peer_vanished !reset\n"
                                      "+30 tick\n"
                                      "end | !-peer_vanished\n"},
    {NULL, NULL},
};

#define PROBED                                                                                                         \
    "+25 c> A 110 ack 311\n"                                                                                           \
    "s> A 311 ack 111\n"

static const script_case keepalive_only[] = {
    {"idle_and_answered", SCRIPT_OPEN PROBED PROBED "+25 c> A 110 ack 311 | !keepalive_only !-peer_vanished\n"},
    {"in_close_wait", HALF_CLOSED "+5 c> A 111 ack 311\n"
                                  "s> A 311 ack 112\n"
                                  "+5 c> A 111 ack 311\n"
                                  "s> A 311 ack 112\n"
                                  "+5 c> A 111 ack 311 | !keepalive_only !close_wait_lingering\n"},
    {"data_between", SCRIPT_OPEN PROBED PROBED "c> PA 111+10 ack 311\n"
                                               "s> A 311 ack 121\n"
                                               "+25 c> A 120 ack 311 | !-keepalive_only\n"},
    {"not_for_long", SCRIPT_OPEN "+1 c> A 110 ack 311\n"
                                 "s> A 311 ack 111\n"
                                 "+1 c> A 110 ack 311\n"
                                 "s> A 311 ack 111\n"
                                 "+1 c> A 110 ack 311\n"
                                 "s> A 311 ack 111 | !-keepalive_only\n"},
    {"silence_is_none", SCRIPT_OPEN "+3600 tick\n"
                                    "end | !-keepalive_only\n"},
    {NULL, NULL},
};

#define STUCK                                                                                                          \
    SCRIPT_OPEN                                                                                                        \
    "c> PA 111+10 ack 311\n"                                                                                           \
    "s> A 311 ack 121 win 0\n"                                                                                         \
    "+0.2 c> A 120 ack 311\n"                                                                                          \
    "s> A 311 ack 121 win 0\n"

static const script_case zero_window_at_close[] = {
    {"the_writer_aborts", STUCK "+5 c> RA 121 ack 311 | !zero_window_at_close\n"},
    {"the_reader_aborts", STUCK "+5 s> RA 311 ack 121 | !zero_window_at_close\n"},
    {"the_writer_closes", STUCK "+5 c> FA 121 ack 311 | !zero_window_at_close\n"},
    {"it_opens_again_first", STUCK "+5 s> A 311 ack 121 win 64000\n"
                                   "c> PA 121+10 ack 311\n"
                                   "s> A 311 ack 131\n"
                                   "c> FA 131 ack 311\n"
                                   "s> FA 311 ack 132\n"
                                   "c> A 132 ack 312 | !-zero_window_at_close\n"},
    {"nothing_left_to_send", SCRIPT_OPEN "s> FA 311 ack 111 win 0\n"
                                         "c> FA 111 ack 312\n"
                                         "s> A 312 ack 112 win 0 | !-zero_window_at_close\n"},
    {"the_reader_closes_its_direction", STUCK "s> FA 311 ack 121 win 0 | !-zero_window_at_close\n"},
    {NULL, NULL},
};

static const script_case port_reused_while_open[] = {
    {"accepted_over_an_open_one", SCRIPT_OPEN "+60 c> S 5000 | conn=0\n"
                                              "s> SA 7000 ack 5001 | conn=1 !port_reused_while_open\n"},
    {"refused_by_a_challenge_ack", SCRIPT_OPEN "+60 c> S 5000 | conn=0\n"
                                               "s> A 311 ack 111\n"
                                               "c> R 111\n"
                                               "+1 c> S 5000\n"
                                               "s> SA 7000 ack 5001 | conn=1 !-port_reused_while_open\n"},
    {"closed_before", CLOSED "+61 c> S 5000\n"
                             "s> SA 7000 ack 5001 | conn=1 !-port_reused_while_open\n"},
    {"reset_before", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                 "c> S 5000\n"
                                 "s> SA 7000 ack 5001 | conn=1 !-port_reused_while_open\n"},
    {"nothing_captured_meanwhile",
     SCRIPT_OPEN "+10800 c> S 5000\n"
                 "s> SA 7000 ack 5001 | conn=1 !port_reused_while_open=raised=note=presumed\n"},
    {"something_else_meanwhile", SCRIPT_OPEN "+5000 tick\n"
                                             "+5800 c> S 5000\n"
                                             "s> SA 7000 ack 5001 | conn=1 !port_reused_while_open=raised=warn\n"},
    {"the_clock_jumps_meanwhile",
     SCRIPT_OPEN "+60 tick\n"
                 "+99999999 tick\n"
                 "+60 c> S 5000\n"
                 "s> SA 7000 ack 5001 | conn=1 !port_reused_while_open=note said:clock_jumps_by_1157_d\n"},
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("/rule/half_close_in_use", half_close_in_use);
    script_add_cases("/rule/fin_wait_2_lingering", fin_wait_2_lingering);
    script_add_cases("/rule/fin_unanswered", fin_unanswered);
    script_add_cases("/rule/final_ack_lost", final_ack_lost);
    script_add_cases("/rule/fin_repeated", fin_repeated);
    script_add_cases("/rule/simultaneous_close", simultaneous_close);
    script_add_cases("/rule/data_after_fin", data_after_fin);
    script_add_cases("/rule/fin_wait_2_timeout", fin_wait_2_timeout);
    script_add_cases("/rule/not_closed", not_closed);
    script_add_cases("/rule/time_wait_reuse", time_wait_reuse);
    script_add_cases("/rule/time_wait_reuse_refused", time_wait_reuse_refused);
    script_add_cases("/rule/time_wait_assassination", time_wait_assassination);
    script_add_cases("/rule/time_wait_pileup", time_wait_pileup);
    script_add_cases("/rule/server_in_time_wait", server_in_time_wait);
    script_add_cases("/rule/peer_vanished", peer_vanished);
    script_add_cases("/rule/keepalive_only", keepalive_only);
    script_add_cases("/rule/zero_window_at_close", zero_window_at_close);
    script_add_cases("/rule/port_reused_while_open", port_reused_while_open);
    return g_test_run();
}

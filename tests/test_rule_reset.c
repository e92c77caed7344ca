/* test_rule_reset.c: the rules for resets and for the capture itself: each with a case and near-misses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "script.h"

#define HANDSHAKE                                                                                                      \
    "c> S 100\n"                                                                                                       \
    "s> SA 300 ack 101\n"                                                                                              \
    "c> A 101 ack 301\n"

#define HALF_CLOSED                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "c> FA 111 ack 311\n"                                                                                              \
    "s> A 311 ack 112 | FIN_WAIT_2~ CLOSE_WAIT\n"

#define LAST_ACK                                                                                                       \
    HALF_CLOSED                                                                                                        \
    "s> FA 311 ack 112 | - LAST_ACK\n"

static const script_case reset[] = {
    {"abort", SCRIPT_OPEN "s> RA 311 ack 111 | !reset\n"},
    {"half_closed", HALF_CLOSED "s> RA 311 ack 112 | !reset\n"},
    {"data_meets_no_socket", HALF_CLOSED "s> PA 311+8 ack 112\n"
                                         "c> R 112 | CLOSED CLOSED. !reset !-half_open\n"},
    {"at_the_handshakes_last_step", HANDSHAKE "s> R 301 | !reset !-handshake_incomplete !-half_open\n"},
    {"after_a_handshake_that_took_long", "c> S 100\n"
                                         "s> SA 300 ack 101\n"
                                         "+1 s> SA 300 ack 101\n"
                                         "+3 s> SA 300 ack 101 | !handshake_incomplete\n"
                                         "c> A 101 ack 301\n"
                                         "c> PA 101+5 ack 301\n"
                                         "s> A 301 ack 106\n"
                                         "c> RA 106 ack 301 | !reset\n"},
    {"instead_of_the_last_ack", LAST_ACK "c> R 112 | !-reset\n"},
    {"in_time_wait", LAST_ACK "c> A 112 ack 312\n"
                              "s> RA 312 ack 112 | !-reset\n"},
    {"out_of_window", SCRIPT_OPEN "s> R 900000 | ESTABLISHED. - !-reset\n"},
    {"of_nothing_known", "s> R 311 | !-reset\n"},
    {"data_not_acknowledged_before", SCRIPT_OPEN "c> PA 111+20 ack 311\n"
                                                 "s> RA 311 ack 131 | said:without_an_answer_to_the_last_data\n"},
    {"data_acknowledged_before", SCRIPT_OPEN "c> PA 111+20 ack 311\n"
                                             "s> A 311 ack 131\n"
                                             "s> RA 311 ack 131 | !reset unsaid:without_an_answer\n"},
    {"request_acknowledged_before", SCRIPT_OPEN "c> PA 111+20 ack 311\n"
                                                "s> A 311 ack 131\n"
                                                "s> RA 311 ack 131 | said:and_it_has_sent_none_since\n"},
    {"answer_acknowledged_before", SCRIPT_OPEN "s> PA 311+20 ack 111\n"
                                               "c> A 111 ack 331\n"
                                               "c> RA 111 ack 331 | !reset unsaid:none_since\n"},
    {"both_go_on", SCRIPT_OPEN "c> RA 111 ack 311 | !reset\n"
                               "c> PA 111+5 ack 311\n"
                               "s> A 311 ack 116 | ESTABLISHED ESTABLISHED\n"
                               "s> PA 311+5 ack 116 | ESTABLISHED ESTABLISHED !-reset\n"},
    {"idle", SCRIPT_OPEN "+60 s> RA 311 ack 111 | said:in_answer_to_nothing,_after_it_was_idle_for_60.0_s\n"},
    {"idle_without_an_ack", SCRIPT_OPEN "+60 s> R 311 | said:after_it_was_idle_for_60.0_s\n"},
    {"idle_and_something_owed", SCRIPT_OPEN "s> PA 311+20 ack 111\n"
                                            "+60 s> RA 331 ack 111 | !reset unsaid:idle "
                                            "said:20_bytes_that_it_had_sent_were_not_acknowledged_by_10.0.0\n"},
    {"a_keepalive_is_answered", SCRIPT_OPEN "+0.1 c> A 110 ack 311\n"
                                            "s> R 311 | !reset said:had_no_socket unsaid:idle\n"},
    {"unasked", SCRIPT_OPEN "s> PA 311+20 ack 111\n"
                            "c> A 111 ack 331\n"
                            "s> PA 331+20 ack 111\n"
                            "s> R 351 | said:with_a_RST_without_ACK,_in_answer_to_nothing unsaid:socket\n"},
    {"of_an_old_copy", SCRIPT_OPEN "c> PA 111+20 ack 311\n"
                                   "s> A 311 ack 131\n"
                                   "+1 c> PA 101+10 ack 311\n"
                                   "s> R 311 | !-half_open said:in_answer_to_an_old_copy\n"},
    {"of_new_data", SCRIPT_OPEN "c> PA 111+20 ack 311\n"
                                "s> A 311 ack 131\n"
                                "+0.1 c> PA 131+10 ack 311\n"
                                "s> R 311 | !reset unsaid:old_copy\n"},
    {"of_the_first_data", HANDSHAKE "c> PA 101+10 ack 301\n"
                                    "s> R 301 | said:reset_the_first_data_after_the_handshake\n"},
    {"of_the_first_data_acknowledged", HANDSHAKE "c> PA 101+10 ack 301\n"
                                                 "s> RA 301 ack 111 | !reset unsaid:first_data unsaid:last_step\n"},
    {"before_the_syn_ack_was_acknowledged", "c> S 100\n"
                                            "s> SA 300 ack 101\n"
                                            "s> R 301 | said:before_its_SYN+ACK_was_acknowledged unsaid:1_byte\n"},
    {"syn_ack_never_acknowledged", "c> S 100\n"
                                   "s> SA 300 ack 101\n"
                                   "+1 s> SA 300 ack 101\n"
                                   "+2 s> SA 300 ack 101\n"
                                   "+4 s> RA 301 ack 101 | !handshake_incomplete !-reset\n"},
    {"closed_and_answer_not_acknowledged",
     SCRIPT_OPEN "s> PA 311+120 ack 111\n"
                 "s> FA 431 ack 111\n"
                 "c> PA 111+20 ack 311\n"
                 "s> R 311 | said:reset_the_connection_when_more_came said:120_bytes_that_it_had_sent_were_not\n"},
    {"from_another_device", SCRIPT_OPEN "+60 s> RA 311 ack 111 ttl 250 | said:TTL_of_250,_its_segments_before_64\n"},
    {"from_the_same_device", SCRIPT_OPEN "+60 s> RA 311 ack 111 ttl 63 | !reset unsaid:TTL\n"},
    {NULL, NULL},
};

static const script_case reset_ignored[] = {
    {"out_of_window", SCRIPT_OPEN "s> R 900000 | event=RST_IGNORED !reset_ignored !-reset\n"},
    {"in_the_window_and_challenged", SCRIPT_OPEN "s> R 350 | event=RST_IGNORED !reset_ignored\n"
                                                 "c> A 111 ack 311 | event=CHALLENGE_ACK !-challenge_ack\n"},
    {"at_the_exact_number", SCRIPT_OPEN "s> R 311 | !-reset_ignored\n"},
    {"beyond_what_was_sent", "c> S 100\n"
                             "s> SA 300 ack 101\n"
                             "c> RA 5101 ack 301 | said:warn:_a_RST said:counts_5000_bytes\n"},
    {"beyond_what_was_sent_with_an_older_ack", SCRIPT_OPEN "c> RA 5111 ack 301 | said:note:_a_RST unsaid:counts\n"},
    {"a_refusal_that_acknowledges_seq", "c> S 100\n"
                                        "s> RA 0 ack 100 | said:warn:_a_RST said:its_ACK_is_SEQ\n"},
    {"a_refusal", "c> S 100\n"
                  "s> RA 0 ack 101 | !connection_refused !-reset_ignored\n"},
    {"of_an_older_ack", SCRIPT_OPEN "c> PA 111+20 ack 311\n"
                                    "s> PA 311+20 ack 111\n"
                                    "c> A 131 ack 331\n"
                                    "s> R 311 | !reset_ignored said:number_of_an_older_ACK\n"
                                    "s> R 331 | !-reset_ignored !reset\n"},
    {"one_after_another", SCRIPT_OPEN "c> RA 111 ack 311 | !reset\n"
                                      "+0.3 s> PA 311+20 ack 111\n"
                                      "c> R 111\n"
                                      "+0.6 s> PA 311+20 ack 111\n"
                                      "c> R 111\n"
                                      "+1.2 s> PA 311+20 ack 111\n"
                                      "c> R 111 | !-reset said:warn:_4_RSTs_of said:they_do_not_arrive\n"
                                      "+2.4 s> PA 311+20 ack 111\n"
                                      "c> R 111\n"
                                      "end | said:5_RSTs_of\n"},
    {"one_after_another_and_no_more", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                                  "s> PA 311+20 ack 111\n"
                                                  "c> R 111\n"
                                                  "s> PA 331+20 ack 111\n"
                                                  "c> R 111\n"
                                                  "+9 end | !reset !-reset_ignored\n"},
    {"a_refusal_after_another", "c> S 100\n"
                                "s> RA 0 ack 101\n"
                                "+1 c> S 100\n"
                                "s> RA 0 ack 101\n"
                                "+1 c> S 100\n"
                                "s> RA 0 ack 101 | !-reset_ignored\n"},
    {"the_second_of_two", SCRIPT_OPEN "s> RA 311 ack 111\n"
                                      "c> PA 111+5 ack 311\n"
                                      "s> R 311 | !-reset_ignored\n"},
    {"at_the_fins_number", LAST_ACK "c> R 111 | !-reset_ignored\n"},
    {NULL, NULL},
};

static const script_case reset_suspicious[] = {
    {"its_sender_sends_on", SCRIPT_OPEN "+1 c> R 111 | ESTABLISHED/CLOSED. CLOSED. !reset !-reset_suspicious\n"
                                        "+0.5 c> PA 111+5 ack 311 | !reset_suspicious\n"},
    {"its_sender_acknowledges_on", SCRIPT_OPEN "+1 c> RA 111 ack 311\n"
                                               "s> PA 311+10 ack 111\n"
                                               "+0.5 c> A 111 ack 321 | !reset_suspicious\n"},
    {"at_once_and_later_too", SCRIPT_OPEN "+1 c> RA 111 ack 311\n"
                                          "+0.02 c> PA 111+5 ack 311 | !-reset_suspicious\n"
                                          "+0.2 c> PA 116+5 ack 311\n"
                                          "+2 tick | !reset_suspicious\n"},
    {"at_once_and_answered", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                         "c> PA 111+5 ack 311\n"
                                         "s> PA 311+9 ack 116\n"
                                         "c> A 116 ack 320\n"
                                         "end | !reset_suspicious\n"},
    {"overtaken_by_the_rst", SCRIPT_OPEN "c> RA 121 ack 311\n"
                                         "+0.02 c> PA 111+10 ack 311\n"
                                         "+60 end | !-reset_suspicious\n"},
    {"a_reset_and_no_more", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                        "+60 end | !-reset_suspicious\n"},
    {"an_old_segment_again", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                         "+1 c> PA 101+10 ack 301 | !-reset_suspicious\n"},
    {"a_firewall_that_rejects", SCRIPT_OPEN "c> PA 111+5 ack 311\n"
                                            "s> R 311 | !reset\n"
                                            "+0.5 s> PA 311+10 ack 111 | !-reset_suspicious\n"},
    {"out_of_window", SCRIPT_OPEN "c> R 900000\n"
                                  "+0.5 c> PA 111+5 ack 311 | !-reset_suspicious\n"},
    {"another_connection", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                       "+1 c> S 5000\n"
                                       "s> SA 7000 ack 5001\n"
                                       "c> A 5001 ack 7001 | conn=1 !-reset_suspicious\n"},
    {NULL, NULL},
};

static const script_case half_open[] = {
    {"data_after_a_silence", SCRIPT_OPEN "+300 c> PA 111+5 ack 311\n"
                                         "s> R 311 | CLOSED. CLOSED. !half_open !-reset\n"},
    {"joined_late", "c> PA 111+5 ack 311\n"
                    "s> R 311 | !half_open !-reset\n"},
    {"keepalive_after_a_silence", SCRIPT_OPEN "+7200 c> A 110 ack 311\n"
                                              "s> R 311 | !half_open\n"},
    {"after_a_second", SCRIPT_OPEN "+1 c> PA 111+5 ack 311\n"
                                   "s> R 311 | !half_open !-reset\n"},
    {"its_sender_goes_on", SCRIPT_OPEN "+1 c> PA 111+5 ack 311\n"
                                       "s> R 311 | !half_open\n"
                                       "+1 s> PA 311+20 ack 111 | !-half_open\n"},
    {"reset_before", SCRIPT_OPEN "+1 c> RA 111 ack 311 | !reset\n"
                                 "+1 s> PA 311+5 ack 111\n"
                                 "c> R 111 | !-half_open\n"},
    {"in_conversation", SCRIPT_OPEN "c> PA 111+5 ack 311\n"
                                    "s> R 311 | !reset !-half_open\n"},
    {"abort_after_a_silence", SCRIPT_OPEN "+300 s> RA 311 ack 111 | !reset !-half_open\n"},
    {"closed_before", HALF_CLOSED "+300 s> PA 311+5 ack 112\n"
                                  "c> R 112 | !-half_open\n"},
    {"an_ack_of_nothing", "c> A 111 ack 311\n"
                          "s> R 311 | !-half_open\n"},
    {"of_a_handshake_that_was_completed_late", "c> S 100\n"
                                               "s> SA 300 ack 101\n"
                                               "+1 s> SA 300 ack 101\n"
                                               "+2 s> SA 300 ack 101\n"
                                               "+9 tick | !handshake_incomplete=raised\n"
                                               "c> A 101 ack 301 | !handshake_incomplete=over\n"
                                               "c> PA 101+10 ack 301\n"
                                               "s> PA 301+10 ack 111\n"
                                               "c> A 111 ack 311\n"
                                               "+300 c> PA 111+5 ack 311\n"
                                               "s> R 311 | !half_open !handshake_incomplete=over\n"},
    {"of_a_handshake_that_was_not_completed", "c> S 100\n"
                                              "s> SA 300 ack 101\n"
                                              "+1 s> SA 300 ack 101\n"
                                              "+2 s> SA 300 ack 101\n"
                                              "+9 tick | !handshake_incomplete=raised\n"
                                              "+30 c> PA 101+10 ack 301\n"
                                              "s> R 301 | !-half_open\n"},
    {NULL, NULL},
};

static const script_case challenge_ack[] = {
    {"syn_answered_by_an_ack_of_something_else", "c> S 100\n"
                                                 "s> A 700 ack 900 | event=CHALLENGE_ACK !challenge_ack\n"},
    {"to_a_syn_on_a_live_connection",
     SCRIPT_OPEN "+60 c> S 5000\n"
                 "s> A 311 ack 111 | event=CHALLENGE_ACK !syn_on_live_connection !-challenge_ack\n"},
    {"an_ordinary_ack", SCRIPT_OPEN "c> A 111 ack 311 | !-challenge_ack\n"},
    {"again_and_again", "c> S 100\n"
                        "s> A 700 ack 900 | said:note\n"
                        "+1 c> S 100\n"
                        "s> A 700 ack 900\n"
                        "+1 c> S 100\n"
                        "s> A 700 ack 900\n"
                        "end | said:warn said:answered_3_SYNs said:never_answers_with_a_RST\n"},
    {"until_it_is_accepted", "c> S 100\n"
                             "s> A 700 ack 900\n"
                             "c> R 900\n"
                             "+1 c> S 100\n"
                             "s> SA 5000 ack 101 | said:note said:then_it_accepted unsaid:warn\n"},
    {NULL, NULL},
};

static const script_case one_sided[] = {
    {"whole_connection_of_c", "c> S 100\n"
                              "c> A 101 ack 301\n"
                              "c> PA 101+10 ack 301\n"
                              "c> A 111 ack 311 | !-one_sided\n"
                              "c> FA 111 ack 311 | !one_sided !-capture_loss\n"},
    {"of_s_until_the_end", "s> SA 300 ack 101\n"
                           "s> A 301 ack 111\n"
                           "s> PA 301+10 ack 111\n"
                           "end | !one_sided !-capture_loss\n"},
    {"joined_late", "c> PA 111+5 ack 311\n"
                    "c> A 116 ack 321\n"
                    "end | !one_sided\n"},
    {"both_directions", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                    "+1 end | !-one_sided\n"},
    {"a_syn_without_answer", "c> S 100\n"
                             "+1 c> S 100\n"
                             "+60 end | !-one_sided\n"},
    {"a_syn_ack_without_syn", "s> SA 300 ack 101\n"
                              "+1 s> SA 300 ack 101\n"
                              "+60 end | !-one_sided\n"},
    {"one_segment_at_the_captures_edge", "c> PA 111+5 ack 311\n"
                                         "end | !-one_sided\n"},
    {NULL, NULL},
};

static const script_case capture_loss[] = {
    {"ack_of_what_was_not_captured", SCRIPT_OPEN "s> A 311 ack 151 | !capture_loss\n"},
    {"syn_ack_not_captured", "c> S 100\n"
                             "c> A 101 ack 301 | !-capture_loss\n"
                             "s> A 301 ack 101\n"
                             "end | !capture_loss !-one_sided\n"},
    {"lost_on_the_way", SCRIPT_OPEN "c> PA 121+10 ack 311\n"
                                    "s> A 311 ack 111\n"
                                    "+0.2 c> PA 111+10 ack 311\n"
                                    "s> A 311 ack 131 | !-capture_loss\n"},
    {"joined_late", "c> PA 111+5 ack 311\n"
                    "s> PA 311+5 ack 116\n"
                    "c> A 116 ack 316 | !-capture_loss\n"},
    {NULL, NULL},
};

static const script_case mid_stream[] = {
    {"data_first", "c> PA 111+5 ack 311 | !mid_stream\n"},
    {"fin_first", "c> FA 111 ack 311 | !mid_stream\n"},
    {"handshake", SCRIPT_OPEN "+1 end | !-mid_stream\n"},
    {"syn_ack_first", "s> SA 300 ack 101\n"
                      "c> A 101 ack 301 | !-mid_stream\n"},
    {"rst_of_nothing_known", "s> R 311 | !-mid_stream\n"},
    {NULL, NULL},
};

static const script_case duplicate_frames[] = {
    {"the_same_frame_again", SCRIPT_OPEN "copy | event=DUPLICATE !duplicate_frames\n"},
    {"sent_again", SCRIPT_OPEN "c> PA 111+5 ack 311\n"
                               "+0.2 c> PA 111+5 ack 311 | event=DATA_REPEATED !-duplicate_frames\n"},
    {NULL, NULL},
};

static const script_case illegal_flags[] = {
    {"none", SCRIPT_OPEN "c> - 111 | !illegal_flags\n"},
    {"syn_fin", "c> SF 100 | !illegal_flags said:with_FIN+SYN,_which\n"},
    {"fin_without_ack", SCRIPT_OPEN "c> F 111 | !illegal_flags said:with_FIN_and_no_ACK,_which\n"},
    {"syn_rst", "c> SR 100 | !illegal_flags\n"},
    {"legal_ones", SCRIPT_OPEN "c> FPA 111+5 ack 311\n"
                               "s> UPA 311+5 ack 117\n"
                               "s> RA 316 ack 117 | !-illegal_flags\n"},
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("/rule/reset", reset);
    script_add_cases("/rule/reset_ignored", reset_ignored);
    script_add_cases("/rule/reset_suspicious", reset_suspicious);
    script_add_cases("/rule/half_open", half_open);
    script_add_cases("/rule/challenge_ack", challenge_ack);
    script_add_cases("/rule/one_sided", one_sided);
    script_add_cases("/rule/capture_loss", capture_loss);
    script_add_cases("/rule/mid_stream", mid_stream);
    script_add_cases("/rule/duplicate_frames", duplicate_frames);
    script_add_cases("/rule/illegal_flags", illegal_flags);
    return g_test_run();
}

/* test_reset.c: which RSTs end a connection, for whom, and what a RST says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "script.h"

/* clang-format off */
static const script_case validity[] = {
    { "at_the_exact_number_ends_both",
      SCRIPT_OPEN
      "c> R 111             | CLOSED CLOSED~ event=RST closed_by=client !reset\n" },
    { "inside_the_window_is_challenged", /* RFC 5961 §3.2 */
      SCRIPT_OPEN
      "c> R 500             | - ESTABLISHED~ event=RST_IGNORED why=-,RST_IN_WINDOW # some stacks take it\n"
      "s> A 311 ack 111     | - ESTABLISHED\n"
      "c> PA 111+5 ack 311  | ESTABLISHED ESTABLISHED conn=0 !-reset\n" },
    { "outside_the_window_is_dropped",
      SCRIPT_OPEN
      "c> R 3000000000      | - ESTABLISHED event=RST_IGNORED\n"
      "c> PA 111+5 ack 311  | ESTABLISHED ESTABLISHED !-reset\n" },
    { "below_what_was_received_is_dropped",
      SCRIPT_OPEN
      "c> R 101             | - ESTABLISHED event=RST_IGNORED\n"
      "c> PA 111+5 ack 311  | ESTABLISHED ESTABLISHED !-reset\n" },
    { "after_its_own_data",
      SCRIPT_OPEN
      "c> PA 111+10 ack 311\n"
      "c> R 121             | CLOSED CLOSED~ event=RST\n" },
    { "at_the_right_edge_of_what_was_selectively_acknowledged", /* Linux */
      SCRIPT_OPEN
      "c> PA 121+10 ack 311 # 111 to 120 are missing\n"
      "s> A 311 ack 111 sack 121-131\n"
      "c> R 131             | CLOSED CLOSED~\n" },
    { "one_below_after_a_fin", /* macOS, tolerated by Linux */
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT\n"
      "c> R 111             | CLOSED CLOSED~\n" },
    { "with_an_ack_of_zero",
      SCRIPT_OPEN
      "c> RA 111 ack zero   | CLOSED CLOSED~ event=RST\n" },
    { 0 },
};

static const script_case by_state[] = {
    { "syn_rcvd_after_listen_goes_back_to_it",
      "c> S 100\n"
      "s> SA 300 ack 101\n"
      "c> R 101             | - LISTEN~ event=RST\n" },
    { "syn_rcvd_after_syn_sent_ends",
      "c> S 100\n"
      "s> S 300\n"
      "c> SA 100 ack 301    | SYN_RCVD -\n"
      "s> R 301             | CLOSED~ CLOSED.\n" },
    { "fin_wait_1",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> R 311             | CLOSED~ CLOSED\n" },
    { "close_wait_aborts",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT\n"
      "s> RA 311 ack 112    | CLOSED~ CLOSED !reset\n" },
    { "closing",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> FA 311 ack 111    | CLOSING~ FIN_WAIT_1\n"
      "s> R 312             | CLOSED~ CLOSED\n" },
    { "last_ack",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> FA 311 ack 112    | TIME_WAIT~ LAST_ACK\n"
      "c> R 112             | CLOSED CLOSED~\n" },
    { 0 },
};

static const script_case meaning[] = {
    { "of_late_data_by_an_end_that_has_closed",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112\n"
      "s> PA 311+10 ack 112 | FIN_WAIT_2~ CLOSE_WAIT\n"
      "c> R 112             | CLOSED CLOSED~ !reset\n" },
    { "instead_of_a_fin",
      SCRIPT_OPEN
      "c> RA 111 ack 311    | CLOSED CLOSED~ closed_by=client !reset\n" },
    { "after_both_fins_were_acknowledged_leaves_the_close_normal",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> FA 311 ack 112\n"
      "c> A 112 ack 312     | TIME_WAIT CLOSED~\n"
      "c> R 112             | CLOSED CLOSED. closed_by=client !-reset\n" },
    { "whoever_talks_on_did_not_send_it",
      SCRIPT_OPEN
      "c> R 111             | CLOSED CLOSED~ # forged\n"
      "c> PA 111+5 ack 311  | ESTABLISHED -\n"
      "s> R 311             | CLOSED~ CLOSED\n" },
    { "sent_twice",
      SCRIPT_OPEN
      "c> R 111             | CLOSED CLOSED~\n"
      "c> R 111             | CLOSED CLOSED~ conn=0 transition=0\n" },
    { "of_an_attempt_beside_an_open_connection_gives_that_up", /* smoltcp */
      SCRIPT_OPEN
      "c> S 9000            | SYN_SENT ESTABLISHED\n"
      "c> RA 9001 ack zero  | CLOSED ESTABLISHED. why=ABORTED,-\n" },
    { "with_an_ack_answers_out_of_syn_sent_what_an_older_connection_sends", /* lwIP */
      SCRIPT_OPEN
      "c> RA 111 ack 311    | CLOSED CLOSED~ # which is lost\n"
      "+1 c> S 9000         | SYN_SENT SYN_RCVD~\n"
      "s> A 311 ack 111     | SYN_SENT ESTABLISHED\n"
      "c> RA 111 ack 311    | SYN_SENT - event=RST_OF_BAD_ACK\n"
      "c> S 9000            | SYN_SENT SYN_RCVD~\n" },
    { "of_a_syn_after_time_wait_may_come_out_of_that", /* lwIP keeps it for 120 s, and refuses a SYN out of it */
      SCRIPT_OPEN
      "s> FA 311 ack 111\n"
      "c> FA 111 ack 312\n"
      "s> A 312 ack 112     | CLOSED~ TIME_WAIT\n"
      "+90 c> S 9000        | SYN_SENT SYN_RCVD~\n"
      "s> RA zero ack 9001  | CLOSED~ CLOSED^ why=RST_REFUSES,TWO_MSL\n" },
    { "of_a_syn_where_nothing_waits_comes_from_a_closed_port",
      "c> S 9000            | SYN_SENT SYN_RCVD~\n"
      "s> RA zero ack 9001  | CLOSED~ CLOSED\n" },
    { "data_under_way_when_it_was_sent",
      SCRIPT_OPEN
      "c> R 111             | CLOSED CLOSED~\n"
      "s> PA 311+5 ack 111  | - ESTABLISHED. conn=0 # sent before the RST arrived\n"
      "c> R 111             | CLOSED CLOSED~\n" },
    { 0 },
};
/* 20 ms lie between c, whose segments are captured at once, and s. */
#define FAR_PEER                                                                                                       \
    "c> S 100\n"                                                                                                      \
    "+0.0202 s> SA 300 ack 101\n"                                                                                     \
    "+0.0001 c> A 101 ack 301\n"                                                                                      \
    "+0.0002 c> PA 101+10 ack 301\n"                                                                                  \
    "+0.0203 s> A 301 ack 111\n"                                                                                      \
    "+0.0001 c> PA 111+10 ack 301\n"                                                                                  \
    "+0.0004 s> PA 301+10 ack 111 | ESTABLISHED ESTABLISHED\n"

static const script_case on_its_way[] = {
    { "an_ack_of_what_was_sent_before_it_says_nothing",
      FAR_PEER
      "+0.0003 c> RA 121 ack 311    | CLOSED CLOSED~\n"
      "+0.0203 s> A 311 ack 121     | CLOSED ESTABLISHED\n"
      "+0.0001 c> R 121             | CLOSED CLOSED~\n"
      "+0.0001 s> PA 311+10 ack 121 | CLOSED ESTABLISHED\n"
      "+0.0001 c> R 121             | CLOSED CLOSED~\n" },
    { "nor_does_a_second_ack_of_the_same",
      FAR_PEER
      "+0.0003 c> RA 121 ack 311    | CLOSED CLOSED~\n"
      "+0.0150 s> A 311 ack 121     | CLOSED ESTABLISHED\n"
      "+0.0001 c> R 121             | CLOSED CLOSED~\n"
      "+0.0056 s> A 311 ack 121     | CLOSED ESTABLISHED\n"
      "+0.0001 c> R 121             | CLOSED CLOSED~\n" },
    { "nor_does_a_fin_that_crosses_it",
      FAR_PEER
      "+0.0003 c> RA 121 ack 311    | CLOSED CLOSED~\n"
      "+0.0010 s> FA 311 ack 111    | CLOSED FIN_WAIT_1.\n"
      "+0.0001 c> R 111             | CLOSED CLOSED~\n"
      "+0.0193 s> A 312 ack 121     | CLOSED FIN_WAIT_1.\n"
      "+0.0001 c> R 121             | CLOSED CLOSED~\n" },
    { "nor_out_of_fin_wait_2",
      FAR_PEER
      "+0.0100 s> FA 311 ack 121    | CLOSE_WAIT~ FIN_WAIT_1\n"
      "+0.0001 c> A 121 ack 312     | CLOSE_WAIT FIN_WAIT_2~\n"
      "+0.0001 c> PA 121+10 ack 312 | CLOSE_WAIT FIN_WAIT_2~\n"
      "+0.0001 c> RA 131 ack 312    | CLOSED CLOSED~\n"
      "+0.0204 s> A 312 ack 131     | CLOSED FIN_WAIT_2\n"
      "+0.0001 c> R 131             | CLOSED CLOSED~\n" },
    { "but_what_is_sent_long_after_it_does",
      FAR_PEER
      "+0.0003 c> RA 121 ack 311    | CLOSED CLOSED~\n"
      "+0.2500 s> PA 311+10 ack 121 | CLOSED ESTABLISHED\n"
      "+0.0001 c> R 121             | CLOSED ESTABLISHED~\n" },
    { "and_an_ack_that_answers_it_does",
      FAR_PEER
      "+0.0200 s> A 311 ack 121\n"
      "+0.5 c> R 121                | CLOSED CLOSED~\n"
      "+0.0206 s> A 311 ack 121     | CLOSED ESTABLISHED\n"
      "+0.0001 c> R 121             | CLOSED ESTABLISHED~\n" },
    { 0 },
};
/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("validity", validity);
    script_add_cases("by_state", by_state);
    script_add_cases("meaning", meaning);
    script_add_cases("on_its_way", on_its_way);
    return g_test_run();
}

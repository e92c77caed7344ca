/* test_open.c: how connections begin, and how they fail to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "script.h"

/* clang-format off */
static const script_case handshake[] = {
    { "syn_ack_does_not_establish_the_server",
      "c> S 100            | SYN_SENT SYN_RCVD~\n"
      "s> SA 300 ack 101   | ESTABLISHED~ SYN_RCVD\n"
      "+1 s> SA 300 ack 101| - SYN_RCVD event=SYN_ACK_REPEATED\n"
      "c> A 101 ack 301    | ESTABLISHED ESTABLISHED~\n" },
    { "data_completes_it_where_the_third_ack_is_lost",
      "c> S 100\n"
      "s> SA 300 ack 101\n"
      "c> PA 101+10 ack 301 | ESTABLISHED ESTABLISHED~\n"
      "s> A 301 ack 111     | ESTABLISHED ESTABLISHED\n" },
    { "third_ack_carries_a_fin",
      "c> S 100\n"
      "s> SA 300 ack 101\n"
      "c> FA 101 ack 301    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 301 ack 102     | FIN_WAIT_2~ CLOSE_WAIT\n" },
    { "repeated_syn_takes_the_answer_back",
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD # lost\n"
      "+1 c> S 100          | SYN_SENT SYN_RCVD event=SYN_REPEATED conn=0\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD event=SYN_ACK_REPEATED\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~\n" },
    { "server_ignores_the_third_ack", /* accept queue full, or TCP_DEFER_ACCEPT */
      "c> S 100\n"
      "s> SA 300 ack 101\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~\n"
      "+1 s> SA 300 ack 101 | ESTABLISHED SYN_RCVD event=SYN_ACK_REPEATED\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~\n"
      "c> PA 101+5 ack 301  | ESTABLISHED ESTABLISHED~\n"
      "s> A 301 ack 106     | ESTABLISHED ESTABLISHED\n" },
    { "syn_ack_captured_before_the_syn",
      "s> SA 300 ack 101\n"
      "c> S 100             | - SYN_RCVD. conn=0 client=c\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~ conn=0 client=c\n" },
    { "syn_ack_first_makes_its_receiver_the_client",
      "s> SA 300 ack 101    | - SYN_RCVD. client=c basis=syn_ack\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~ client=c\n" },
    { "split_handshake",
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "s> S 300             | SYN_RCVD~ SYN_SENT/SYN_RCVD\n"
      "c> SA 100 ack 301    | SYN_RCVD ESTABLISHED~\n"
      "s> A 301 ack 101     | ESTABLISHED~ ESTABLISHED~ # some send a bare ACK out of SYN_RCVD\n" },
    { "simultaneous_open_with_a_lost_syn_ack",
      "c> S 100\n"
      "s> S 300             | SYN_RCVD~ SYN_SENT\n"
      "c> SA 100 ack 301    | SYN_RCVD - # lost\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD\n"
      "c> A 101 ack 301     | ESTABLISHED. ESTABLISHED~\n"
      "s> PA 301+5 ack 101  | ESTABLISHED. ESTABLISHED. conn=0\n" },
    { "self_connect",
      "x> S 100\n"
      "x> SA 100 ack 101    | - ESTABLISHED.\n"
      "x> A 101 ack 101     | ESTABLISHED. ESTABLISHED. conn=0\n"
      "x> PA 101+5 ack 101  | ESTABLISHED. ESTABLISHED. conn=0\n"
      "x> FA 106 ack 106\n"
      "x> A 107 ack 107     | - TIME_WAIT. conn=0\n" },
    { 0 },
};

static const script_case fast_open[] = {
    { "server_takes_the_data_and_answers_at_once",
      "c> S 100+10 tfo      | SYN_SENT SYN_RCVD~\n"
      "s> SA 300 ack 111    | ESTABLISHED~ SYN_RCVD\n"
      "s> PA 301+20 ack 111 | ESTABLISHED~ SYN_RCVD event=DATA\n"
      "c> A 111 ack 321     | ESTABLISHED ESTABLISHED~\n" },
    { "server_leaves_the_data",
      "c> S 100+10 tfo\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD\n"
      "c> PA 101+10 ack 301 | ESTABLISHED ESTABLISHED~\n"
      "s> A 301 ack 111     | ESTABLISHED ESTABLISHED.\n" },
    { "repeated_syn_without_the_data",
      "c> S 100+10 tfo\n"
      "s> SA 300 ack 111    | ESTABLISHED~ SYN_RCVD # lost\n"
      "+1 c> S 100          | SYN_SENT SYN_RCVD conn=0\n"
      "s> SA 300 ack 111    | ESTABLISHED~ SYN_RCVD\n"
      "c> A 111 ack 301     | ESTABLISHED ESTABLISHED~\n" },
    { 0 },
};

static const script_case refusal[] = {
    { "refused",
      "c> S 100             | SYN_SENT -\n"
      "s> RA zero ack 101   | CLOSED~ CLOSED event=RST_REFUSES !connection_refused\n" },
    { "rst_in_syn_sent_needs_an_ack",
      "c> S 100\n"
      "s> R zero            | SYN_SENT - event=RST_IGNORED !-connection_refused\n" },
    { "rst_in_syn_sent_needs_the_right_ack",
      "c> S 100\n"
      "s> RA zero ack 500   | SYN_SENT - event=RST_IGNORED !-connection_refused\n"
      "s> RA zero ack 101   | CLOSED~ CLOSED event=RST_REFUSES !connection_refused\n" },
    { "unanswered",
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "+1 c> S 100          | SYN_SENT SYN_RCVD~ event=SYN_REPEATED\n"
      "+2 c> S 100          | SYN_SENT SYN_RCVD~ event=SYN_REPEATED\n"
      "+200 tick\n"
      "end                  | !syn_unanswered !-handshake_incomplete !-connection_refused\n" },
    { "third_ack_never_comes",
      "c> S 100\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD\n"
      "+1 s> SA 300 ack 101\n"
      "+3 s> SA 300 ack 101 | - SYN_RCVD\n"
      "+200 tick\n"
      "end                  | !handshake_incomplete\n" },
    { "unreachable_by_icmp",
      "c> S 100             | SYN_SENT -\n"
      "icmp c 100           | CLOSED~ - event=ICMP_UNREACHABLE\n" },
    { "icmp_is_a_soft_error_once_open",
      SCRIPT_OPEN
      "c> PA 111+10 ack 311\n"
      "icmp c 111           | ESTABLISHED ESTABLISHED event=ICMP_SOFT transition=0\n" },
    { "bare_ack_answers_the_syn", /* a half-open peer, or one in TIME_WAIT */
      "c> S 5000            | SYN_SENT -\n"
      "s> A 300 ack 101     | SYN_SENT -\n"
      "c> R 101             | SYN_SENT. CLOSED.\n"
      "+1 c> S 5000         | SYN_SENT SYN_RCVD~\n"
      "s> SA 900 ack 5001   | ESTABLISHED~ SYN_RCVD\n" },
    { "syn_ack_alone_is_backscatter",
      "s> SA 300 ack 101    | - SYN_RCVD.\n"
      "c> R 101             | CLOSED. -\n" },
    { "rst_alone_is_backscatter",
      "s> R 300             | - CLOSED. event=BACKSCATTER !-reset\n" },
    { 0 },
};

static const script_case incarnations[] = {
    { "syn_on_established_changes_nothing",
      SCRIPT_OPEN
      "c> S 9000            | - ESTABLISHED event=SYN_ON_LIVE conn=0\n"
      "s> A 311 ack 111     | - ESTABLISHED event=CHALLENGE_ACK conn=0\n"
      "c> PA 111+5 ack 311  | ESTABLISHED ESTABLISHED conn=0 # the SYN was forged or old\n" },
    { "syn_ack_splits_them",
      SCRIPT_OPEN
      "+90 c> S 9000\n"
      "s> SA 20000 ack 9001 | ESTABLISHED~ SYN_RCVD conn=1\n"
      "c> A 9001 ack 20001  | ESTABLISHED ESTABLISHED~ conn=1\n" },
    { "same_isn_again",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> FA 311 ack 112\n"
      "c> A 112 ack 312     | TIME_WAIT CLOSED~\n"
      "+120 c> S 100        | SYN_SENT SYN_RCVD~ conn=1 event=SYN\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD conn=1\n" },
    { "lower_isn_after_a_reset",
      SCRIPT_OPEN
      "c> R 111             | CLOSED CLOSED~\n"
      "+1 c> S 50           | SYN_SENT SYN_RCVD~ conn=1\n" },
    { "repeated_syn_is_none",
      "c> S 100\n"
      "+1 c> S 100          | SYN_SENT SYN_RCVD~ conn=0 event=SYN_REPEATED\n"
      "+2 c> S 100          | SYN_SENT SYN_RCVD~ conn=0 event=SYN_REPEATED\n" },
    { "syn_with_another_isn_after_a_refusal",
      "c> S 100\n"
      "s> RA zero ack 101   | CLOSED~ CLOSED conn=0\n"
      "+1 c> S 7000         | SYN_SENT SYN_RCVD~ conn=1\n" },
    { 0 },
};
/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("handshake", handshake);
    script_add_cases("fast_open", fast_open);
    script_add_cases("refusal", refusal);
    script_add_cases("incarnations", incarnations);
    return g_test_run();
}

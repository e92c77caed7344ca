/* test_sight.c: what a capture does not show, shows twice, late, or only in part.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "script.h"

/* clang-format off */
static const script_case certainty[] = {
    { "a_segment_proves_its_sender_only",
      "c> S 100            | SYN_SENT SYN_RCVD~\n"
      "s> SA 300 ack 101   | ESTABLISHED~ SYN_RCVD\n"
      "c> A 101 ack 301    | ESTABLISHED ESTABLISHED~\n"
      "s> A 301 ack 101    | ESTABLISHED ESTABLISHED~ # a challenge ACK of SYN_RCVD looks the same\n"
      "c> PA 101+10 ack 301\n"
      "s> A 301 ack 111    | ESTABLISHED ESTABLISHED\n" },
    { "data_changes_nothing",
      SCRIPT_OPEN
      "c> PA 111+10 ack 311 | ESTABLISHED ESTABLISHED transition=0\n" },
    { "since_is_the_frame_in_which_it_began",
      SCRIPT_OPEN /* frames 1 to 6 */
      "c> PA 111+10 ack 311 | ESTABLISHED ESTABLISHED since=2,3\n"
      "c> FA 121 ack 311    | FIN_WAIT_1 CLOSE_WAIT~ since=8,8\n"
      "s> A 311 ack 122     | FIN_WAIT_2~ CLOSE_WAIT since=9,8\n" },
    { 0 },
};

static const script_case joined_late[] = {
    { "data_makes_established_likely",
      "c> PA 1000+10 ack 5000 | ESTABLISHED~ UNKNOWN?/ESTABLISHED~\n"
      "s> A 5000 ack 1010     | ESTABLISHED~ ESTABLISHED~\n" },
    { "then_a_normal_close",
      "c> PA 1000+10 ack 5000\n"
      "s> PA 5000+10 ack 1010\n"
      "c> FA 1010 ack 5010   | FIN_WAIT_1. CLOSE_WAIT~\n"
      "s> A 5010 ack 1011    | FIN_WAIT_2~ CLOSE_WAIT.\n"
      "s> FA 5010 ack 1011   | TIME_WAIT~ LAST_ACK.\n"
      "c> A 1011 ack 5011    | TIME_WAIT. CLOSED~\n" },
    { "begins_with_a_fin",
      "c> FA 1000 ack 5000   | FIN_WAIT_1./LAST_ACK. -\n"
      "s> A 5000 ack 1001    | - -\n"
      "s> FA 5000 ack 1001   | TIME_WAIT~ LAST_ACK.\n"
      "c> A 1001 ack 5001    | TIME_WAIT. CLOSED~\n" },
    { "begins_with_a_rst",
      "c> RA 1000 ack 5000   | CLOSED. -\n" },
    { "the_port_tells_the_roles",
      "s> PA 5000+10 ack 1000 | - ESTABLISHED~ client=c basis=port\n" },
    { "without_window_scale_nothing_is_out_of_it",
      "c> A 1000 ack 5000\n"
      "s> A 5000 ack 1000 win 100 # perhaps scaled\n"
      "c> PA 1000+1400 ack 5000\n"
      "c> PA 2400+1400 ack 5000\n"
      "c> FA 3800 ack 5000   | FIN_WAIT_1. CLOSE_WAIT~\n"
      "s> A 5000 ack 3801    | FIN_WAIT_2~ CLOSE_WAIT.\n" },
    { "options_that_were_cut_may_have_held_a_window_scale",
      "c> S 100 cut\n"
      "s> SA 300 ack 101 win 65535 cut\n"
      "c> A 101 ack 301 win 100 cut\n"
      "c> PA 101+10 ack 301 win 100 cut\n"
      /* what comes before it was lost */
      "s> A 1701+1400 ack 111 win 100 cut | - - event=DATA\n" },
    { "options_that_are_not_there_are_no_window_scale",
      "c> S 100\n"
      "s> SA 300 ack 101 win 65535\n"
      "c> A 101 ack 301 win 100\n"
      "c> PA 101+10 ack 301 win 100\n"
      "s> A 1701+1400 ack 111 win 100 | - - event=OUT_OF_WINDOW\n" },
    { 0 },
};

static const script_case one_direction[] = {
    { "the_client_alone_closes_first",
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~\n"
      "c> PA 101+10 ack 301 | ESTABLISHED ESTABLISHED~\n"
      "c> A 111 ack 321     | ESTABLISHED~ ESTABLISHED~ # a FIN may be among what it acknowledges\n"
      "c> FA 111 ack 321    | FIN_WAIT_1~ CLOSE_WAIT~\n"
      "c> A 112 ack 322     | TIME_WAIT~/CLOSING~ CLOSED~\n" },
    { "the_server_alone",
      "s> SA 300 ack 101    | - SYN_RCVD.\n"
      "s> A 301 ack 111     | - ESTABLISHED.\n"
      "s> PA 301+10 ack 111 | - ESTABLISHED.\n"
      "s> FA 311 ack 111    | - FIN_WAIT_1.\n" },
    { 0 },
};

static const script_case gaps[] = {
    { "ack_of_uncaptured_data_is_evidence",
      SCRIPT_OPEN
      "s> A 311 ack 500     | ESTABLISHED~ ESTABLISHED~ # a FIN may be among it\n"
      "c> PA 500+10 ack 311 | ESTABLISHED. ESTABLISHED.\n"
      "c> FA 510 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 311 ack 511     | FIN_WAIT_2~ CLOSE_WAIT\n" },
    { "data_beyond_a_gap_that_the_peer_acknowledges",
      SCRIPT_OPEN
      "c> FA 500 ack 311    | FIN_WAIT_1 - # 111 to 499 were not captured\n"
      "s> A 311 ack 501     | FIN_WAIT_2~ CLOSE_WAIT # but they arrived\n" },
    { "ack_of_an_uncaptured_fin",
      SCRIPT_OPEN
      "s> A 311 ack 112     | - -\n"
      "s> FA 311 ack 112    | - -\n"
      "c> A 112 ack 312     | - -\n"
      "c> A 112 ack 312     | - - conn=0\n" },
    { "handshake_without_its_syn_ack",
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~\n"
      "s> PA 301+10 ack 101 | ESTABLISHED ESTABLISHED\n" },
    { 0 },
};

static const script_case copies[] = {
    { "change_nothing",
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "copy                 | SYN_SENT SYN_RCVD~ event=DUPLICATE transition=0\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD\n"
      "copy                 | ESTABLISHED~ SYN_RCVD event=DUPLICATE transition=0\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~\n"
      "copy                 | ESTABLISHED ESTABLISHED~ event=DUPLICATE transition=0\n"
      "s> PA 301+10 ack 101 | ESTABLISHED ESTABLISHED event=DATA\n"
      "copy                 | ESTABLISHED ESTABLISHED event=DUPLICATE\n"
      "c> FA 101 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "copy                 | FIN_WAIT_1 CLOSE_WAIT~ event=DUPLICATE transition=0\n"
      "s> FA 311 ack 102    | TIME_WAIT~ LAST_ACK\n"
      "copy                 | TIME_WAIT~ LAST_ACK event=DUPLICATE transition=0\n"
      "c> A 102 ack 312     | TIME_WAIT CLOSED~\n"
      "copy                 | TIME_WAIT CLOSED~ event=DUPLICATE transition=0 conn=0\n" },
    { "late_data_is_an_old_one",
      SCRIPT_OPEN
      "c> PA 111+10 ack 311\n"
      "s> A 311 ack 121\n"
      "c> FA 121 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 311 ack 122     | FIN_WAIT_2~ CLOSE_WAIT\n"
      "c> PA 111+10 ack 311 | - CLOSE_WAIT # late or again\n"
      "s> A 311 ack 122     | FIN_WAIT_2. CLOSE_WAIT\n" },
    { 0 },
};

static const script_case odd_flags[] = {
    { "null",
      SCRIPT_OPEN "c> - 111 | ESTABLISHED ESTABLISHED event=ILLEGAL_FLAGS transition=0\n" },
    { "fin_without_ack",
      SCRIPT_OPEN "c> F 111 | ESTABLISHED ESTABLISHED event=ILLEGAL_FLAGS transition=0\n" },
    { "xmas",
      SCRIPT_OPEN "c> FPU 111 | ESTABLISHED ESTABLISHED event=ILLEGAL_FLAGS transition=0\n" },
    { "syn_and_fin",
      SCRIPT_OPEN "c> SF 111 | ESTABLISHED ESTABLISHED event=ILLEGAL_FLAGS transition=0\n" },
    { "syn_and_rst",
      SCRIPT_OPEN "c> SR 111 | ESTABLISHED ESTABLISHED event=ILLEGAL_FLAGS transition=0\n" },
    { "alone_open_nothing",
      "c> SF 100 | - - event=ILLEGAL_FLAGS transition=0\n"
      "c> - 100  | - - event=ILLEGAL_FLAGS transition=0\n" },
    { 0 },
};
/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("certainty", certainty);
    script_add_cases("joined_late", joined_late);
    script_add_cases("one_direction", one_direction);
    script_add_cases("gaps", gaps);
    script_add_cases("copies", copies);
    script_add_cases("odd_flags", odd_flags);
    return g_test_run();
}

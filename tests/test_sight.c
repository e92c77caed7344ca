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
    { "are_shown_as_the_first_was",
      SCRIPT_OPEN
      "c> FA 124 ack 311    | FIN_WAIT_1 -\n"
      "copy                 | FIN_WAIT_1 - event=DUPLICATE\n"
      "c> PA 111+13 ack 311 | FIN_WAIT_1~ CLOSE_WAIT~\n"
      "+0 copy              | FIN_WAIT_1~ CLOSE_WAIT~ event=DUPLICATE\n" },
    { "are_shown_as_the_first_was_before_a_fin",
      SCRIPT_OPEN
      "c> PA 111+13 ack 311 id 7 | ESTABLISHED ESTABLISHED\n"
      "+0.0001 c> FA 124 ack 311 id 8 | FIN_WAIT_1 CLOSE_WAIT~\n"
      "+0.0001 c> PA 111+13 ack 311 id 7 | ESTABLISHED~ CLOSE_WAIT~ event=DUPLICATE\n" },
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
static const script_case overtaken[] = {
    { "one_byte_is_no_fin",
      SCRIPT_OPEN
      "c> PA 111+1 ack 311  | ESTABLISHED ESTABLISHED\n"
      "s> A 312 ack 112     | CLOSE_WAIT~/ESTABLISHED~ FIN_WAIT_1~ # overtook the byte, and is like an ACK behind a FIN\n"
      "s> PA 311+1 ack 112  | ESTABLISHED. ESTABLISHED.\n"
      "c> A 112 ack 312     | ESTABLISHED ESTABLISHED\n"
      "c> FA 112 ack 312    | FIN_WAIT_1 CLOSE_WAIT~ closed_by=client !-simultaneous_close !-half_close_in_use\n" },
    { "one_byte_is_no_fin_with_timestamps",
      "c> S 100 ts 10/0\n"
      "s> SA 300 ack 101 ts 50/10\n"
      "c> A 101 ack 301 ts 11/50\n"
      "c> PA 101+10 ack 301 ts 12/50\n"
      "s> A 302 ack 111 ts 52/12 | - FIN_WAIT_1~\n"
      "s> PA 301+1 ack 111 ts 52/12 | ESTABLISHED. ESTABLISHED~ event=LATE\n"
      "c> A 111 ack 302 ts 13/52 | ESTABLISHED ESTABLISHED\n" },
    { "one_byte_is_no_fin_of_an_end_that_was_closed_to",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 312 ack 112     | - CLOSING~\n"
      "s> PA 311+1 ack 112  | FIN_WAIT_2~ CLOSE_WAIT.\n"
      "c> A 112 ack 312     | FIN_WAIT_2 CLOSE_WAIT\n" },
    { "one_byte_behind_its_ack_is_no_fin",
      SCRIPT_OPEN
      "c> A 111 ack 312     | CLOSE_WAIT~ FIN_WAIT_2~\n"
      "s> PA 311+1 ack 111  | ESTABLISHED. ESTABLISHED.\n"
      "c> PA 111+10 ack 312 | ESTABLISHED ESTABLISHED\n" },
    { "a_fin_is_one_when_it_comes",
      SCRIPT_OPEN
      "c> PA 111+10 ack 311\n"
      "s> A 312 ack 111     | - FIN_WAIT_1~\n"
      "s> FA 311 ack 111    | CLOSE_WAIT~ FIN_WAIT_1\n"
      "c> A 121 ack 312     | CLOSE_WAIT FIN_WAIT_2~\n"
      "s> A 312 ack 121     | CLOSE_WAIT FIN_WAIT_2~/FIN_WAIT_2\n"
      "c> PA 121+10 ack 312 | CLOSE_WAIT FIN_WAIT_2.\n"
      "s> A 312 ack 131     | CLOSE_WAIT FIN_WAIT_2\n" },
    { "a_fin_is_one_when_it_comes_late",
      "c> S 100 ts 10/0\n"
      "s> SA 300 ack 101 ts 50/10\n"
      "c> A 101 ack 301 ts 11/50\n"
      "c> PA 101+10 ack 301 ts 12/50\n"
      "s> A 302 ack 111 ts 52/12 | - FIN_WAIT_1~\n"
      "s> FA 301 ack 101 ts 51/11 | CLOSE_WAIT~ FIN_WAIT_1\n"
      "c> A 111 ack 302 ts 13/52 | CLOSE_WAIT FIN_WAIT_2~\n"
      "c> PA 111+10 ack 302 ts 14/52 | CLOSE_WAIT FIN_WAIT_2~\n"
      "s> A 302 ack 121 ts 53/14 | CLOSE_WAIT FIN_WAIT_2\n" },
    { "an_older_ack_holds_less",
      SCRIPT_OPEN
      "s> FA 311 ack 111    | CLOSE_WAIT~ FIN_WAIT_1\n"
      "c> PA 121+10 ack 312 | CLOSE_WAIT FIN_WAIT_2~\n"
      "c> PA 131+10 ack 312\n"
      "s> A 312 ack 111 sack 131-141 | CLOSE_WAIT FIN_WAIT_2\n"
      "s> A 312 ack 111     | CLOSE_WAIT FIN_WAIT_2~ event=LATE\n"
      "s> A 312 ack 111 sack 91-101 | CLOSE_WAIT FIN_WAIT_2~ event=LATE # of what came twice\n"
      "s> A 312 ack 111 sack 121-141 | CLOSE_WAIT FIN_WAIT_2\n" },
    { 0 },
};

/* A FIN that was lost before it was captured. */
static const script_case lost_fins[] = {
    { "before_the_peers_arrived",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 312 ack 112     | - CLOSING~ # it answers c's FIN at once, from behind its own\n"
      "+0.3 s> FA 311 ack 112 | - CLOSING~\n"
      "c> A 112 ack 312     | TIME_WAIT TIME_WAIT~\n" },
    { "before_the_peers_arrived_as_its_ack_says",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 312 ack 111     | - FIN_WAIT_1~\n"
      "s> A 312 ack 112     | - CLOSING~\n"
      "+0.3 s> FA 311 ack 112 | - CLOSING.\n"
      "c> A 112 ack 312     | TIME_WAIT. TIME_WAIT~\n" },
    { "after_the_peers_arrived",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT\n"
      "+5 s> A 312 ack 112  | TIME_WAIT~/FIN_WAIT_2~ LAST_ACK~ # after an ACK of c's FIN from before its own\n"
      "+0.3 s> FA 311 ack 112 | - LAST_ACK.\n"
      "c> A 112 ack 312     | TIME_WAIT CLOSED~\n" },
    { "behind_data_that_was_lost_too",
      SCRIPT_OPEN
      "c> PA 111+10 ack 311\n"
      "c> PA 131+10 ack 311 | ESTABLISHED ESTABLISHED.\n"
      "s> A 311 ack 121 sack 131-141\n"
      "+0.3 c> PA 121+10 ack 311 | ESTABLISHED~ ESTABLISHED. # and a FIN at 141 may have been sent\n"
      "c> FA 141 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n" },
    { "new_data_has_none_before_it",
      SCRIPT_OPEN
      "c> PA 131+10 ack 311 | ESTABLISHED -\n"
      "c> PA 141+10 ack 311 | ESTABLISHED -\n" },
    { "not_its_ack",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "tick\n"
      "+0.3 tick            \n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT why=ACK_OF_FIN_ON_ITS_WAY,-\n"
      "s> FA 311 ack 112    | TIME_WAIT~ LAST_ACK\n"
      "c> A 112 ack 312     | TIME_WAIT CLOSED~\n" },
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
    script_add_cases("overtaken", overtaken);
    script_add_cases("lost_fins", lost_fins);
    script_add_cases("odd_flags", odd_flags);
    return g_test_run();
}

/* test_close.c: FINs and their acknowledgements, TIME_WAIT, half-closes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "script.h"

/* c has closed first, both FINs are acknowledged: c in TIME_WAIT, its RCV.NXT 312. */
#define CLOSED_BY_C                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "c> FA 111 ack 311\n"                                                                                              \
    "s> A 311 ack 112\n"                                                                                               \
    "s> FA 311 ack 112    | TIME_WAIT~ LAST_ACK\n"                                                                     \
    "c> A 112 ack 312     | TIME_WAIT CLOSED~\n"

/* The same by s, which is then the end that takes a new SYN; its RCV.NXT is 112. */
#define CLOSED_BY_S                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "s> FA 311 ack 111\n"                                                                                              \
    "c> A 111 ack 312\n"                                                                                               \
    "c> FA 111 ack 312    | LAST_ACK TIME_WAIT~\n"                                                                     \
    "s> A 312 ack 112     | CLOSED~ TIME_WAIT\n"

/* clang-format off */
static const script_case fin[] = {
    { "ack_must_cover_it",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 311 ack 111     | FIN_WAIT_1 ESTABLISHED. # sent before the FIN arrived\n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT event=ACK_OF_FIN\n" },
    { "carries_data",
      SCRIPT_OPEN
      "c> FPA 111+50 ack 311 | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 311 ack 161     | FIN_WAIT_1 - # the data, not the FIN\n"
      "s> A 311 ack 162     | FIN_WAIT_2~ CLOSE_WAIT\n" },
    { "repeated_is_no_second_close",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "+0.3 c> FA 111 ack 311 | FIN_WAIT_1 CLOSE_WAIT. event=FIN_REPEATED\n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT closed_by=client\n" },
    { "repeated_takes_its_ack_back",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT # lost\n"
      "+0.3 c> FA 111 ack 311 | FIN_WAIT_1 CLOSE_WAIT event=FIN_REPEATED\n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT\n" },
    { "ahead_of_missing_data_waits",
      SCRIPT_OPEN
      "c> FA 121 ack 311    | FIN_WAIT_1 ESTABLISHED. event=FIN_EARLY\n"
      "s> A 311 ack 111 sack 121-122 | FIN_WAIT_1 ESTABLISHED\n"
      "c> PA 111+10 ack 311 | FIN_WAIT_1. CLOSE_WAIT~ # fills the gap; sent again, or overtaken\n"
      "s> A 311 ack 122     | FIN_WAIT_2~ CLOSE_WAIT\n" },
    { "data_still_under_way_when_the_peer_sends",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> PA 311+5 ack 111  | FIN_WAIT_1 ESTABLISHED. event=DATA\n"
      "+0.3 c> FA 111 ack 316 | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 316 ack 112     | FIN_WAIT_2~ CLOSE_WAIT\n" },
    { "data_beyond_its_own",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112\n"
      "c> PA 112+5 ack 311  | FIN_WAIT_2. CLOSE_WAIT event=DATA_AFTER_FIN\n" },
    { "data_of_the_other_side_is_a_half_close_in_use",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112\n"
      "+8 s> PA 311+5 ack 112 | FIN_WAIT_2~ CLOSE_WAIT event=DATA\n"
      "c> A 112 ack 316     | FIN_WAIT_2 CLOSE_WAIT\n"
      "+8 s> PA 316+5 ack 112 | FIN_WAIT_2 CLOSE_WAIT event=DATA\n"
      "+8 s> PA 321+5 ack 112 | FIN_WAIT_2 CLOSE_WAIT event=DATA !-close_wait_lingering\n"
      "s> FA 326 ack 112    | TIME_WAIT~ LAST_ACK !-close_wait_lingering\n" },
    { "answered_in_one_segment",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> FA 311 ack 112    | TIME_WAIT~ LAST_ACK event=FIN_AND_ACK_OF_FIN\n"
      "c> A 112 ack 312     | TIME_WAIT CLOSED~\n" },
    { "answered_in_one_segment_by_bsd", /* which may be its second: its first was lost before the capture, and crossed c's */
      "c> S 100 ts 1000/0 ws 7\n"
      "s> SA 300 ack 101 ts 5000/1000 ws 6\n"
      "c> A 101 ack 301 ts 1010/5000\n"
      "c> FA 101 ack 301 ts 1020/5000 | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> FA 301 ack 102 ts 5030/1020 | TIME_WAIT~ LAST_ACK~ why=-,CLOSE_ORDER\n" },
    { "answered_in_one_segment_by_linux", /* which answers a FIN that crosses its own by an ACK alone */
      "c> S 100 ts 1000/0 ws 7\n"
      "s> SA 300 ack 101 ts 5000/1000 ws 7\n"
      "c> A 101 ack 301 ts 1010/5000\n"
      "c> FA 101 ack 301 ts 1020/5000 | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> FA 301 ack 102 ts 5030/1020 | TIME_WAIT~ LAST_ACK\n" },
    { "answered_by_bsd_when_its_application_closes",
      "c> S 100 ts 1000/0 ws 7\n"
      "s> SA 300 ack 101 ts 5000/1000 ws 6\n"
      "c> A 101 ack 301 ts 1010/5000\n"
      "c> FA 101 ack 301 ts 1020/5000 | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> A 301 ack 102 ts 5030/1020 | FIN_WAIT_2~ CLOSE_WAIT\n"
      "s> FA 301 ack 102 ts 5040/1020 | TIME_WAIT~ LAST_ACK\n" },
    { "challenge_ack_in_last_ack_covers_none",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112\n"
      "s> FA 311 ack 112    | TIME_WAIT~ LAST_ACK\n"
      "c> A 112 ack 311     | FIN_WAIT_2. LAST_ACK # it knows nothing of the FIN yet\n"
      "c> A 112 ack 312     | TIME_WAIT CLOSED~\n" },
    { "keepalive_probe_is_none",
      SCRIPT_OPEN
      "+60 c> A 110 ack 311 | ESTABLISHED ESTABLISHED event=KEEPALIVE transition=0\n"
      "s> A 311 ack 111     | ESTABLISHED ESTABLISHED\n"
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112\n"
      "+60 c> A 111 ack 311 | FIN_WAIT_2. CLOSE_WAIT event=KEEPALIVE # its number is the FIN's\n"
      "s> A 311 ack 112     | FIN_WAIT_2. CLOSE_WAIT\n" },
    { "last_ack_lost",
      CLOSED_BY_C
      "+0.3 s> FA 311 ack 112 | TIME_WAIT LAST_ACK event=FIN_REPEATED\n"
      "c> A 112 ack 312     | TIME_WAIT LAST_ACK~ # whatever kept the first from it may keep this one\n" },
    { "crossing_ones_end_both_in_time_wait",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> FA 311 ack 111    | CLOSING~ FIN_WAIT_1\n"
      "s> A 312 ack 112     | TIME_WAIT~ CLOSING\n"
      "c> A 112 ack 312     | TIME_WAIT./CLOSING. TIME_WAIT~\n" },
    { "crossing_ones_and_one_is_lost",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> FA 311 ack 111    | CLOSING~ FIN_WAIT_1\n"
      "+0.3 c> FA 111 ack 311 | FIN_WAIT_1 - # has seen nothing of s's FIN\n"
      "+0.3 s> FA 311 ack 112 | TIME_WAIT~ CLOSING\n"
      "c> A 112 ack 312     | TIME_WAIT. TIME_WAIT~\n" },
    { 0 },
};

static const script_case time_wait[] = {
    { "ends_by_itself",
      CLOSED_BY_C
      "+61 s> FA 311 ack 112 | CLOSED. LAST_ACK before=CLOSED^,-\n" },
    { "lasts_as_long_as_the_preference_says",
      "two_msl 240\n" CLOSED_BY_C
      "+61 s> FA 311 ack 112 | TIME_WAIT~ LAST_ACK before=TIME_WAIT~,- # some keep it for 10 s only\n" },
    { "restarts_at_a_repeated_fin",
      CLOSED_BY_C
      "+50 s> FA 311 ack 112 | TIME_WAIT~ LAST_ACK\n"
      "c> A 112 ack 312      | TIME_WAIT LAST_ACK~\n"
      "+50 s> FA 311 ack 112 | TIME_WAIT. LAST_ACK before=TIME_WAIT.,-\n" },
    { "assassinated_by_a_rst",
      CLOSED_BY_C
      "s> R 312              | CLOSED~ CLOSED\n" },
    { "a_higher_syn_opens_anew",
      CLOSED_BY_S
      "+1 c> S 5000          | SYN_SENT SYN_RCVD~ conn=1\n"
      "s> SA 90000 ack 5001  | ESTABLISHED~ SYN_RCVD conn=1\n" },
    { "a_lower_syn_is_acknowledged_and_reset",
      CLOSED_BY_S
      "+1 c> S 50            | SYN_SENT TIME_WAIT\n"
      "s> A 312 ack 112      | SYN_SENT TIME_WAIT\n"
      "c> R 112              | SYN_SENT. CLOSED~\n"
      "+1 c> S 50            | SYN_SENT SYN_RCVD~\n"
      "s> SA 90000 ack 51    | ESTABLISHED~ SYN_RCVD conn=1\n" },
    { "a_lower_syn_with_a_newer_timestamp_opens_anew",
      "c> S 100 ts 1000/0\n"
      "s> SA 300 ack 101 ts 5000/1000\n"
      "c> A 101 ack 301 ts 1001/5000\n"
      "s> FA 301 ack 101 ts 5002/1001\n"
      "c> FA 101 ack 302 ts 1003/5002\n"
      "s> A 302 ack 102 ts 5004/1003 | CLOSED~ TIME_WAIT\n"
      "+2 c> S 50 ts 3000/0  | SYN_SENT SYN_RCVD~ conn=1\n" },
    { "fin_wait_2_may_have_timed_out", /* an orphan; then data meets nothing */
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112      | FIN_WAIT_2~ CLOSE_WAIT\n"
      "+90 s> PA 311+5 ack 112 | - CLOSE_WAIT\n"
      "c> R 112              | CLOSED CLOSED~\n" },
    { 0 },
};

static const script_case findings[] = {
    { "close_wait_lingers",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112 | FIN_WAIT_2~ CLOSE_WAIT\n"
      "+5 tick          | !-close_wait_lingering\n"
      "+6 tick\n"
      "end              | !close_wait_lingering !-handshake_incomplete !-missing_final_ack !-reset\n" },
    { "close_wait_within_the_limit",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112\n"
      "+5 tick\n"
      "end              | !-close_wait_lingering\n" },
    { "close_wait_by_preference",
      "linger 2\n" SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112\n"
      "+5 s> FA 311 ack 112 | !close_wait_lingering\n" },
    { "close_wait_found_when_it_closes_at_last",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> A 311 ack 112\n"
      "+12 s> FA 311 ack 112 | !close_wait_lingering\n" },
    { "a_normal_close_has_none",
      CLOSED_BY_C
      "+100 tick\n"
      "end              | !-close_wait_lingering !-missing_final_ack !-reset !-handshake_incomplete !-connection_refused\n" },
    { "missing_final_ack",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> FA 311 ack 112 | TIME_WAIT~ LAST_ACK\n"
      "+0.3 s> FA 311 ack 112 | - LAST_ACK\n"
      "+0.6 s> FA 311 ack 112 | - LAST_ACK\n"
      "+100 tick\n"
      "end               | !missing_final_ack\n" },
    { "a_capture_that_stops_early_misses_no_final_ack",
      SCRIPT_OPEN
      "c> FA 111 ack 311\n"
      "s> FA 311 ack 112 | TIME_WAIT~ LAST_ACK\n"
      "end               | !-missing_final_ack\n" },
    { "an_acknowledged_fin_misses_no_final_ack",
      CLOSED_BY_C
      "+0.3 s> FA 311 ack 112\n"
      "c> A 112 ack 312\n"
      "+100 tick\n"
      "end               | !-missing_final_ack\n" },
    { 0 },
};
/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("fin", fin);
    script_add_cases("time_wait", time_wait);
    script_add_cases("findings", findings);
    return g_test_run();
}

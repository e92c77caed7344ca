/* test_evidence.c: what gives a row of evidence.def that no capture of the collection gives, and what nearly does. evidence.tsv names
 * the cases.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "script.h"

#include <glib.h>

/* c is in TIME_WAIT from frame 9 on. */
#define CLOSED_BY_C                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "c> FA 111 ack 311\n"                                                                                              \
    "s> FA 311 ack 112\n"                                                                                              \
    "c> A 112 ack 312 | TIME_WAIT CLOSED~\n"

static const script_case cases[] = {
    {"ack_from_syn_rcvd", "c> S 100\n"
                          "s> SA 300 ack 101\n"
                          "s> A 301 ack 101 | ESTABLISHED~ ESTABLISHED~ why=-,ACK_FROM_SYN_RCVD\n"},
    {"data_from_syn_rcvd", "c> S 100\n"
                           "s> SA 300 ack 101\n"
                           "s> PA 301+10 ack 101 | ESTABLISHED~ ESTABLISHED why=-,!ACK_FROM_SYN_RCVD\n"},

    /* Nothing of s is captured before frame 2 shows that it has acknowledged. */
    {"answered_unseen", "c> PA 111+10 ack 311\n"
                        "c> PA 121+10 ack 321 | ESTABLISHED~ ESTABLISHED~ why=-,ANSWERED_UNSEEN\n"},
    {"not_answered", "c> PA 111+10 ack 311\n"
                     "c> PA 121+10 ack 311 | ESTABLISHED~ - why=-,!ANSWERED_UNSEEN\n"},

    {"aborted", "c> S 100\n"
                "c> RA 101 ack 1 | CLOSED LISTEN~ why=ABORTED,-\n"},
    {"reset_after_syn_ack", "c> S 100\n"
                            "s> SA 300 ack 101\n"
                            "c> R 101 | CLOSED LISTEN~ why=!ABORTED,-\n"},

    {"unseen_ack", "c> S 100\n"
                   "c> A 101 ack 301\n"
                   "c> FA 101 ack 301\n"
                   "+1 c> A 102 ack 301 | FIN_WAIT_2~ CLOSE_WAIT~ why=UNSEEN_ACK,-\n"},
    {"fin_again_unseen", "c> S 100\n"
                         "c> A 101 ack 301\n"
                         "c> FA 101 ack 301\n"
                         "+1 c> FA 101 ack 301 | FIN_WAIT_1 - why=!UNSEEN_ACK,-\n"},

    {"fin_not_repeated", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                     "+10 c> A 112 ack 311 | FIN_WAIT_2~ CLOSE_WAIT~ why=NOT_REPEATED,-\n"},
    {"too_soon_to_repeat_fin", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                           "c> A 112 ack 311 | FIN_WAIT_1 CLOSE_WAIT~ why=!NOT_REPEATED,-\n"},

    {"two_msl", CLOSED_BY_C "+61 s> FA 311 ack 112 | CLOSED^ LAST_ACK why=TWO_MSL,-\n"},
    {"nearly_two_msl", CLOSED_BY_C "+50 s> FA 311 ack 112 | - LAST_ACK why=!TWO_MSL,-\n"},

    {"short_time_wait", CLOSED_BY_C "+20 s> FA 311 ack 112 | TIME_WAIT~ LAST_ACK why=SHORT_TIME_WAIT,-\n"},
    {"long_time_wait", CLOSED_BY_C "+9 s> FA 311 ack 112 | TIME_WAIT LAST_ACK why=!SHORT_TIME_WAIT,-\n"},

    {"still_in_time_wait", CLOSED_BY_C "+61 s> FA 311 ack 112 | CLOSED^ LAST_ACK\n"
                                       "c> A 112 ack 312 | TIME_WAIT - why=STILL_IN_TIME_WAIT,-\n"},
    {"in_time_wait", CLOSED_BY_C "+5 s> FA 311 ack 112 | TIME_WAIT LAST_ACK\n"
                                 "c> A 112 ack 312 | TIME_WAIT - why=!STILL_IN_TIME_WAIT,-\n"},

    {"rst_in_time_wait_of_bsd", "c> S 100 ts 1000/0 ws 6\n"
                                "s> SA 300 ack 101 ts 5000/1000 ws 7\n"
                                "c> A 101 ack 301 ts 1010/5000\n"
                                "c> FA 101 ack 301 ts 1020/5000\n"
                                "s> A 301 ack 102 ts 5030/1020\n"
                                "s> FA 301 ack 102 ts 5040/1020\n"
                                "c> A 102 ack 302 ts 1060/5040 | TIME_WAIT CLOSED~\n"
                                "s> R 302 | TIME_WAIT~ - why=OUTLIVES_RST,-\n"},
    {"rst_in_time_wait_of_linux", "c> S 100 ts 1000/0 ws 7\n"
                                  "s> SA 300 ack 101 ts 5000/1000 ws 7\n"
                                  "c> A 101 ack 301 ts 1010/5000\n"
                                  "c> FA 101 ack 301 ts 1020/5000\n"
                                  "s> A 301 ack 102 ts 5030/1020\n"
                                  "s> FA 301 ack 102 ts 5040/1020\n"
                                  "c> A 102 ack 302 ts 1060/5040 | TIME_WAIT CLOSED~\n"
                                  "s> R 302 | CLOSED~ - why=!OUTLIVES_RST,-\n"},

    /* captured at s's host, whose service takes a second connection as it took the first */
    {"syn_at_home", "home server\n" SCRIPT_OPEN "c> R 111\n"
                    "+300 c> S 5000 | SYN_SENT SYN_RCVD why=-,SYN_AT_HOME\n"},
    {"first_syn_at_home", "home server\n"
                          "c> S 100 | SYN_SENT SYN_RCVD~ why=-,!SYN_AT_HOME\n"},
    {"syn_on_the_path", SCRIPT_OPEN "c> R 111\n"
                                    "+300 c> S 5000 | SYN_SENT SYN_RCVD~ why=-,!SYN_AT_HOME\n"},
    {"syn_after_one_refused", "home server\n"
                              "c> S 100\n"
                              "s> RA zero ack 101\n"
                              "+300 c> S 5000 | SYN_SENT SYN_RCVD~ why=-,!SYN_AT_HOME\n"},
    /* some stacks keep TIME_WAIT whatever RST comes (RFC 1337) */
    {"syn_where_time_wait_may_stand", "home server\n" SCRIPT_OPEN "s> FA 311 ack 111\n"
                                      "c> FA 111 ack 312\n"
                                      "s> A 312 ack 112 | - TIME_WAIT\n"
                                      "+1 c> S 50 | SYN_SENT TIME_WAIT\n"
                                      "s> A 312 ack 112\n"
                                      "c> R 112\n"
                                      "c> S 50 | SYN_SENT SYN_RCVD~ why=-,!SYN_AT_HOME\n"},
    {"syn_that_may_end_time_wait", "home server\n" SCRIPT_OPEN "s> FA 311 ack 111\n"
                                   "c> FA 111 ack 312\n"
                                   "s> A 312 ack 112 | - TIME_WAIT\n"
                                   "+1 c> S 5000 | SYN_SENT SYN_RCVD~ why=-,!SYN_AT_HOME\n"},
    {"syn_after_time_wait_elapsed", "home server\n" SCRIPT_OPEN "s> FA 311 ack 111\n"
                                    "c> FA 111 ack 312\n"
                                    "s> A 312 ack 112 | - TIME_WAIT\n"
                                    "+100 c> S 5000 | SYN_SENT SYN_RCVD~ why=-,!SYN_AT_HOME\n"},
    {"syn_after_close", "home server\n" SCRIPT_OPEN "c> FA 111 ack 311\n"
                        "s> FA 311 ack 112\n"
                        "c> A 112 ack 312 | TIME_WAIT CLOSED\n"
                        "+100 c> S 5000 | SYN_SENT SYN_RCVD why=-,SYN_AT_HOME\n"},
    {"syn_at_home_left", "home server\n" SCRIPT_OPEN "c> R 111\n"
                         "+300 c> S 5000 | SYN_SENT SYN_RCVD\n"
                         "+1 c> S 5000 | SYN_SENT SYN_RCVD~ why=-,SILENT_AT_HOME\n"},
    {"syn_at_home_at_once_again", "home server\n" SCRIPT_OPEN "c> R 111\n"
                                  "+300 c> S 5000 | SYN_SENT SYN_RCVD\n"
                                  "+0.1 c> S 5000 | SYN_SENT SYN_RCVD why=-,!SILENT_AT_HOME\n"},

    {"syn_ack_at_home", "home client\n"
                        "c> S 100\n"
                        "s> SA 300 ack 101 | ESTABLISHED SYN_RCVD why=SYN_ACK_AT_HOME,-\n"},
    {"syn_ack_far_from_home", "home server\n"
                              "c> S 100\n"
                              "s> SA 300 ack 101 | ESTABLISHED~ SYN_RCVD why=!SYN_ACK_AT_HOME,-\n"},

    {"ack_of_syn_at_home", "home server\n" SCRIPT_OPEN "c> R 111\n"
                           "+300 c> S 5000\n"
                           "s> SA 7000 ack 5001\n"
                           "c> A 5001 ack 7001 | ESTABLISHED ESTABLISHED why=-,ACK_OF_SYN_AT_HOME\n"},
    {"first_ack_of_syn_at_home", "home server\n"
                                 "c> S 100\n"
                                 "s> SA 300 ack 101\n"
                                 "c> A 101 ack 301 | ESTABLISHED ESTABLISHED~ why=-,!ACK_OF_SYN_AT_HOME\n"},
    /* with TCP_DEFER_ACCEPT, or a full queue, the service sends its SYN+ACK again: it takes no more for granted */
    {"ack_of_syn_left", "home server\n" SCRIPT_OPEN "c> R 111\n"
                        "+300 c> S 5000\n"
                        "s> SA 7000 ack 5001\n"
                        "c> A 5001 ack 7001 | ESTABLISHED ESTABLISHED\n"
                        "+1 s> SA 7000 ack 5001 | ESTABLISHED SYN_RCVD\n"
                        "c> A 5001 ack 7001 | ESTABLISHED ESTABLISHED~/SYN_RCVD~ why=-,!ACK_OF_SYN_AT_HOME\n"},

    {"fin_at_home", "home server\n" SCRIPT_OPEN "c> FA 111 ack 311 | FIN_WAIT_1 CLOSE_WAIT why=-,FIN_AT_HOME\n"},
    {"fin_on_the_path", "home path\n" SCRIPT_OPEN "c> FA 111 ack 311 | FIN_WAIT_1 CLOSE_WAIT~ why=-,!FIN_AT_HOME\n"},
    {"fin_at_home_behind_a_gap",
     "home server\n" SCRIPT_OPEN "c> FA 121 ack 311 | FIN_WAIT_1 ESTABLISHED~ why=-,!FIN_AT_HOME\n"},
    {"ack_of_fin_at_home", "home server\n" SCRIPT_OPEN "s> FA 311 ack 111\n"
                           "c> A 111 ack 312 | CLOSE_WAIT FIN_WAIT_2 why=-,ACK_OF_FIN_AT_HOME\n"},
    {"ack_of_fin_far_from_home", "home client\n" SCRIPT_OPEN "s> FA 311 ack 111\n"
                                 "c> A 111 ack 312 | CLOSE_WAIT FIN_WAIT_2~ why=-,!ACK_OF_FIN_AT_HOME\n"},
    {"rst_at_home", "home server\n" SCRIPT_OPEN "c> R 111 | CLOSED CLOSED why=-,RST_AT_HOME\n"},
    {"rst_in_window_at_home", "home server\n" SCRIPT_OPEN "c> R 121 | - ESTABLISHED~ why=-,!RST_AT_HOME\n"},

    /* a packet filter at s's host */
    {"ack_of_fin_dropped_at_home", "home server\n" SCRIPT_OPEN "s> FA 311 ack 111\n"
                                   "c> A 111 ack 312 | CLOSE_WAIT FIN_WAIT_2\n"
                                   "+1 s> FA 311 ack 111 | CLOSE_WAIT FIN_WAIT_1 why=-,DROPPED_AT_HOME\n"},
    {"ack_of_fin_crossed_at_home", "home server\n" SCRIPT_OPEN "s> FA 311 ack 111\n"
                                   "c> A 111 ack 312 | CLOSE_WAIT FIN_WAIT_2\n"
                                   "+0.001 s> FA 311 ack 111 | CLOSE_WAIT FIN_WAIT_1 why=-,!DROPPED_AT_HOME\n"},
    {"fin_dropped_at_home", "home server\n" SCRIPT_OPEN "c> FA 111 ack 311 | FIN_WAIT_1 CLOSE_WAIT\n"
                            "+1 s> PA 311+10 ack 111 | FIN_WAIT_1 ESTABLISHED\n"
                            "c> A 112 ack 321 | FIN_WAIT_1 ESTABLISHED~\n"},
    {"fin_again_at_silent_home", "home server\n" SCRIPT_OPEN "c> FA 111 ack 311 | FIN_WAIT_1 CLOSE_WAIT\n"
                                 "+1 c> FA 111 ack 311 | FIN_WAIT_1 ESTABLISHED~ why=-,SILENT_AT_HOME\n"},
    {"fin_again_at_answering_home", "home server\n" SCRIPT_OPEN "c> FA 111 ack 311\n"
                                    "s> A 311 ack 112 | FIN_WAIT_2~ CLOSE_WAIT\n"
                                    "+1 c> FA 111 ack 311 | FIN_WAIT_1 CLOSE_WAIT why=-,!SILENT_AT_HOME\n"},

    {NULL, NULL},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("evidence", cases);
    return g_test_run();
}

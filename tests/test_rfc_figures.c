/* test_rfc_figures.c: the exchanges drawn in RFC 9293, by their numbers. c is TCP Peer A, s is TCP Peer B.
 *
 * The figures show both ends at once; an observer sees the segments in one order and proves only the sender's state, so the
 * receiver's is presumed (`~`). Numbers are the figures' own where they fit into one connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "script.h"

/* clang-format off */
static const script_case figures[] = {
    { "figure_6_basic_three_way_handshake",
      "c> S 100             | SYN_SENT SYN_RCVD~ event=SYN client=c basis=syn conn=0\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD event=SYN_ACK\n"
      "c> A 101 ack 301     | ESTABLISHED ESTABLISHED~ event=ACK_OF_SYN\n"
      "c> A 101+10 ack 301  | ESTABLISHED ESTABLISHED~ event=DATA transition=0\n"
      "s> A 301 ack 111     | ESTABLISHED ESTABLISHED\n" },

    { "figure_7_simultaneous_connection_synchronization",
      "c> S 100             | SYN_SENT -\n"
      "s> S 300             | SYN_RCVD~ SYN_SENT event=SYN_CROSSED conn=0\n"
      "c> SA 100 ack 301    | SYN_RCVD -\n"
      "s> SA 300 ack 101    | ESTABLISHED~ SYN_RCVD\n"
      "c> A 101 ack 301     | ESTABLISHED. ESTABLISHED~ conn=0\n"
      "s> A 301 ack 101     | ESTABLISHED. ESTABLISHED.\n" },

    { "figure_8_recovery_from_old_duplicate_syn",
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "c> S 90              | SYN_SENT SYN_RCVD~ # the old duplicate, delivered first\n"
      "s> SA 300 ack 91     | - SYN_RCVD # that 90 is old, only the RST tells\n"
      "c> R 91              | - LISTEN~/SYN_RCVD~ # SYN_RCVD: the SYN of 100 is behind the RST\n"
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "s> SA 400 ack 101    | ESTABLISHED~ SYN_RCVD\n"
      "c> A 101 ack 401     | ESTABLISHED ESTABLISHED~\n" },

    { "figure_8_as_peer_a_sees_it",
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "s> SA 300 ack 91     | SYN_SENT SYN_RCVD.\n"
      "c> R 91              | SYN_SENT. LISTEN~/SYN_RCVD~\n"
      "s> SA 400 ack 101    | ESTABLISHED~ SYN_RCVD\n"
      "c> A 101 ack 401     | ESTABLISHED ESTABLISHED~\n" },

    { "figure_8_as_peer_b_sees_it",
      "c> S 90              | SYN_SENT SYN_RCVD~\n"
      "s> SA 300 ack 91     | ESTABLISHED~ SYN_RCVD\n"
      "c> R 91              | - LISTEN~\n"
      "c> S 100             | SYN_SENT SYN_RCVD~\n"
      "s> SA 400 ack 101    | ESTABLISHED~ SYN_RCVD\n"
      "c> A 101 ack 401     | ESTABLISHED ESTABLISHED~\n" },

    { "figure_9_half_open_connection_discovery",
      SCRIPT_OPEN
      "+30 c> S 900         | SYN_SENT. ESTABLISHED # c has crashed and begins anew\n"
      "s> A 311 ack 111     | SYN_SENT. ESTABLISHED event=CHALLENGE_ACK conn=0\n"
      "c> R 111             | - CLOSED~ conn=0\n"
      "+1 c> S 900          | SYN_SENT SYN_RCVD~ conn=1\n"
      "s> SA 7000 ack 901   | ESTABLISHED~ SYN_RCVD conn=1\n"
      "c> A 901 ack 7001    | ESTABLISHED ESTABLISHED~\n" },

    { "figure_10_active_side_causes_half_open_discovery",
      SCRIPT_OPEN
      "+30 s> PA 311+10 ack 111 | - ESTABLISHED # c has crashed in silence\n"
      "c> R 111             | CLOSED CLOSED~\n" },

    { "figure_11_old_duplicate_syn_initiates_reset_on_two_passive_sockets",
      "c> S 100             | - SYN_RCVD~ # an old duplicate; c is in LISTEN\n"
      "s> SA 300 ack 101    | - SYN_RCVD\n"
      "c> R 101             | - LISTEN~ # s is back where it was\n" },

    { "figure_12_normal_close",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~ event=FIN closed_by=client\n"
      "s> A 311 ack 112     | FIN_WAIT_2~ CLOSE_WAIT event=ACK_OF_FIN\n"
      "s> FA 311 ack 112    | TIME_WAIT~ LAST_ACK event=FIN\n"
      "c> A 112 ack 312     | TIME_WAIT CLOSED~ event=ACK_OF_FIN closed_by=client\n" },

    { "figure_13_simultaneous_close",
      SCRIPT_OPEN
      "c> FA 111 ack 311    | FIN_WAIT_1 CLOSE_WAIT~\n"
      "s> FA 311 ack 111    | CLOSING~ FIN_WAIT_1 # it was sent before the other FIN arrived\n"
      "c> A 112 ack 312     | CLOSING TIME_WAIT~\n"
      "s> A 312 ack 112     | TIME_WAIT~ CLOSING./TIME_WAIT. # on its way it met c's ACK\n" },
    { 0 },
};
/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("rfc9293", figures);
    return g_test_run();
}

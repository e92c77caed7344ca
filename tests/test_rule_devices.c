/* test_rule_devices.c: the rules about which device has sent a segment: each with a case and near-misses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "script.h"

/* Both ends write timestamps. */
#define STAMPED                                                                                                        \
    "c> S 100 ts 1000/0\n"                                                                                             \
    "s> SA 300 ack 101 ts 500000/1000\n"                                                                               \
    "c> A 101 ack 301 ts 1010/500000\n"                                                                                \
    "c> PA 101+10 ack 301 ts 1020/500000\n"                                                                            \
    "s> PA 301+10 ack 111 ts 500030/1020\n"                                                                            \
    "c> A 111 ack 311 ts 1040/500030\n"

static const script_case second_device[] = {
    {"data_of_another_device", STAMPED "s> PA 311+10 ack 111 ttl 52 id 9000\n"
                                       "c> A 111 ack 321 ts 1050/500030 | !-second_device\n"
                                       "s> PA 321+10 ack 111 ts 500060/1050 id 5 | !second_device=warn=1 "
                                       "said:a_TTL_of_52,_not_64,_no_timestamps,_IP_identifications_of_another_count\n"
                                       "s> PA 331+10 ack 111 ttl 52 id 9001 | !second_device=warn=2 said:by_turns\n"},
    {"syn_ack_of_a_proxy", "c> S 100\n"
                           "s> SA 300 ack 101 ttl 255 id 0\n"
                           "c> A 101 ack 301\n"
                           "c> PA 101+10 ack 301\n"
                           "s> A 301 ack 111 ttl 52 id 9000\n"
                           "s> PA 301+10 ack 111 ttl 52 id 9001 | !-second_device\n"
                           "s> PA 311+10 ack 111 ttl 52 id 9002 | !second_device=note=3 "
                           "said:another_device_sent_the_SYN+ACK\n"},
    {"taken_over_for_good", SCRIPT_OPEN "s> PA 311+10 ack 111 ttl 255 id 9000\n"
                                        "s> PA 321+10 ack 111 ttl 255 id 9001 | !-second_device\n"
                                        "s> PA 331+10 ack 111 ttl 255 id 9002 | !second_device=warn=3 "
                                        "said:has_taken_its_place\n"
                                        "s> PA 341+10 ack 111 ttl 255 id 9003 | !second_device=warn\n"},
    {"in_the_clients_name", SCRIPT_OPEN "c> PA 111+10 ack 311 ttl 250 id 9000\n"
                                        "s> A 311 ack 121\n"
                                        "c> PA 121+10 ack 311 | !second_device=warn=1\n"},
    {"two_clocks", STAMPED "s> PA 311+10 ack 111 ts 2000/1040 id 0\n"
                           "s> PA 321+10 ack 111 ts 500060/1040 id 0 | !second_device=note=1 said:of_another_clock\n"},
    {"one_hop_more", SCRIPT_OPEN "s> PA 311+10 ack 111 ttl 60 id 9000\n"
                                 "s> PA 321+10 ack 111 id 9001\n"
                                 "s> PA 331+10 ack 111 ttl 59 id 9002\n"
                                 "s> PA 341+10 ack 111 ttl 59 id 9003 | !-second_device\n"},
    {"the_count_goes_on", SCRIPT_OPEN "s> PA 311+10 ack 111 ttl 120\n"
                                      "s> PA 321+10 ack 111\n"
                                      "s> PA 331+10 ack 111 ttl 120\n"
                                      "s> PA 341+10 ack 111 ttl 120 | !-second_device # a network rewrites TTLs\n"},
    {"by_one_segment", SCRIPT_OPEN "s> PA 311+10 ack 111 ttl 120 id 9000\n"
                                   "c> A 111 ack 321\n"
                                   "end | !-second_device\n"},
    {"a_rst", SCRIPT_OPEN "s> R 311 ttl 255 id 0\n"
                          "s> PA 311+10 ack 111\n"
                          "s> PA 321+10 ack 111 | !-second_device\n"},
    {"probes_without_timestamps", STAMPED "+20 c> A 110 ack 311 id 9000 | event=KEEPALIVE\n"
                                          "s> A 311 ack 111 ts 520000/1040\n"
                                          "c> PA 111+10 ack 311 ts 21040/520000 | !-second_device\n"},
    {"no_timestamps_agreed", "c> S 100 ts 1000/0\n"
                             "s> SA 300 ack 101\n"
                             "c> A 101 ack 301 id 9000\n"
                             "c> PA 101+10 ack 301 id 1\n"
                             "s> PA 301+10 ack 111\n"
                             "c> A 111 ack 311 id 9000 | !-second_device\n"},
    {"options_not_captured", STAMPED "s> PA 311+10 ack 111 cut id 9000\n"
                                     "s> PA 321+10 ack 111 ts 500060/1040\n"
                                     "s> PA 331+10 ack 111 cut id 9000 | !-second_device\n"},
    {"overtaken", STAMPED "s> PA 321+10 ack 111 ts 500060/1040\n"
                          "s> PA 311+10 ack 111 ts 500050/1040\n"
                          "s> PA 331+10 ack 111 ts 500070/1040 | !-second_device\n"},
    {"captured_at_two_places", SCRIPT_OPEN "copy\n"
                                           "s> PA 311+10 ack 111 ttl 120 id 9000\n"
                                           "s> PA 321+10 ack 111 id 5 | !duplicate_frames !-second_device\n"},
    {"turns_out_to_be_captured_twice", SCRIPT_OPEN "s> PA 311+10 ack 111 ttl 120 id 9000\n"
                                                   "s> PA 321+10 ack 111 id 5 | !second_device\n"
                                                   "copy | !-second_device\n"},
    {"from_time_wait", SCRIPT_OPEN "s> FA 311 ack 111\n"
                                   "c> FA 111 ack 312\n"
                                   "s> A 312 ack 112 ttl 255 id 9000\n"
                                   "+1 c> FA 111 ack 312\n"
                                   "s> A 312 ack 112 ttl 64 id 5 | event=TIME_WAIT_ACK !-second_device\n"},
    {"the_next_connection", SCRIPT_OPEN "c> RA 111 ack 311\n"
                                        "+1 c> S 5000 ttl 120 id 9000\n"
                                        "s> SA 7000 ack 5001 ttl 250 id 9000\n"
                                        "c> A 5001 ack 7001 ttl 120 id 9001\n"
                                        "s> PA 7001+5 ack 5001 ttl 250 id 9001 | conn=1 !-second_device\n"},
    {NULL, NULL},
};

#define SYN_TO_9 "c> S 100 mac 1/9\n"

static const script_case syn_ack_other_mac[] = {
    {"from_the_link", SYN_TO_9 "s> SA 300 ack 101 mac 8/1 ttl 64 | !syn_ack_other_mac=note said:from_the_link_itself\n"
                               "c> A 101 ack 301 mac 1/9\n"
                               "end | !syn_ack_other_mac\n"},
    {"through_a_router", SYN_TO_9 "s> SA 300 ack 101 mac 8/1 ttl 57 | !syn_ack_other_mac=chat said:through_a_router\n"},
    {"after_a_silence", SYN_TO_9 "+70 tick\n"
                                 "+1 c> S 100 mac 1/9\n"
                                 "s> SA 300 ack 101 mac 8/1 | !syn_ack_other_mac\n"},
    {"the_same", SYN_TO_9 "s> SA 300 ack 101 mac 9/1 | !-syn_ack_other_mac\n"},
    {"the_same_for_the_syn_again", SYN_TO_9 "+1 c> S 100 mac 1/8\n"
                                            "s> SA 300 ack 101 mac 8/1 | !-syn_ack_other_mac\n"},
    {"on_another_link", SYN_TO_9 "s> SA 300 ack 101 mac 8/7 | !-syn_ack_other_mac\n"},
    {"both_from_one_router", SYN_TO_9 "s> SA 300 ack 101 mac 1/9 | !-syn_ack_other_mac\n"},
    {"not_known", "c> S 100\n"
                  "s> SA 300 ack 101 mac 8/1 | !-syn_ack_other_mac\n"},
    {"not_known_of_the_answer", SYN_TO_9 "s> SA 300 ack 101 | !-syn_ack_other_mac\n"},
    {"captured_at_two_places", SYN_TO_9 "copy\n"
                                        "s> SA 300 ack 101 mac 8/1 | !-syn_ack_other_mac\n"},
    {"of_a_shared_address", "c> S 100 mac 1/virtual\n"
                            "s> SA 300 ack 101 mac 8/1 ttl 57 | !-syn_ack_other_mac\n"},
    {"once_for_a_pair", SYN_TO_9 "s> SA 300 ack 101 mac 8/1 | !syn_ack_other_mac\n"
                                 "c> A 101 ack 301 mac 1/9\n"
                                 "c> RA 101 ack 301 mac 1/9\n"
                                 "+1 c> S 5000 mac 1/9\n"
                                 "s> SA 7000 ack 5001 mac 8/1 | conn=1 !syn_ack_other_mac=note\n"},
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    script_add_cases("/rule/second_device", second_device);
    script_add_cases("/rule/syn_ack_other_mac", syn_ack_other_mac);
    return g_test_run();
}

/* test_rule.c: the rows of all rules are complete; and cases and near-misses of the rules that wait for a close.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/ids.h"
#include "rules/rule.h"
#include "rules/stay.h"

#include <glib.h>
#include <string.h>

#include "script.h"

static bool is_id(const char *text)
{
    return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

static bool known(const char *id)
{
    for (unsigned i = 0; i < tcps_n_rules(); i++)
        if (strcmp(tcps_rule_get(i)->id, id) == 0)
            return true;
    return false;
}

static void rows_are_complete(void)
{
    for (unsigned i = 0; i < tcps_n_rules(); i++) {
        const tcps_rule *rule = tcps_rule_get(i);
        g_assert_true(is_id(rule->id));
        g_assert_nonnull(rule->title);
        g_assert_nonnull(rule->set_when);
        g_assert_nonnull(rule->set_when[0]);
        g_assert_nonnull(rule->false_positives);
        g_assert_nonnull(rule->clause);
        g_assert_nonnull(rule->advice);
        g_assert_nonnull(rule->check);
        g_assert_nonnull(rule->describe);
        g_assert_cmpuint(rule->severity, <=, TCPS_ERROR);
        g_assert_cmpuint(rule->when, !=, 0);
        g_assert_cmpuint(rule->when, <, 1u << TCPS_N_TRIGGERS);
        for (const char *const *id = rule->supersedes; id && *id; id++)
            g_assert_true(known(*id));
    }
    g_assert_null(tcps_rule_get(tcps_n_rules()));
}

static void ids_are_unique(void)
{
    for (unsigned i = 0; i < tcps_n_rules(); i++)
        for (unsigned j = 0; j < i; j++)
            g_assert_cmpstr(tcps_rule_get(i)->id, !=, tcps_rule_get(j)->id);
}

static const tcps_address server = {{10, 0, 0, 2}, 8080, 4, 0}, client = {{10, 0, 0, 1}, 50000, 4, 0};

static void texts_name_the_endpoints(void)
{
    for (unsigned i = 0; i < tcps_n_rules(); i++) {
        const tcps_finding finding = {
            .rule = (uint8_t)i, .end = TCPS_SERVER, .ends = {client, server}, .value = 15100000000};
        GString *text = g_string_new(NULL);

        tcps_rule_describe(text, &finding);
        g_assert_nonnull(strstr(text->str, "10.0.0.2:8080"));
        g_assert_false(g_str_has_suffix(text->str, "."));
        tcps_rule_advise(text, i, &finding);
        g_assert_null(strpbrk(text->str, "{}\n"));
        g_assert_true(g_str_has_suffix(text->str, "."));
        g_string_truncate(text, 0);
        tcps_rule_advise(text, i, NULL);
        g_assert_null(strpbrk(text->str, "{}\n"));
        g_string_free(text, TRUE);
    }
}

static void expect_advice(unsigned detail, const char *expected)
{
    const tcps_finding finding = {.rule = TCPS_RULE_close_wait_lingering,
                                  .status = TCPS_OVER,
                                  .certain = TCPS_PROVEN,
                                  .detail = (uint8_t)detail,
                                  .end = TCPS_SERVER,
                                  .ends = {client, server}};
    GString *text = g_string_new(NULL);

    tcps_rule_advise(text, finding.rule, &finding);
    g_assert_nonnull(strstr(text->str, expected));
    g_string_free(text, TRUE);
}

/* Whoever was reset has not called close(). */
static void advice_says_how_a_stay_ended(void)
{
    expect_advice(TCPS_STAY_CLOSED, "called close() that much later");
    expect_advice(TCPS_STAY_RESET, "a RST ended that");
    expect_advice(TCPS_STAY_OVER, "another connection took its place");
}

static void advice_fills_in(void)
{
    const tcps_finding finding = {.rule = TCPS_RULE_connection_refused, .end = TCPS_SERVER, .ends = {client, server}};
    GString *text = g_string_new(NULL);

    tcps_rule_advise(text, finding.rule, &finding);
    g_assert_cmpstr(text->str, ==,
                    "No socket listens on 10.0.0.2:8080, or a firewall rejects for it. Look on its host: "
                    "`ss -tlnp 'sport = :8080'`.");
    g_string_free(text, TRUE);
}

#define HALF_CLOSED                                                                                                    \
    SCRIPT_OPEN                                                                                                        \
    "c> FA 111 ack 311\n"                                                                                              \
    "s> A 311 ack 112 | FIN_WAIT_2~ CLOSE_WAIT\n"

static const script_case close_wait_lingering[] = {
    {"idle_and_another_frame_shows_it", HALF_CLOSED "+9.9 tick | !-close_wait_lingering\n"
                                                    "+0.2 tick | !close_wait_lingering\n"},
    {"late_close_with_no_frame_between", HALF_CLOSED "+12 s> FA 311 ack 112 | - LAST_ACK !close_wait_lingering\n"},
    {"late_abort_with_no_frame_between", HALF_CLOSED "+12 s> RA 311 ack 112 | - CLOSED !close_wait_lingering\n"},
    {"data_restarts_the_clock", HALF_CLOSED "+8 s> PA 311+10 ack 112\n"
                                            "c> A 112 ack 321\n"
                                            "+8 s> FA 321 ack 112 | - LAST_ACK !-close_wait_lingering\n"},
    {"keepalives_do_not", HALF_CLOSED "+4 s> A 310 ack 112\n"
                                      "+4 s> A 310 ack 112\n"
                                      "+4 s> A 310 ack 112 | !close_wait_lingering\n"},
    {"idle_after_data", HALF_CLOSED "+8 s> PA 311+10 ack 112\n"
                                    "c> A 112 ack 321\n"
                                    "+11 tick | !close_wait_lingering\n"},
    {"closed_in_time", HALF_CLOSED "+1 s> FA 311 ack 112\n"
                                   "c> A 112 ack 312\n"
                                   "+30 tick | !-close_wait_lingering\n"},
    {"a_fin_that_may_not_have_arrived", SCRIPT_OPEN "c> FA 111 ack 311 | FIN_WAIT_1 CLOSE_WAIT~\n"
                                                    "+12 tick | !-close_wait_lingering\n"},
    {"closed_in_the_end", HALF_CLOSED "+12 tick | !close_wait_lingering=raised=warn=proven\n"
                                      "+5 s> FA 311 ack 112 | - LAST_ACK !close_wait_lingering=over=note\n"
                                      "c> A 112 ack 312 | !close_wait_lingering=over=note\n"},
    {"begun_before_the_capture", "c> FA 111 ack 311\n"
                                 "s> A 311 ack 112 | !mid_stream\n"
                                 "+9 tick | !-close_wait_lingering\n"
                                 "+2 tick | !close_wait_lingering=raised=note=presumed\n"},
    {"begun_before_the_capture_and_shown",
     "c> FA 111 ack 311\n"
     "s> A 311 ack 112\n"
     "+11 tick | !close_wait_lingering=raised=note=presumed\n"
     "+1 s> PA 311+10 ack 112 | - CLOSE_WAIT !close_wait_lingering=confirmed=warn=proven\n"},
    {"begun_before_the_capture_nothing_acknowledged", "s> A 311 ack 111\n"
                                                      "c> FA 111 ack 311\n"
                                                      "+11 tick | !-close_wait_lingering\n"},
    {"the_capture_ends_too_early", HALF_CLOSED "+5 end | !-close_wait_lingering\n"},
    {"the_clock_jumps", HALF_CLOSED "+5 tick\n"
                                    "+99999999 tick | !-close_wait_lingering\n"
                                    "+60 tick\n"
                                    "end | !-close_wait_lingering\n"},
    {"before_the_clock_jumps", HALF_CLOSED "+8 tick\n"
                                           "+7 tick | said:_for_15.0_s\n"
                                           "+99999999 tick\n"
                                           "+60 end | !close_wait_lingering=raised=warn said:_for_15.0_s\n"},
    {"goes_on_after_the_clock_jumped",
     HALF_CLOSED "+99999999 s> A 310 ack 112\n"
                 "+1 tick | !close_wait_lingering=raised=note said:clock_jumps_by_1157_d_meanwhile\n"},
    {"the_clock_jumps_back", HALF_CLOSED "+-99999999 tick\n"
                                         "+60 end | !-close_wait_lingering\n"},
    {"an_idle_day_after_hours", HALF_CLOSED "+9000 s> A 310 ack 112\n"
                                            "+99999 tick\n"
                                            "end | !close_wait_lingering=raised=warn unsaid:clock_jumps\n"},
    {"the_peer_gives_up_meanwhile", HALF_CLOSED "+11 tick | said::40000_in_FIN\n"
                                                "s> PA 311+10 ack 112\n"
                                                "+0.2 s> PA 311+10 ack 112\n"
                                                "+0.4 s> PA 311+10 ack 112\n"
                                                "+0.8 s> PA 311+10 ack 112\n"
                                                "end | !close_wait_lingering=warn unsaid::40000_in_FIN\n"},
    {"the_preference_counts", "linger 2\n" HALF_CLOSED "+2.1 tick | !close_wait_lingering\n"},
    {NULL, NULL},
};

#define LAST_ACK                                                                                                       \
    HALF_CLOSED                                                                                                        \
    "s> FA 311 ack 112 | - LAST_ACK\n"

static const script_case missing_final_ack[] = {
    {"given_up_after_repeats", LAST_ACK "+0.2 s> FA 311 ack 112\n"
                                        "+0.4 s> FA 311 ack 112\n"
                                        "+0.8 s> FA 311 ack 112\n"
                                        "end | !missing_final_ack\n"},
    {"one_repeat_and_time_for_an_answer", LAST_ACK "+0.2 s> FA 311 ack 112\n"
                                                   "+2 tick\n"
                                                   "end | !missing_final_ack\n"},
    {"time_has_passed", LAST_ACK "+0.2 s> FA 311 ack 112\n"
                                 "+0.4 s> FA 311 ack 112\n"
                                 "+9 tick | !-missing_final_ack\n"
                                 "+1.1 tick | !missing_final_ack\n"},
    {"sent_once", LAST_ACK "+60 tick | !-missing_final_ack # it was acknowledged, and the capture misses that\n"},
    {"the_capture_stops_too_early", LAST_ACK "+0.1 end | !-missing_final_ack\n"},
    {"it_stops_right_after_the_repeat", LAST_ACK "+0.2 s> FA 311 ack 112\n"
                                                 "end | !-missing_final_ack\n"},
    {"acknowledged_in_the_end", LAST_ACK "+0.2 s> FA 311 ack 112\n"
                                         "+0.4 s> FA 311 ack 112\n"
                                         "c> A 112 ack 312 | TIME_WAIT CLOSED~\n"
                                         "+30 end | !-missing_final_ack\n"},
    {"crossed_by_a_rst", HALF_CLOSED "c> RA 112 ack 311\n"
                                     "s> FA 311 ack 112\n"
                                     "+30 end | !-missing_final_ack\n"},
    {"repeats_in_no_time", LAST_ACK "s> FA 311 ack 112\n"
                                    "s> FA 311 ack 112\n"
                                    "end | !-missing_final_ack\n"},
    {"answered_by_rst", LAST_ACK "c> R 112\n"
                                 "+30 end | !-missing_final_ack\n"},
    {"simultaneous_close", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                       "s> FA 311 ack 111\n"
                                       "c> A 112 ack 312\n"
                                       "+0.3 c> FA 111 ack 312\n"
                                       "+0.6 c> FA 111 ack 312\n"
                                       "+11 tick | !missing_final_ack\n"},
    {"first_fin_is_another_matter", SCRIPT_OPEN "c> FA 111 ack 311\n"
                                                "+0.2 c> FA 111 ack 311\n"
                                                "+0.4 c> FA 111 ack 311\n"
                                                "+30 end | !-missing_final_ack\n"},
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rule/rows_are_complete", rows_are_complete);
    g_test_add_func("/rule/ids_are_unique", ids_are_unique);
    g_test_add_func("/rule/texts_name_the_endpoints", texts_name_the_endpoints);
    g_test_add_func("/rule/advice_fills_in", advice_fills_in);
    g_test_add_func("/rule/advice_says_how_a_stay_ended", advice_says_how_a_stay_ended);
    script_add_cases("/rule/close_wait_lingering", close_wait_lingering);
    script_add_cases("/rule/missing_final_ack", missing_final_ack);
    return g_test_run();
}

/* test_zeek.c: connections in Zeek's words: conn_state and history, by its documented definitions.
 *
 * A case is segments as text, 10 ms apart: end (c or s), flags, SEG.SEQ with +LEN for payload, SEG.ACK; `w0` closes the
 * window, `copy` is the last frame captured again, `icmp` a hard ICMP error that quotes c's SYN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/zeek.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define OPEN "c S 100; s SA 300 101; c A 101 301; "
#define TALK OPEN "c A 101+10 301; s A 301+20 111; "

static const struct {
    const char *name, *segments, *state, *history;
} cases[] = {
    {"unanswered", "c S 100; c S 100; c S 100", "S0", "S"},
    {"tries_another_number", "c S 100; c S 900", "S0", "SS"},
    {"unreachable", "c S 100; icmp", "S0", "S"},
    {"refused", "c S 100; s RA 0 101", "REJ", "Sr"},
    {"refused_again_and_again", "c S 100; s RA 0 101; c S 100; s RA 0 101", "REJ", "Sr"},
    {"given_up", "c S 100; c R 101", "RSTOS0", "SR"},
    {"old_peer_answers_with_ack", "c S 100; s A 500 900; c R 900", "RSTOS0", "SaR"},
    {"scan_of_an_open_port", "c S 100; s SA 300 101; c R 101", "RSTO", "ShR"},
    {"never_established", "c S 100; s SA 300 101; s SA 300 101", "OTH", "Sh"},
    {"syn_ack_of_nothing_is_refused", "s SA 300 101; c R 101", "OTH", "^hR"},
    {"syn_ack_then_rst", "c S 100; s SA 300 101; s RA 301 101", "RSTR", "Shr"},
    {"syn_ack_then_rst_without_syn", "s SA 300 101; s RA 301 101", "RSTRH", "^hr"},
    {"open", TALK, "S1", "ShADd"},
    {"originator_closes", TALK "c FA 111 321; s A 321 112", "S2", "ShADdFa"},
    {"responder_closes", TALK "s FA 321 111; c A 111 322", "S3", "ShADdf"},
    {"normal", TALK "c FA 111 321; s FA 321 112; c A 112 322", "SF", "ShADdFf"},
    {"last_fin_is_never_acknowledged", TALK "c FA 111 321; s FA 321 112; s FA 321 112", "S3", "ShADdFf"},
    {"last_fin_of_the_originator_neither", TALK "s FA 321 111; c FA 111 322; c FA 111 322", "S2", "ShADdfF"},
    {"reset_after_both_fins", TALK "c FA 111 321; s FA 321 112; c A 112 322; s R 322", "SF", "ShADdFfr"},
    {"originator_aborts", TALK "c RA 111 321", "RSTO", "ShADdR"},
    {"responder_aborts", TALK "s RA 321 111", "RSTR", "ShADdr"},
    {"closes_then_is_reset", TALK "c FA 111 321; s RA 321 112", "RSTR", "ShADdFr"},
    {"reset_between_the_fins", TALK "c FA 111 321; c R 112; s FA 321 112", "RSTO", "ShADdFRf"},
    {"crossing_fins", TALK "c FA 111 321; s FA 321 111; s A 322 112; c A 112 322", "SF", "ShADdFfa"},
    {"rst_out_of_place", TALK "s R 99999999; c A 111+5 321; s A 321 116", "S1", "ShADdra"},
    {"one_direction_closed", "c S 100; c A 101 301; c A 101+10 321; c FA 111 321", "SH", "SADF"},
    {"other_direction_closed", "s SA 300 101; s A 301+20 111; s FA 321 111", "SHR", "^hdf"},
    {"joined_late", "c A 500+10 700; s A 700+10 510; c A 510 710", "OTH", "DdA"},
    {"joined_late_and_closed", "c A 500+10 700; s A 700+10 510; c FA 510 710; s FA 710 511; c A 511 711", "SF",
     "DdFfA"},
    {"joined_late_and_reset", "c A 500+10 700; s A 700+10 510; s RA 710 510", "RSTR", "Ddr"},
    {"lone_rst_is_no_connection", "s R 300", "OTH", "^r"},
    {"lone_syn_ack", "s SA 300 101", "OTH", "^h"},
    {"simultaneous_open", "c S 100; s S 300; c SA 100 301; s SA 300 101; c A 101 301; s A 301 101", "S1", "SsHhAa"},
    {"payload_again", TALK "s A 301+20 111; c A 111 321", "S1", "ShADdt"},
    {"captured_twice", TALK "copy", "S1", "ShADd"},
    {"window_closed", TALK "c A 111 321 w0; c A 111 321 w0", "S1", "ShADdW"},
    {"gap", TALK "s A 421+20 111; c A 111 441", "S1", "ShADdg"},
    {"no_gap_at_a_fin", TALK "c FA 111 321; s A 321 112; s A 321+10 112", "S2", "ShADdFa"},
    {"syn_and_fin", "c SF 100", "OTH", "Q"},
    {"bare_fin", "c S 100; c F 101; c R 101", "RSTOS0", "SFR"},
    {"given_up_by_a_rst_out_of_place", "c S 100; c R 100", "RSTOS0", "SR"},
    {"fin_and_rst", TALK "c FRA 111 321", "S1", "ShADdI"},
};

typedef struct {
    tcps_analyzer *analyzer;
    tcps_segment last;
    bool from_server; /* of the last */
    tcps_zeek zeek;
} run;

static const tcps_address client = {{10, 0, 0, 1}, 50000, 4, 0}, server = {{10, 0, 0, 2}, 80, 4, 0};

static uint16_t flags_of(const char *text)
{
    const char *letters = "FSRPAU";
    unsigned flags = 0;

    for (; *text; text++)
        flags |= 1u << (strchr(letters, *text) - letters);
    return (uint16_t)flags;
}

static void send(run *r)
{
    tcps_observation o;

    r->last.frame++;
    r->last.time_ns += 10 * 1000000;
    tcps_analyzer_segment(r->analyzer, r->from_server ? &server : &client, r->from_server ? &client : &server, &r->last,
                          &o);
    tcps_zeek_take(&r->zeek, &r->last, &o);
}

static void read_segment(run *r, char **words)
{
    const unsigned n = g_strv_length(words);
    const char *plus = strchr(words[2], '+');

    r->from_server = words[0][0] == 's';
    r->last.flags = flags_of(words[1]);
    r->last.seq = (uint32_t)strtoul(words[2], NULL, 10);
    r->last.len = plus ? (uint32_t)strtoul(plus, NULL, 10) : 0;
    r->last.ack = n > 3 ? (uint32_t)strtoul(words[3], NULL, 10) : 0;
    r->last.window = n > 4 ? 0 : 1000;
    r->last.ip_id++;
    r->last.has = TCPS_HAS_IP_ID;
}

static void quote_syn(run *r)
{
    tcps_observation o;

    if (tcps_analyzer_icmp_error(r->analyzer, &client, &server, 100, true, r->last.time_ns + 1, ++r->last.frame, &o))
        tcps_zeek_take(&r->zeek, NULL, &o);
}

static void step(run *r, const char *text)
{
    char **words = g_strsplit(text, " ", -1);

    if (strcmp(text, "icmp") == 0) {
        quote_syn(r);
    } else {
        if (strcmp(text, "copy") != 0)
            read_segment(r, words);
        send(r);
    }
    g_strfreev(words);
}

static void feed(run *r, const char *segments)
{
    char **steps = g_strsplit(segments, ";", -1);

    for (char **s = steps; *s; s++)
        if (*g_strstrip(*s))
            step(r, *s);
    g_strfreev(steps);
}

static void check(gconstpointer data)
{
    const unsigned i = GPOINTER_TO_UINT(data);
    run r = {.analyzer = tcps_analyzer_new(NULL)};

    feed(&r, cases[i].segments);
    g_assert_cmpstr(tcps_zeek_state(&r.zeek), ==, cases[i].state);
    g_assert_cmpstr(tcps_zeek_history(&r.zeek), ==, cases[i].history);
    tcps_analyzer_free(r.analyzer);
}

static void nothing_taken(void)
{
    const tcps_zeek none = {0};

    g_assert_cmpstr(tcps_zeek_state(&none), ==, "OTH");
    g_assert_cmpstr(tcps_zeek_history(&none), ==, "");
}

/* The first, the tenth, the hundredth. */
static void counts_are_logarithmic(void)
{
    run r = {.analyzer = tcps_analyzer_new(NULL)};

    feed(&r, TALK);
    for (unsigned i = 0; i < 150; i++)
        feed(&r, "c A 111 321 w0");
    g_assert_cmpstr(tcps_zeek_history(&r.zeek), ==, "ShADdWWW");
    tcps_analyzer_free(r.analyzer);
}

static void history_is_bounded(void)
{
    run r = {.analyzer = tcps_analyzer_new(NULL)};

    for (unsigned i = 0; i < 100; i++) {
        char *syn = g_strdup_printf("c S %u", 100 + 1000 * i);
        feed(&r, syn);
        g_free(syn);
    }
    g_assert_cmpuint(strlen(tcps_zeek_history(&r.zeek)), ==, TCPS_ZEEK_LETTERS + 1);
    g_assert_true(g_str_has_suffix(tcps_zeek_history(&r.zeek), "S+"));
    tcps_analyzer_free(r.analyzer);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *path = g_strconcat("/zeek/", cases[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), check);
        g_free(path);
    }
    g_test_add_func("/zeek/nothing_taken", nothing_taken);
    g_test_add_func("/zeek/counts_are_logarithmic", counts_are_logarithmic);
    g_test_add_func("/zeek/history_is_bounded", history_is_bounded);
    return g_test_run();
}

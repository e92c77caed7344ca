/* test_ladder.c: what a ladder looks like, whatever the sequence numbers are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"
#include "rules/ids.h"
#include "rules/stay.h"

#include <glib.h>
#include <string.h>

static const tcps_address client = {{10, 77, 1, 1}, 57800, 4, 0}, server = {{10, 77, 1, 2}, 5000, 4, 0};

/* A segment and the states after it. */
typedef struct {
    double seconds;
    uint32_t frame;
    uint32_t sender, flags, seq, ack, len;
    unsigned event;
    unsigned state[2], certainty[2];
} step;

enum { C = TCPS_CLIENT, S = TCPS_SERVER, SA = TCPS_SYN | TCPS_ACK, FA = TCPS_FIN | TCPS_ACK };

/* The client closes, the server never does. */
static const step leak[] = {
    {0, 1, C, TCPS_SYN, 99, 0, 0, TCPS_EVENT_SYN, {TCPS_SYN_SENT, TCPS_SYN_RCVD}, {TCPS_PROVEN, TCPS_PRESUMED}},
    {.002, 2, S, SA, 299, 100, 0, TCPS_EVENT_SYN_ACK, {TCPS_ESTABLISHED, TCPS_SYN_RCVD}, {TCPS_PRESUMED, TCPS_PROVEN}},
    {.002,
     3,
     C,
     TCPS_ACK,
     100,
     300,
     0,
     TCPS_EVENT_ACK_OF_SYN,
     {TCPS_ESTABLISHED, TCPS_ESTABLISHED},
     {TCPS_PROVEN, TCPS_PRESUMED}},
    {.033,
     4,
     C,
     TCPS_ACK | TCPS_PSH,
     100,
     300,
     200,
     TCPS_EVENT_DATA,
     {TCPS_ESTABLISHED, TCPS_ESTABLISHED},
     {TCPS_PROVEN, TCPS_PRESUMED}},
    {.036,
     6,
     S,
     TCPS_ACK | TCPS_PSH,
     300,
     300,
     200,
     TCPS_EVENT_DATA,
     {TCPS_ESTABLISHED, TCPS_ESTABLISHED},
     {TCPS_PROVEN, TCPS_PROVEN}},
    {.0657, 8, C, FA, 300, 500, 0, TCPS_EVENT_FIN, {TCPS_FIN_WAIT_1, TCPS_CLOSE_WAIT}, {TCPS_PROVEN, TCPS_PRESUMED}},
    {.1147,
     9,
     S,
     TCPS_ACK,
     500,
     301,
     0,
     TCPS_EVENT_ACK_OF_FIN,
     {TCPS_FIN_WAIT_2, TCPS_CLOSE_WAIT},
     {TCPS_PRESUMED, TCPS_PROVEN}},
    {75.5,
     12,
     C,
     FA,
     300,
     500,
     0,
     TCPS_EVENT_FIN_REPEATED,
     {TCPS_CLOSED, TCPS_UNKNOWN},
     {TCPS_ELAPSED, TCPS_NO_EVIDENCE}},
};

static void take(tcps_model *model, const step *s, uint32_t isn)
{
    const tcps_segment segment = {.time_ns = (int64_t)(s->seconds * 1e9),
                                  .frame = s->frame,
                                  .seq = s->seq + isn,
                                  .ack = s->ack + isn,
                                  .len = s->len,
                                  .flags = (uint16_t)s->flags};
    tcps_observation o = {.sender = (uint8_t)s->sender, .event = (uint8_t)s->event};

    for (unsigned i = 0; i < 2; i++) {
        o.end[i].state = o.end[i].before = (uint8_t)s->state[i];
        o.end[i].certainty = (uint8_t)s->certainty[i];
    }
    tcps_model_segment(model, &segment, &o, &client, &server);
}

static tcps_model *feed(const step *steps, size_t n, uint32_t isn)
{
    tcps_model *model = tcps_model_new();

    tcps_model_keep_segments(model, -1);
    for (size_t i = 0; i < n; i++)
        take(model, &steps[i], isn);
    return model;
}

static void expect(const tcps_model *model, int64_t connection, const char *expected)
{
    GString *text = tcps_ladder_text(model, connection);

    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void columns(void)
{
    tcps_model *model = feed(leak, G_N_ELEMENTS(leak), 0);
    const tcps_finding finding = {.rule = TCPS_RULE_close_wait_lingering,
                                  .detail = TCPS_STAY_OVER,
                                  .certain = TCPS_PROVEN,
                                  .end = TCPS_SERVER,
                                  .began_frame = 9,
                                  .value = INT64_C(12000000000),
                                  .ends = {client, server}};

    tcps_model_finding(model, &finding);
    expect(model, 0,
           "# connection 0: 10.77.1.1:57800 (client, by syn) - 10.77.1.2:5000 (server)\n"
           " #    time  client        segment                          server\n"
           " 1   0.000  SYN_SENT      SYN seq 0                   -->  SYN_RCVD ~\n"
           " 2   0.002  ESTABLISHED ~ <--  SYN,ACK seq 0 ack 1         SYN_RCVD\n"
           " 3   0.002  ESTABLISHED   ACK seq 1 ack 1             -->  ESTABLISHED ~\n"
           " 4   0.033  ESTABLISHED   ACK seq 1 ack 1 len 200     -->  ESTABLISHED ~\n"
           " 6   0.036  ESTABLISHED   <--  ACK seq 1 ack 201 len 200   ESTABLISHED\n"
           " 8   0.066  FIN_WAIT_1    FIN,ACK seq 201 ack 201     -->  CLOSE_WAIT ~\n"
           " 9   0.115  FIN_WAIT_2 ~  <--  ACK seq 201 ack 202         CLOSE_WAIT\n"
           "            ! close_wait_lingering: 10.77.1.2:5000 was in CLOSE_WAIT for 12.0 s\n"
           "12  75.500  CLOSED ^      FIN,ACK seq 201 ack 201     -->  UNKNOWN ?     (FIN again)\n");
    tcps_model_free(model);
}

/* Any initial sequence number gives the same ladder, the ones that wrap as well. */
static void any_isn(void)
{
    const uint32_t isns[] = {1, (uint32_t)-99, (uint32_t)-100, (uint32_t)-301, 0x7fffffff, 0x80000000};
    tcps_model *first = feed(leak, G_N_ELEMENTS(leak), 0);
    GString *text = tcps_ladder_text(first, 0);

    for (unsigned i = 0; i < G_N_ELEMENTS(isns); i++) {
        tcps_model *model = feed(leak, G_N_ELEMENTS(leak), isns[i]);
        expect(model, 0, text->str);
        tcps_model_free(model);
    }
    g_string_free(text, TRUE);
    tcps_model_free(first);
}

static void mid_stream(void)
{
    tcps_model *model = feed(&leak[3], 2, 7);

    expect(model, -1,
           "# connection 0: 10.77.1.1:57800 (client, by syn) - 10.77.1.2:5000 (server)\n"
           " #    time  client        segment                          server\n"
           " 4   0.000  ESTABLISHED   ACK seq 1 ack 1 len 200     -->  ESTABLISHED ~\n"
           " 6   0.003  ESTABLISHED   <--  ACK seq 1 ack 201 len 200   ESTABLISHED\n");
    tcps_model_free(model);
}

static void wide_numbers(void)
{
    static const step wide[] = {
        {0, 1, C, TCPS_SYN, 99, 0, 0, TCPS_EVENT_SYN, {TCPS_SYN_SENT, TCPS_SYN_RCVD}, {TCPS_PROVEN, TCPS_PRESUMED}},
        {12345.6,
         1234567,
         S,
         TCPS_ACK,
         300,
         1234567990,
         1448,
         TCPS_EVENT_DATA,
         {TCPS_ESTABLISHED, TCPS_ESTABLISHED},
         {TCPS_PROVEN, TCPS_PROVEN}},
        {12345.7,
         1234568,
         C,
         0,
         99,
         0,
         0,
         TCPS_EVENT_ILLEGAL_FLAGS,
         {TCPS_ESTABLISHED, TCPS_ESTABLISHED},
         {TCPS_PROVEN, TCPS_PROVEN}},
    };
    tcps_model *model = feed(wide, G_N_ELEMENTS(wide), 0);

    expect(model, 0,
           "# connection 0: 10.77.1.1:57800 (client, by syn) - 10.77.1.2:5000 (server)\n"
           "      #       time  client        segment                                server\n"
           "      1      0.000  SYN_SENT      SYN seq 0                         -->  SYN_RCVD ~\n"
           "1234567  12345.600  ESTABLISHED   <--  ACK seq 1 ack 1234567891 len 1448 ESTABLISHED\n"
           "1234568  12345.700  ESTABLISHED   no flags seq 0                    -->  ESTABLISHED   (flags that no "
           "stack acts on)\n");
    tcps_model_free(model);
}

/* An ICMP error comes from the end that its quoted segment went to, or from the way there. */
static void icmp_error(void)
{
    static const step syn = {
        0, 1, C, TCPS_SYN, 99, 0, 0, TCPS_EVENT_SYN, {TCPS_SYN_SENT, TCPS_SYN_RCVD}, {TCPS_PROVEN, TCPS_PRESUMED}};
    const tcps_segment quote = {.time_ns = 1500000000, .frame = 2, .seq = 99};
    const tcps_observation o = {.sender = TCPS_CLIENT,
                                .event = TCPS_EVENT_ICMP_UNREACHABLE,
                                .transition = true,
                                .end = {{.before = TCPS_SYN_SENT, .state = TCPS_CLOSED, .certainty = TCPS_PRESUMED},
                                        {.before = TCPS_SYN_RCVD, .state = TCPS_UNKNOWN}}};
    tcps_model *model = feed(&syn, 1, 0);

    tcps_model_icmp_error(model, &quote, &o);
    expect(model, 0,
           "# connection 0: 10.77.1.1:57800 (client, by syn) - 10.77.1.2:5000 (server)\n"
           " #    time  client        segment                          server\n"
           " 1   0.000  SYN_SENT      SYN seq 0                   -->  SYN_RCVD ~\n"
           " 2   1.500  CLOSED ~      <--  ICMP error for seq 0        UNKNOWN ?     (the destination cannot be "
           "reached)\n");
    g_assert_cmpuint(tcps_row_outcome(tcps_model_row(model, 0)), ==, TCPS_OUTCOME_UNREACHABLE);
    tcps_model_free(model);
}

static void one_of_them_or_none(void)
{
    tcps_model *model = feed(leak, G_N_ELEMENTS(leak), 0);

    expect(model, 1, "");
    tcps_model_reset(model);
    expect(model, -1, "");
    tcps_model_free(model);
}

static void is_well_formed(const GString *picture)
{
    static const GMarkupParser any = {NULL, NULL, NULL, NULL, NULL};
    GMarkupParseContext *parser = g_markup_parse_context_new(&any, 0, NULL, NULL);
    GError *error = NULL;

    g_markup_parse_context_parse(parser, picture->str, (gssize)picture->len, &error);
    g_assert_no_error(error);
    g_markup_parse_context_end_parse(parser, &error);
    g_assert_no_error(error);
    g_markup_parse_context_free(parser);
}

/* As SVG and DOT: with segments, without any, and longer than a picture may be. */
static void pictures(void)
{
    static const unsigned times[] = {0, 10, 100};

    for (unsigned n = 0; n < G_N_ELEMENTS(times); n++) {
        const unsigned repeats = times[n];
        tcps_model *model = feed(leak, repeats ? G_N_ELEMENTS(leak) : 0, 0);
        for (unsigned i = 1; i < repeats * G_N_ELEMENTS(leak); i++)
            take(model, &leak[i % G_N_ELEMENTS(leak)], 0);
        GString *svg = tcps_ladder_svg(model, -1), *dot = tcps_ladder_dot(model, -1);
        is_well_formed(svg);
        g_assert_true((strstr(svg->str, "No TCP segments.") != NULL) == (repeats == 0));
        g_assert_true((strstr(dot->str, "No TCP segments.") != NULL) == (repeats == 0));
        g_assert_true((strstr(svg->str, "for lack of room") != NULL) == (repeats == 100));
        g_assert_true((strstr(dot->str, "for lack of room") != NULL) == (repeats == 100));
        g_assert_cmpuint(svg->len, <, 400000);
        g_string_free(svg, TRUE);
        g_string_free(dot, TRUE);
        tcps_model_free(model);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ladder/columns", columns);
    g_test_add_func("/ladder/any_isn", any_isn);
    g_test_add_func("/ladder/mid_stream", mid_stream);
    g_test_add_func("/ladder/wide_numbers", wide_numbers);
    g_test_add_func("/ladder/icmp_error", icmp_error);
    g_test_add_func("/ladder/one_of_them_or_none", one_of_them_or_none);
    g_test_add_func("/ladder/pictures", pictures);
    return g_test_run();
}

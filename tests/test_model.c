/* test_model.c: rows, outcomes and times that the model derives from observations, and the text report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/model.h"

#include <glib.h>
#include <string.h>

#include "report/functions.h"
#include "report/wrap.h"
#include "rules/ids.h"
#include "rules/rule.h"

#define MS INT64_C(1000000)

static const tcps_address client = {{10, 0, 0, 1}, 50000, 4, 0}, server = {{10, 0, 0, 2}, 80, 4, 0};

/* What an observation shows, in short: states of client and server after a segment at ms. */
typedef struct {
    uint32_t ms;
    unsigned sender, flags, event;
    unsigned state[2];
} shown;

typedef struct {
    tcps_model *model;
    uint32_t connection, frame;
    tcps_view view[2];
    bool opened;
} feed;

static void take(feed *f, const shown *s)
{
    const tcps_segment segment = {
        .time_ns = s->ms * MS, .frame = ++f->frame, .seq = 1, .ack = 1, .flags = (uint16_t)s->flags};
    tcps_observation o = {.connection = f->connection, .sender = (uint8_t)s->sender, .event = (uint8_t)s->event};

    for (unsigned i = 0; i < 2; i++) {
        tcps_view *view = &f->view[i];
        view->before = f->opened ? view->state : (uint8_t)(i == TCPS_SERVER ? TCPS_LISTEN : TCPS_CLOSED);
        if (view->before != s->state[i] || !f->opened)
            view->since_ns = segment.time_ns;
        view->state = (uint8_t)s->state[i];
        view->certainty = TCPS_PROVEN;
        o.end[i] = *view;
        o.standing[i] = (tcps_standing){.state = view->state,
                                        .certainty = view->certainty,
                                        .since_frame = view->since_frame,
                                        .since_ns = view->since_ns};
        o.transition |= view->before != view->state;
    }
    o.opens = !f->opened;
    o.closed_by = TCPS_BY_CLIENT;
    f->opened = true;
    tcps_model_segment(f->model, &segment, &o, &client, &server);
}

static feed feed_all(const shown *all, size_t n)
{
    feed f = {.model = tcps_model_new()};

    for (size_t i = 0; i < n; i++)
        take(&f, &all[i]);
    return f;
}
#define FEED(all) feed_all(all, G_N_ELEMENTS(all))

#define HANDSHAKE                                                                                                      \
    {0, TCPS_CLIENT, TCPS_SYN, TCPS_EVENT_SYN, {TCPS_SYN_SENT, TCPS_SYN_RCVD}},                                        \
        {10, TCPS_SERVER, TCPS_SYN | TCPS_ACK, TCPS_EVENT_SYN_ACK, {TCPS_ESTABLISHED, TCPS_SYN_RCVD}},                 \
    {                                                                                                                  \
        20, TCPS_CLIENT, TCPS_ACK, TCPS_EVENT_ACK_OF_SYN,                                                              \
        {                                                                                                              \
            TCPS_ESTABLISHED, TCPS_ESTABLISHED                                                                         \
        }                                                                                                              \
    }

#define HALF_CLOSE                                                                                                     \
    HANDSHAKE, {100, TCPS_CLIENT, TCPS_FIN | TCPS_ACK, TCPS_EVENT_FIN, {TCPS_FIN_WAIT_1, TCPS_CLOSE_WAIT}},            \
    {                                                                                                                  \
        120, TCPS_SERVER, TCPS_ACK, TCPS_EVENT_ACK_OF_FIN,                                                             \
        {                                                                                                              \
            TCPS_FIN_WAIT_2, TCPS_CLOSE_WAIT                                                                           \
        }                                                                                                              \
    }

#define CLOSE                                                                                                          \
    HALF_CLOSE, {300, TCPS_SERVER, TCPS_FIN | TCPS_ACK, TCPS_EVENT_FIN, {TCPS_TIME_WAIT, TCPS_LAST_ACK}},              \
    {                                                                                                                  \
        310, TCPS_CLIENT, TCPS_ACK, TCPS_EVENT_ACK_OF_FIN,                                                             \
        {                                                                                                              \
            TCPS_TIME_WAIT, TCPS_CLOSED                                                                                \
        }                                                                                                              \
    }

static void expect_outcome(const feed *f, const char *expected)
{
    const tcps_row *row = tcps_model_connection(f->model, f->connection);
    GString *text = g_string_new(NULL);

    g_assert_nonnull(row);
    tcps_outcome_append(text, tcps_row_outcome(row), tcps_row_outcome_by(row));
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

#define EXPECT(all, expected)                                                                                          \
    do {                                                                                                               \
        feed f_ = FEED(all);                                                                                           \
        expect_outcome(&f_, expected);                                                                                 \
        tcps_model_free(f_.model);                                                                                     \
    } while (0)

static void outcomes(void)
{
    const shown closed[] = {CLOSE}, half_closed[] = {HALF_CLOSE}, open[] = {HANDSHAKE};
    const shown reset[] = {HANDSHAKE, {50, TCPS_SERVER, TCPS_RST, TCPS_EVENT_RST, {TCPS_CLOSED, TCPS_CLOSED}}};
    /* a copy sent before the RST says nothing of it */
    const shown reset_again[] = {HANDSHAKE,
                                 {50, TCPS_SERVER, TCPS_RST, TCPS_EVENT_RST, {TCPS_CLOSED, TCPS_CLOSED}},
                                 {51, TCPS_CLIENT, TCPS_ACK, TCPS_EVENT_LATE, {TCPS_ESTABLISHED, TCPS_CLOSED}},
                                 {52, TCPS_SERVER, TCPS_RST, TCPS_EVENT_RST, {TCPS_CLOSED, TCPS_CLOSED}}};
    const shown no_effect[] = {HANDSHAKE,
                               {50, TCPS_SERVER, TCPS_RST, TCPS_EVENT_RST, {TCPS_CLOSED, TCPS_CLOSED}},
                               {90, TCPS_CLIENT, TCPS_ACK, TCPS_EVENT_DATA, {TCPS_ESTABLISHED, TCPS_CLOSED}}};
    const shown harmless[] = {HALF_CLOSE,
                              {300, TCPS_SERVER, TCPS_FIN | TCPS_ACK, TCPS_EVENT_FIN, {TCPS_TIME_WAIT, TCPS_LAST_ACK}},
                              {310, TCPS_CLIENT, TCPS_RST, TCPS_EVENT_RST, {TCPS_CLOSED, TCPS_CLOSED}}};
    const shown closing[] = {HALF_CLOSE,
                             {300, TCPS_SERVER, TCPS_FIN | TCPS_ACK, TCPS_EVENT_FIN, {TCPS_TIME_WAIT, TCPS_LAST_ACK}}};
    const shown refused[] = {{0, TCPS_CLIENT, TCPS_SYN, TCPS_EVENT_SYN, {TCPS_SYN_SENT, TCPS_SYN_RCVD}},
                             {1, TCPS_SERVER, TCPS_RST | TCPS_ACK, TCPS_EVENT_RST_REFUSES, {TCPS_CLOSED, TCPS_CLOSED}}};
    const shown unanswered[] = {{0, TCPS_CLIENT, TCPS_SYN, TCPS_EVENT_SYN, {TCPS_SYN_SENT, TCPS_SYN_RCVD}},
                                {9, TCPS_CLIENT, TCPS_SYN, TCPS_EVENT_SYN_REPEATED, {TCPS_SYN_SENT, TCPS_SYN_RCVD}}};
    const shown half_open[] = {
        {0, TCPS_CLIENT, TCPS_SYN, TCPS_EVENT_SYN, {TCPS_SYN_SENT, TCPS_SYN_RCVD}},
        {9, TCPS_SERVER, TCPS_SYN | TCPS_ACK, TCPS_EVENT_SYN_ACK, {TCPS_ESTABLISHED, TCPS_SYN_RCVD}}};
    const shown stray[] = {{0, TCPS_SERVER, TCPS_RST, TCPS_EVENT_BACKSCATTER, {TCPS_UNKNOWN, TCPS_CLOSED}}};

    EXPECT(closed, "closed, client first");
    EXPECT(harmless, "closed, client first");
    EXPECT(closing, "closing at the end");
    EXPECT(half_closed, "half-closed by client");
    EXPECT(open, "open at the end");
    EXPECT(reset, "reset by server");
    EXPECT(reset_again, "reset by server");
    EXPECT(no_effect, "open at the end");
    EXPECT(refused, "refused");
    EXPECT(unanswered, "SYN unanswered");
    EXPECT(half_open, "handshake not completed");
    EXPECT(stray, "stray segments");
}

static void times(void)
{
    const shown all[] = {CLOSE};
    feed f = FEED(all);
    const tcps_row *row = tcps_model_row(f.model, 0);

    tcps_model_end(f.model, 1000 * MS, 9);
    g_assert_cmpint(tcps_model_time_in(f.model, row, TCPS_SERVER, TCPS_CLOSE_WAIT), ==, 200 * MS);
    g_assert_cmpint(tcps_model_time_in(f.model, row, TCPS_CLIENT, TCPS_ESTABLISHED), ==, 90 * MS);
    g_assert_cmpint(tcps_model_time_in(f.model, row, TCPS_CLIENT, TCPS_TIME_WAIT), ==, 700 * MS);
    g_assert_cmpint(tcps_model_time_in(f.model, row, TCPS_CLIENT, TCPS_CLOSE_WAIT), ==, 0);
    tcps_model_free(f.model);
}

static tcps_finding lingering(int64_t value)
{
    return (tcps_finding){.rule = TCPS_RULE_close_wait_lingering,
                          .severity = TCPS_WARN,
                          .end = TCPS_SERVER,
                          .began_frame = 5,
                          .found_frame = 6,
                          .value = value,
                          .ends = {client, server}};
}

/* What a later word on a finding says takes its place; what is withdrawn is there no more, and may be raised again. */
static void a_later_word_takes_the_place(void)
{
    const shown all[] = {HALF_CLOSE};
    tcps_finding finding = lingering(150 * MS);
    feed f = FEED(all);
    const tcps_row *row = tcps_model_row(f.model, 0);

    tcps_model_finding(f.model, &finding);
    finding.again = true;
    finding.value = 15100 * MS;
    finding.status = TCPS_OVER;
    tcps_model_finding(f.model, &finding);
    const GArray *found = tcps_model_findings(f.model, row);
    g_assert_cmpuint(found->len, ==, 1);
    g_assert_cmpint(g_array_index(found, tcps_finding, 0).value, ==, 15100 * MS);
    g_assert_cmpint(g_array_index(found, tcps_finding, 0).status, ==, TCPS_OVER);
    finding.rule = TCPS_RULE_peer_vanished; /* which nobody has raised */
    tcps_model_finding(f.model, &finding);
    g_assert_cmpuint(found->len, ==, 1);
    finding.rule = TCPS_RULE_close_wait_lingering;
    finding.status = TCPS_WITHDRAWN;
    tcps_model_finding(f.model, &finding);
    g_assert_cmpuint(found->len, ==, 0);
    finding.again = false;
    tcps_model_finding(f.model, &finding); /* a reader that comes late hears of it when it is withdrawn already */
    g_assert_cmpuint(found->len, ==, 0);
    finding.status = TCPS_RAISED;
    tcps_model_finding(f.model, &finding);
    g_assert_cmpuint(found->len, ==, 1);
    tcps_model_free(f.model);
}

static void findings_may_come_first(void)
{
    const shown all[] = {HALF_CLOSE};
    const tcps_finding finding = lingering(0);
    feed f = {.model = tcps_model_new()};

    tcps_model_finding(f.model, &finding);
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        take(&f, &all[i]);
    g_assert_cmpuint(tcps_model_findings(f.model, tcps_model_row(f.model, 0))->len, ==, 1);
    tcps_model_reset(f.model);
    g_assert_cmpuint(tcps_model_n_rows(f.model), ==, 0);
    tcps_model_free(f.model);
}

static void rows_are_in_order(void)
{
    const shown syn = {0, TCPS_CLIENT, TCPS_SYN, TCPS_EVENT_SYN, {TCPS_SYN_SENT, TCPS_SYN_RCVD}};
    const uint32_t order[] = {7, 2, 5};
    tcps_model *model = tcps_model_new();

    for (unsigned i = 0; i < G_N_ELEMENTS(order); i++) {
        feed f = {.model = model, .connection = order[i]};
        take(&f, &syn);
    }
    g_assert_cmpuint(tcps_model_n_rows(model), ==, 3);
    g_assert_cmpuint(tcps_model_row(model, 0)->index, ==, 2);
    g_assert_cmpuint(tcps_model_row(model, 2)->index, ==, 7);
    g_assert_null(tcps_model_connection(model, 3));
    g_assert_null(tcps_model_connection(model, -1));
    g_assert_null(tcps_model_connection(model, INT64_MAX));
    g_assert_null(tcps_model_row(model, 3));
    tcps_model_free(model);
}

static void expect_narrow(const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        if (strlen(*line) > TCPS_COLUMNS) {
            g_test_message("%s", *line);
            g_test_fail();
        }
    g_strfreev(lines);
}

/* The longest addresses, the highest numbers, and every rule. */
static void no_line_is_too_long(void)
{
    const tcps_address far = {{255, 255, 255, 255}, 65535, 4, 0};
    tcps_model *model = tcps_model_new();

    for (unsigned i = 0; i < 300; i++) {
        tcps_observation o = {.connection = 999600 + i,
                              .opens = true,
                              .end = {{.state = TCPS_SYN_SENT}, {.state = TCPS_SYN_RCVD}},
                              .standing = {{.state = TCPS_SYN_SENT}, {.state = TCPS_SYN_RCVD}}};
        const tcps_segment segment = {.time_ns = i * 300000 * MS, .frame = i + 1};
        tcps_finding finding = {
            .rule = (uint8_t)(i % tcps_n_rules()), .severity = TCPS_ERROR, .connection = o.connection};
        finding.value = 86400000 * MS;
        finding.found_frame = UINT32_MAX;
        finding.ends[0] = finding.ends[1] = far;
        tcps_model_segment(model, &segment, &o, &far, &far);
        tcps_model_finding(model, &finding);
    }
    GString *text = tcps_summary_text(model, 0);
    expect_narrow(text->str);
    g_assert_nonnull(strstr(text->str, "... and 280 more: tcpstate,connections\n"));
    g_string_free(text, TRUE);
    tcps_model_free(model);
}

static void report_names_what_was_found(void)
{
    const shown all[] = {HALF_CLOSE};
    const tcps_finding finding = lingering(10100 * MS);
    feed f = FEED(all);

    tcps_model_finding(f.model, &finding);
    tcps_model_end(f.model, 15200 * MS, 9);
    GString *text = tcps_summary_text(f.model, 0);
    g_assert_true(g_str_has_prefix(text->str, "1970-01-01 00:00:00.000 to 00:00:15.200 UTC (15.2 s)\n"
                                              "1 connection, 5 segments, 0 bytes of payload\n"));
    g_assert_nonnull(strstr(text->str, "half-closed by client     tcpstate.connection in {0}\n"));
    g_assert_nonnull(strstr(text->str, "close_wait_lingering [warn], 1: "));
    g_assert_nonnull(strstr(text->str, "tcpstate.finding == \"close_wait_lingering\"\n"));
    g_assert_nonnull(strstr(text->str, "`ss -tnp state close-wait`"));
    g_string_free(text, TRUE);
    tcps_model_free(f.model);
}

static void note_homes(tcps_model *model, unsigned answering, unsigned marked)
{
    tcps_homes *homes = tcps_homes_new();
    const tcps_answers answers = {.near_ns = 29500, .far_ns = 20000000, .ttl = 64, .peers_ttl = 64};
    for (unsigned i = 1; i <= answering + marked; i++) {
        const tcps_address end = {{10, 0, 0, (uint8_t)i}, 80, 4, 0};
        if (i <= answering)
            tcps_homes_note_answers(homes, &end, &answers);
        else
            tcps_homes_note_mark(homes, &end, true);
    }
    tcps_model_captured_at(model, homes);
    tcps_homes_free(homes);
}

static void expect_captured(unsigned answering, unsigned marked, tcps_home_setting told, const char *expected)
{
    const shown all[] = {HALF_CLOSE};
    feed f = FEED(all);
    tcps_config config = tcps_config_default();
    config.home[0] = (uint8_t)told;
    tcps_model_configure(f.model, &config);
    note_homes(f.model, answering, marked);
    GString *text = tcps_summary_text(f.model, 0);
    const char *begin = strstr(text->str, " of payload\n"), *end = strstr(text->str, "\n\n");
    g_assert_true(begin && end);
    begin += strlen(" of payload\n");
    char *said = end < begin ? g_strdup("") : g_strndup(begin, (gsize)(end + 1 - begin));
    g_assert_cmpstr(said, ==, expected);
    g_free(said);
    g_string_free(text, TRUE);
    tcps_model_free(f.model);
}

static void report_says_where_it_was_captured(void)
{
    expect_captured(0, 0, TCPS_HOME_AUTO, "");
    expect_captured(1, 0, TCPS_HOME_AUTO,
                    "Captured at the host of 10.0.0.1, or right beside it (it answers within 30 us, TTL 64)\n");
    expect_captured(0, 1, TCPS_HOME_AUTO, "Captured at the host of 10.0.0.1 (its segments are marked as going out)\n");
    expect_captured(
        2, 2, TCPS_HOME_AUTO,
        "Captured at the hosts of 10.0.0.3 and 10.0.0.4 (their segments are marked as going out)\n"
        "Captured at the hosts of 10.0.0.1 and 10.0.0.2, or right beside them\n(they answer within 30 us, TTL 64)\n");
    expect_captured(0, 6, TCPS_HOME_AUTO,
                    "Captured at the hosts of 10.0.0.1, 10.0.0.2, 10.0.0.3 and 3 more\n"
                    "(their segments are marked as going out)\n");
    expect_captured(1, 0, TCPS_HOME_SERVER, "Captured at the server's host, as was told\n");
    expect_captured(1, 0, TCPS_HOME_PATH, "Captured on the path between the ends, as was told\n");
}

static void an_empty_report(void)
{
    tcps_model *model = tcps_model_new();
    GString *text = tcps_summary_text(model, 0);

    g_assert_cmpstr(text->str, ==, "0 connections, 0 segments, 0 bytes of payload\n");
    g_string_free(text, TRUE);
    tcps_model_free(model);
    tcps_model_free(NULL);
}

static void text_is_wrapped(void)
{
    GString *text = g_string_new(NULL);
    char *word = g_strnfill(60, 'x');
    char *sentence = g_strdup_printf("a %s `%s y` z", word, word);
    char *expected = g_strdup_printf("  - a %s\n    `%s y` z\n", word, word);

    tcps_wrap(text, 4, "- ", sentence);
    g_assert_cmpstr(text->str, ==, expected);
    char *wide = g_strdup_printf("a (%s %s) z", word, word),
         *broken = g_strdup_printf("  - a (%s\n    %s) z\n", word, word);
    g_string_truncate(text, 0);
    tcps_wrap(text, 4, "- ", wide); /* which has no place in a line */
    g_assert_cmpstr(text->str, ==, broken);
    g_string_free(text, TRUE);
    g_free(wide);
    g_free(broken);
    g_free(word);
    g_free(sentence);
    g_free(expected);
}

static void expect_duration(int64_t ns, const char *expected)
{
    GString *text = g_string_new(NULL);

    tcps_duration_append(text, ns);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void words(void)
{
    const tcps_address ipv6 = {{0xfd, 0, [15] = 1}, 443, 16, 0}, other = {{0xab, 0xcd}, 7, 0, 0};
    GString *text = g_string_new(NULL);

    expect_duration(-1, "0 ms");
    expect_duration(250 * MS, "250 ms");
    expect_duration(999600 * MS / 1000, "1.0 s");
    expect_duration(15117 * MS, "15.1 s");
    expect_duration(3599 * 1000 * MS, "60 min");
    expect_duration(7500 * 1000 * MS, "2 h 05 min");
    expect_duration(INT64_MAX, "106752 d");
    tcps_address_append(text, &client);
    tcps_address_append(text, &ipv6);
    tcps_address_append(text, &other);
    g_assert_cmpstr(text->str, ==, "10.0.0.1:50000[fd00::1]:443#abcd0000:7");
    g_string_free(text, TRUE);
    g_assert_cmpstr(tcps_state_name(TCPS_N_STATES), ==, "UNKNOWN");
    g_assert_cmpstr(tcps_event_text(TCPS_N_EVENTS), ==, "");
    g_assert_cmpstr(tcps_severity_name(99), ==, "chat");
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/outcomes", outcomes);
    g_test_add_func("/model/times", times);
    g_test_add_func("/model/a_later_word_takes_the_place", a_later_word_takes_the_place);
    g_test_add_func("/model/findings_may_come_first", findings_may_come_first);
    g_test_add_func("/model/rows_are_in_order", rows_are_in_order);
    g_test_add_func("/report/no_line_is_too_long", no_line_is_too_long);
    g_test_add_func("/report/names_what_was_found", report_names_what_was_found);
    g_test_add_func("/report/says_where_it_was_captured", report_says_where_it_was_captured);
    g_test_add_func("/report/empty", an_empty_report);
    g_test_add_func("/report/text_is_wrapped", text_is_wrapped);
    g_test_add_func("/words", words);
    return g_test_run();
}

/* test_why.c: the words for why a state is shown, for any reason.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"
#include "rfc/why.h"

#include <glib.h>
#include <string.h>

enum { FRAME = 9 };

#define BIT(state) ((uint16_t)(1u << TCPS_##state))

static void expect(void (*append)(GString *, const tcps_view *), const tcps_view *view, const char *expected)
{
    GString *text = g_string_new("<");
    append(text, view);
    g_assert_cmpstr(text->str + 1, ==, expected);
    g_string_free(text, TRUE);
}

static void why(GString *to, const tcps_view *view)
{
    tcps_why_append(to, view, FRAME);
}

static void sentences(void)
{
    tcps_view v = {.certainty = TCPS_PROVEN,
                   .why = TCPS_EVIDENCE_ACK_COVERS_FIN,
                   .why_frame = FRAME,
                   .about_frame = 8,
                   .possible = BIT(CLOSE_WAIT)};
    expect(why, &v, "its ACK covers the FIN of frame 8 (RFC 9293 §3.10.7.4 eighth)");
    v.why_frame = 7;
    expect(why, &v, "its ACK in frame 7 covers the FIN of frame 8 (RFC 9293 §3.10.7.4 eighth)");
    v.why_frame = v.about_frame = 0;
    expect(why, &v, "its ACK covers the FIN of a frame that was not captured (RFC 9293 §3.10.7.4 eighth)");
    v.why = TCPS_EVIDENCE_TWO_MSL;
    expect(why, &v, "it has been in TIME_WAIT for two maximum segment lifetimes (RFC 9293 §3.10.8)");
    v.why = TCPS_EVIDENCE_NONE;
    expect(why, &v, "nothing captured tells");
    v.why = TCPS_N_EVIDENCE;
    expect(why, &v, "nothing captured tells");
}

static void nothing_is_told(void)
{
    const tcps_view v = {.certainty = TCPS_PRESUMED, .why = TCPS_EVIDENCE_SENT_SYN, .why_frame = 1};
    expect(why, &v, "");
    expect(tcps_possible_append, &v, "");
    expect(tcps_proof_append, &v, "");
    expect(tcps_doubt_append, &v, "");
}

static void what_else(void)
{
    tcps_view v = {.certainty = TCPS_PRESUMED, .why = TCPS_EVIDENCE_FIN_ON_ITS_WAY};
    v.possible = BIT(FIN_WAIT_2);
    expect(tcps_possible_append, &v, "");
    expect(tcps_doubt_append, &v, "; its next ACK would tell");
    v.possible |= BIT(FIN_WAIT_1);
    expect(tcps_possible_append, &v, "FIN_WAIT_1 or FIN_WAIT_2");
    expect(tcps_doubt_append, &v, "; may be FIN_WAIT_1 or FIN_WAIT_2; its next ACK would tell");
    v.possible = BIT(CLOSED) | BIT(TIME_WAIT) | BIT(LISTEN) | BIT(UNKNOWN);
    expect(tcps_possible_append, &v, "LISTEN, TIME_WAIT, CLOSED or UNKNOWN");
    v.why = TCPS_EVIDENCE_CLOSE_ORDER; /* which nothing would tell */
    expect(tcps_doubt_append, &v, "; may be LISTEN, TIME_WAIT, CLOSED or UNKNOWN");
    v.possible = UINT16_MAX;
    expect(tcps_possible_append, &v,
           "LISTEN, SYN_SENT, SYN_RCVD, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, "
           "CLOSED or UNKNOWN");
}

static void what_would_tell(void)
{
    tcps_view v = {.certainty = TCPS_PRESUMED, .why = TCPS_EVIDENCE_SYN_ON_ITS_WAY, .possible = BIT(SYN_RCVD)};
    expect(tcps_proof_append, &v, "its SYN+ACK");
    v.certainty = TCPS_NO_EVIDENCE;
    expect(tcps_proof_append, &v, "its SYN+ACK");
    v.certainty = TCPS_PROVEN;
    expect(tcps_proof_append, &v, "");
}

static unsigned count(const char *text, const char *part)
{
    unsigned n = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

/* What the code above relies on. */
static void rows(void)
{
    for (unsigned i = 0; i < TCPS_N_EVIDENCE; i++) {
        const tcps_evidence_row *row = tcps_evidence_get(i);
        const unsigned at = count(row->text, "{at}"), about = count(row->text, "frame {about}");
        g_assert_cmpuint(count(row->text, "{"), ==, at + about);
        g_assert_cmpuint(count(row->text, "}"), ==, at + about);
        g_assert_cmpuint(at, <=, 1);
        g_assert_cmpuint(about, <=, 1);
        g_assert_true(*row->text && *row->shows && !strchr(".;", row->text[strlen(row->text) - 1]));
        g_assert_true(!*row->clause || g_str_has_prefix(row->clause, "RFC "));
        for (unsigned k = 0; k < i; k++)
            g_assert_cmpstr(tcps_evidence_get(k)->id, !=, row->id);
    }
}

/* --- ladders --- */

/* A segment, and the states after it with their reasons. */
typedef struct {
    int64_t seconds;
    uint32_t frame;
    uint8_t sender, event;
    uint16_t flags;
    uint32_t seq, ack;
    tcps_view end[2];
} step;

#define VIEW(shown, how, ...)                                                                                          \
    {                                                                                                                  \
        .state = TCPS_##shown, .before = TCPS_##shown, .certainty = TCPS_##how, __VA_ARGS__                            \
    }
#define REASON(row, at, of, states)                                                                                    \
    .why = TCPS_EVIDENCE_##row, .why_frame = (at), .about_frame = (of), .possible = (states)

static const step steps[] = {
    {0,
     8,
     TCPS_CLIENT,
     TCPS_EVENT_FIN,
     TCPS_FIN | TCPS_ACK,
     300,
     500,
     {VIEW(FIN_WAIT_1, PROVEN, REASON(SENT_FIN, 8, 0, BIT(FIN_WAIT_1))),
      VIEW(CLOSE_WAIT, PRESUMED, REASON(FIN_ON_ITS_WAY, 8, 8, BIT(ESTABLISHED) | BIT(CLOSE_WAIT)))}},
    {1,
     9,
     TCPS_SERVER,
     TCPS_EVENT_ACK_OF_FIN,
     TCPS_ACK,
     500,
     301,
     {VIEW(FIN_WAIT_2, PRESUMED, REASON(CLOSE_ORDER, 9, 7, BIT(FIN_WAIT_1) | BIT(FIN_WAIT_2))),
      VIEW(CLOSE_WAIT, PROVEN, REASON(ACK_COVERS_FIN, 9, 8, BIT(CLOSE_WAIT)))}},
    {2,
     10,
     TCPS_SERVER,
     TCPS_EVENT_ACK,
     TCPS_ACK,
     500,
     301, /* nothing changes, and nothing is said */
     {VIEW(FIN_WAIT_2, PRESUMED, REASON(CLOSE_ORDER, 9, 7, BIT(FIN_WAIT_1) | BIT(FIN_WAIT_2))),
      VIEW(CLOSE_WAIT, PROVEN, REASON(ACK_COVERS_FIN, 9, 8, BIT(CLOSE_WAIT)))}},
    {75,
     12,
     TCPS_CLIENT,
     TCPS_EVENT_FIN_REPEATED,
     TCPS_FIN | TCPS_ACK,
     300,
     500,
     {VIEW(CLOSED, ELAPSED, REASON(TWO_MSL, 0, 0, BIT(FIN_WAIT_2) | BIT(CLOSED))),
      VIEW(UNKNOWN, NO_EVIDENCE, .why = 0)}},
};

static tcps_model *feed(void)
{
    const tcps_address client = {{10, 77, 1, 1}, 57800, 4, 0}, server = {{10, 77, 1, 2}, 5000, 4, 0};
    tcps_model *model = tcps_model_new();

    tcps_model_keep_segments(model, -1);
    for (const step *s = steps; s < steps + G_N_ELEMENTS(steps); s++) {
        const tcps_segment segment = {
            .time_ns = s->seconds * 1000000000, .frame = s->frame, .seq = s->seq, .ack = s->ack, .flags = s->flags};
        const tcps_observation o = {.sender = s->sender, .event = s->event, .end = {s->end[0], s->end[1]}};
        tcps_model_segment(model, &segment, &o, &client, &server);
    }
    return model;
}

static void ladder(void)
{
    tcps_model *model = feed();
    GString *why = tcps_ladder_why_text(model, 0), *plain = tcps_ladder_text(model, 0);

    g_assert_cmpstr(
        why->str, ==,
        "# connection 0: 10.77.1.1:57800 (client, by syn) - 10.77.1.2:5000 (server)\n"
        " #    time  client        segment                          server\n"
        " 8   0.000  FIN_WAIT_1    FIN,ACK seq 1 ack 1         -->  CLOSE_WAIT ~\n"
        "            client FIN_WAIT_1: it sent its FIN (RFC 9293 §3.10.4)\n"
        "            server CLOSE_WAIT: the FIN of frame 8 was sent to it, in order (RFC 9293 §3.10.7.4 eighth); may "
        "be "
        "ESTABLISHED or CLOSE_WAIT; its next ACK would tell\n"
        " 9   1.000  FIN_WAIT_2 ~  <--  ACK seq 1 ack 2             CLOSE_WAIT\n"
        "            client FIN_WAIT_2: its FIN does not tell whether it closed before its peer's FIN reached it, or "
        "after (RFC 9293 §3.10.4); may be FIN_WAIT_1 or FIN_WAIT_2\n"
        "            server CLOSE_WAIT: its ACK covers the FIN of frame 8 (RFC 9293 §3.10.7.4 eighth)\n"
        "10   2.000  FIN_WAIT_2 ~  <--  ACK seq 1 ack 2             CLOSE_WAIT\n"
        "12  75.000  CLOSED ^      FIN,ACK seq 1 ack 1         -->  UNKNOWN ?     (FIN again)\n"
        "            client CLOSED: it has been in TIME_WAIT for two maximum segment lifetimes (RFC 9293 §3.10.8); may "
        "be FIN_WAIT_2 or "
        "CLOSED; its next segment would tell\n");
    g_assert_null(strstr(plain->str, "RFC"));
    g_string_free(why, TRUE);
    g_string_free(plain, TRUE);
    tcps_model_free(model);
}

static void take_line(const char *line, void *data)
{
    g_string_append_printf(data, "%s\n", line);
}

/* Where there is nothing to say, there is no member. */
static void json(void)
{
    static const char *const ends[] = {
        "\"client_why\":\"it sent its FIN (RFC 9293 "
        "§3.10.4)\",\"client_reason\":\"SENT_FIN\",\"client_evidence\":8,\"server_why\":\"the FIN of frame "
        "8 was sent to "
        "it, in order (RFC 9293 §3.10.7.4 "
        "eighth)\",\"server_reason\":\"FIN_ON_ITS_WAY\",\"server_evidence\":8,\"server_about\":8,\"server_possible\":["
        "\"ESTABLISHED\","
        "\"CLOSE_WAIT\"],\"server_proof\":\"its next ACK\"}\n",
        "\"server_certainty\":\"unknown\",\"client_why\":\"it has been in TIME_WAIT for two maximum segment lifetimes "
        "(RFC 9293 "
        "§3.10.8)\",\"client_reason\":\"TWO_MSL\",\"client_possible\":[\"FIN_WAIT_2\",\"CLOSED\"],\"client_proof\":"
        "\"its next segment\"}\n",
    };
    tcps_model *model = feed();
    GString *text = g_string_new(NULL);
    const tcps_json_sink sink = {.take = take_line, .data = text};

    tcps_json_ladder(model, -1, &sink);
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++)
        g_assert_nonnull(strstr(text->str, ends[i]));
    g_string_free(text, TRUE);
    tcps_model_free(model);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/why/sentences", sentences);
    g_test_add_func("/why/nothing_is_told", nothing_is_told);
    g_test_add_func("/why/what_else", what_else);
    g_test_add_func("/why/what_would_tell", what_would_tell);
    g_test_add_func("/why/rows", rows);
    g_test_add_func("/why/ladder", ladder);
    g_test_add_func("/why/json", json);
    return g_test_run();
}

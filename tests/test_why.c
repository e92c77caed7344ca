/* test_why.c: the words for why a state is shown, for any reason.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
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
    expect(why, &v, "two maximum segment lifetimes have passed (RFC 9293 §3.10.8)");
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
    expect(tcps_doubt_append, &v, "; may be FIN_WAIT_1 or FIN_WAIT_2, its next ACK would tell");
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/why/sentences", sentences);
    g_test_add_func("/why/nothing_is_told", nothing_is_told);
    g_test_add_func("/why/what_else", what_else);
    g_test_add_func("/why/what_would_tell", what_would_tell);
    g_test_add_func("/why/rows", rows);
    return g_test_run();
}

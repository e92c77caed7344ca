/* test_transition.c: every cell of the table of states against RFC 9293, written down a second time.
 *
 * The matrix below is read off RFC 9293 §3.3.2 figure 5 and §3.10 (calls, segments in the order in which §3.10.7 checks
 * them), not off transitions.def: whoever changes one has to argue with the other. A cell is the state gone to, `.` for
 * proper without a change, `x` for what an endpoint in that state does not do or meet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "rfc/transition.h"

#define ____ "."
#define oops "x"
#define CLSD "CLOSED"
#define LIST "LISTEN"
#define SYNS "SYN_SENT"
#define SYNR "SYN_RCVD"
#define ESTA "ESTABLISHED"
#define FIN1 "FIN_WAIT_1"
#define FIN2 "FIN_WAIT_2"
#define CLOW "CLOSE_WAIT"
#define CLNG "CLOSING"
#define LACK "LAST_ACK"
#define TIMW "TIME_WAIT"

/* clang-format off */
static const char *const inputs[] = {
    /* what it sends, then what it takes; SYN+ACK to SYN_RCVD: the SYN alone, its ACK is an input of its own */
    "SND_SYN", "SND_SYN_ACK", "SND_SEGMENT", "SND_FIN", "SND_RST",
    "RCV_SYN", "RCV_SYN_ACK", "RCV_ACK_OF_SYN", "RCV_ACK_OF_FIN", "RCV_FIN", "RCV_RST", "RCV_RST_PASSIVE",
    "ABORT", "UNREACHABLE", "TIMEOUT_2MSL",
};

static const struct {
    const char *from;
    const char *to[G_N_ELEMENTS(inputs)];
} matrix[] = {
    /*               send: SYN  S+A   seg.  FIN   RST  receive: SYN S+A AofS  AofF  FIN   RST   passive ABORT ICMP 2MSL */
    { "UNKNOWN",     { SYNS, SYNR, ESTA, FIN1, CLSD,   SYNR, ESTA, ESTA, FIN2, CLOW, CLSD, CLSD,   CLSD, ____, ____ } },
    { "CLOSED",      { SYNS, oops, oops, oops, ____,   ____, ____, ____, ____, ____, ____, ____,   ____, ____, oops } },
    { "LISTEN",      { SYNS, oops, oops, oops, ____,   SYNR, ____, ____, ____, ____, ____, ____,   CLSD, ____, oops } },
    { "SYN_SENT",    { ____, oops, oops, oops, ____,   SYNR, ESTA, ____, oops, ____, CLSD, CLSD,   CLSD, CLSD, oops } },
    { "SYN_RCVD",    { oops, ____, ____, FIN1, CLSD,   ____, ____, ESTA, oops, CLOW, CLSD, LIST,   CLSD, ____, oops } },
    { "ESTABLISHED", { oops, oops, ____, FIN1, CLSD,   ____, ____, ____, oops, CLOW, CLSD, CLSD,   CLSD, ____, oops } },
    { "FIN_WAIT_1",  { oops, oops, ____, ____, CLSD,   ____, ____, ____, FIN2, CLNG, CLSD, CLSD,   CLSD, ____, oops } },
    { "FIN_WAIT_2",  { oops, oops, ____, oops, CLSD,   ____, ____, ____, ____, TIMW, CLSD, CLSD,   CLSD, ____, oops } },
    { "CLOSE_WAIT",  { oops, oops, ____, LACK, CLSD,   ____, ____, ____, oops, ____, CLSD, CLSD,   CLSD, ____, oops } },
    { "CLOSING",     { oops, oops, ____, ____, CLSD,   ____, ____, ____, TIMW, ____, CLSD, CLSD,   CLSD, ____, oops } },
    { "LAST_ACK",    { oops, oops, ____, ____, CLSD,   ____, ____, ____, CLSD, ____, CLSD, CLSD,   CLSD, ____, oops } },
    { "TIME_WAIT",   { oops, oops, ____, oops, CLSD,   ____, ____, ____, ____, ____, CLSD, CLSD,   CLSD, ____, CLSD } },
};
/* clang-format on */

static unsigned state_by_name(const char *name)
{
    unsigned state = 0;
    while (state < TCPS_N_STATES && strcmp(tcps_state_name(state), name) != 0)
        state++;
    g_assert_cmpuint(state, <, TCPS_N_STATES);
    return state;
}

/* A cell in the words of the matrix. */
static const char *said(const tcps_transition *cell)
{
    return cell->verdict == TCPS_GO ? tcps_state_name(cell->to) : cell->verdict == TCPS_STAY ? "." : "x";
}

static void test_row(const void *data)
{
    unsigned row = GPOINTER_TO_UINT(data);
    for (unsigned input = 0; input < TCPS_N_INPUTS; input++) {
        const tcps_transition *cell = tcps_transition_get(state_by_name(matrix[row].from), input);
        if (strcmp(said(cell), matrix[row].to[input]) != 0) {
            g_test_message("%s, %s: table %s, RFC 9293 %s", matrix[row].from, inputs[input], said(cell),
                           matrix[row].to[input]);
            g_test_fail();
        }
    }
}

/* Whatever is not odd says which clause makes it so, and going leads elsewhere. */
static void test_clauses(void)
{
    for (unsigned state = 0; state < TCPS_N_STATES; state++)
        for (unsigned input = 0; input < TCPS_N_INPUTS; input++) {
            const tcps_transition *cell = tcps_transition_get(state, input);
            if (cell->verdict != TCPS_ODD)
                g_assert_true(g_str_has_prefix(cell->clause, "RFC "));
            if (cell->verdict == TCPS_GO)
                g_assert_cmpuint(cell->to, !=, state);
        }
}

static void test_columns(void)
{
    g_assert_cmpuint(G_N_ELEMENTS(inputs), ==, TCPS_N_INPUTS);
    g_assert_cmpuint(G_N_ELEMENTS(matrix), ==, TCPS_N_STATES);
    for (unsigned input = 0; input < TCPS_N_INPUTS; input++)
        g_assert_cmpstr(tcps_input_name(input), ==, inputs[input]);
}

static void test_out_of_range(void)
{
    g_assert_cmpuint(tcps_transition_get(TCPS_N_STATES, 0)->verdict, ==, TCPS_ODD);
    g_assert_cmpuint(tcps_transition_get(0, TCPS_N_INPUTS)->verdict, ==, TCPS_ODD);
    g_assert_cmpuint(tcps_transition_get(UINT_MAX, UINT_MAX)->verdict, ==, TCPS_ODD);
    g_assert_nonnull(tcps_input_name(UINT_MAX));
    g_assert_nonnull(tcps_state_name(UINT_MAX));
    g_assert_nonnull(tcps_certainty_name(UINT_MAX));
    g_assert_nonnull(tcps_role_name(UINT_MAX));
    g_assert_nonnull(tcps_role_basis_name(UINT_MAX));
    g_assert_nonnull(tcps_closed_by_name(UINT_MAX));
    g_assert_nonnull(tcps_severity_name(UINT_MAX));
    g_assert_nonnull(tcps_event_text(UINT_MAX));
    g_assert_nonnull(tcps_event_clause(UINT_MAX));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transition/columns", test_columns);
    for (unsigned row = 0; row < G_N_ELEMENTS(matrix); row++) {
        char *path = g_strdup_printf("/transition/from/%s", matrix[row].from);
        g_test_add_data_func(path, GUINT_TO_POINTER(row), test_row);
        g_free(path);
    }
    g_test_add_func("/transition/clauses", test_clauses);
    g_test_add_func("/transition/out_of_range", test_out_of_range);
    return g_test_run();
}

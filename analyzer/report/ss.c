/* ss.c: prints the socket table from the model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/ss.h"
#include "report/functions.h"

#include <string.h>

#include "base/span.h"
#include "model/socket_table.h"
#include "report/ladder_words.h"

const char *tcps_ss_state_name(unsigned state)
{
    static const char *const names[TCPS_N_STATES] = {
        [TCPS_UNKNOWN] = "UNCONN",        [TCPS_CLOSED] = "UNCONN",         [TCPS_LISTEN] = "LISTEN",
        [TCPS_SYN_SENT] = "SYN-SENT",     [TCPS_SYN_RCVD] = "SYN-RECV",     [TCPS_ESTABLISHED] = "ESTAB",
        [TCPS_FIN_WAIT_1] = "FIN-WAIT-1", [TCPS_FIN_WAIT_2] = "FIN-WAIT-2", [TCPS_CLOSE_WAIT] = "CLOSE-WAIT",
        [TCPS_CLOSING] = "CLOSING",       [TCPS_LAST_ACK] = "LAST-ACK",     [TCPS_TIME_WAIT] = "TIME-WAIT"};

    return names[state < TCPS_N_STATES ? state : TCPS_UNKNOWN];
}

static void append_state(GString *to, const tcps_socket *s)
{
    g_string_append_printf(to, "%s%s", tcps_ss_state_name(s->state), tcps_certainty_mark(s->certainty));
}

static void append_peer(GString *to, const tcps_socket *s)
{
    if (s->state != TCPS_LISTEN)
        tcps_address_append(to, &s->row->ends[1 - s->end]);
    else
        g_string_append(to, s->row->ends[s->end].len == 16 ? "[::]:*" : "0.0.0.0:*");
}

static void append_local(GString *to, const tcps_socket *s)
{
    tcps_address_append(to, &s->row->ends[s->end]);
}

static int width_of(void (*append)(GString *, const tcps_socket *), const GArray *sockets, GString *cell)
{
    int width = 20;

    for (unsigned i = 0; i < sockets->len; i++) {
        g_string_truncate(cell, 0);
        append(cell, &g_array_index(sockets, tcps_socket, i));
        width = MAX(width, (int)cell->len);
    }
    return width;
}

static void append_padded(GString *to, void (*append)(GString *, const tcps_socket *), const tcps_socket *s, int width)
{
    const size_t start = to->len;

    append(to, s);
    g_string_append_printf(to, "%*s", MAX(0, width - (int)(to->len - start)) + 1, "");
}

static void append_socket(GString *to, const tcps_socket *s, const int width[2], int64_t time_ns)
{
    append_padded(to, append_state, s, 12);
    append_padded(to, append_local, s, width[0]);
    append_padded(to, append_peer, s, width[1]);
    if (!s->since_known)
        g_string_append(to, s->state == TCPS_LISTEN ? "" : ">= ");
    if (s->state != TCPS_LISTEN)
        tcps_duration_append(to, span_between(s->since_ns, time_ns));
    while (to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
    g_string_append_c(to, '\n');
}

static bool same_host(const tcps_socket *a, const tcps_socket *b)
{
    const tcps_address *x = &a->row->ends[a->end], *y = &b->row->ends[b->end];
    return x->len == y->len && memcmp(x->bytes, y->bytes, sizeof x->bytes) == 0;
}

static void append_head(GString *to, const tcps_model *m, const GArray *sockets, const int width[2], int64_t time_ns)
{
    g_string_append_printf(to, "# %u socket%s %.6f s after the start of the capture; ~ presumed, ^ a timer ran out\n",
                           sockets->len, sockets->len == 1 ? "" : "s",
                           (double)span_between(tcps_model_start_ns(m), time_ns) / 1e9);
    g_string_append_printf(to, "%-12s %-*s %-*s Time in state\n", "State", width[0], "Local Address:Port", width[1],
                           "Peer Address:Port");
}

GString *tcps_ss_text(const tcps_model *m, int64_t time_ns)
{
    GString *to = g_string_new(NULL), *cell = g_string_new(NULL);
    GArray *sockets = tcps_sockets_at(m, time_ns);
    const int width[2] = {width_of(append_local, sockets, cell), width_of(append_peer, sockets, cell)};
    const tcps_socket *before = NULL;

    append_head(to, m, sockets, width, time_ns);
    for (unsigned i = 0; i < sockets->len; i++) {
        const tcps_socket *s = &g_array_index(sockets, tcps_socket, i);
        if (before && !same_host(before, s))
            g_string_append_c(to, '\n');
        append_socket(to, s, width, time_ns);
        before = s;
    }
    g_array_free(sockets, TRUE);
    g_string_free(cell, TRUE);
    return to;
}

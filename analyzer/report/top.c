/* top.c: see top.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/top.h"

#include <string.h>

#include "base/span.h"
#include "report/endpoints.h"
#include "rules/ids.h"
#include "rules/rule.h"

/* --- quality --- */

static void append_flaw(GString *to, uint64_t n, const char *what, const char *one, const char *many)
{
    if (n)
        g_string_append_printf(to, "%8" G_GUINT64_FORMAT "  %s%s\n", n, n == 1 ? one : many, what);
}

void tcps_append_quality(GString *to, const tcps_totals *t)
{
    const uint32_t lossy = t->found[TCPS_RULE_capture_loss].n; /* a connection has it once at most */
    if (!lossy && !t->one_sided && !t->mid_stream && !t->copies && !t->repeats)
        return;
    g_string_append(to, "\nCapture\n");
    append_flaw(to, lossy, " with segments that were not captured", "connection", "connections");
    append_flaw(to, t->one_sided, " of which one direction was captured", "connection", "connections");
    append_flaw(to, t->mid_stream, " that began before the capture", "connection", "connections");
    append_flaw(to, t->copies, " captured twice", "segment", "segments");
    append_flaw(to, t->repeats, " sent again (lost on the way, or late)", "segment", "segments");
}

/* --- who closed first --- */

void tcps_append_closed_first(GString *to, const tcps_totals *t)
{
    static const char *const names[] = {"nobody", "the client", "the server", "both at once"};
    const uint32_t *n = t->closed_by;
    const size_t start = to->len;

    for (unsigned by = TCPS_BY_CLIENT; by <= TCPS_BY_BOTH; by++)
        if (n[by])
            g_string_append_printf(to, "%s%s %u", to->len > start ? ", " : "", names[by], n[by]);
    if (to->len > start) {
        g_string_insert(to, (gssize)start, "\nClosed first: ");
        g_string_append_c(to, '\n');
    }
}

/* --- endpoints --- */

#define N_TOP 3
#define LONG_NS INT64_C(1000000000)
#define MANY 2

typedef struct {
    const tcps_tally *tally;
    int64_t value;
} place;

/* Of two with the same value, the one that was there first; of a connection, the server. */
static bool goes_before(const place *a, const place *b)
{
    if (a->value != b->value)
        return a->value > b->value;
    if (a->tally->first_frame != b->tally->first_frame)
        return a->tally->first_frame < b->tally->first_frame;
    return a->tally->role > b->tally->role;
}

/* Inserts it among the best, which stand in order. */
static void compete(place best[N_TOP], const tcps_tally *tally, int64_t value)
{
    const place new = {tally, value};
    unsigned i = N_TOP;

    for (; i > 0 && (!best[i - 1].tally || goes_before(&new, &best[i - 1])); i--)
        if (i < N_TOP)
            best[i] = best[i - 1];
    if (i < N_TOP)
        best[i] = new;
}

static void append_where(GString *to, const tcps_tally *t, tcps_state state)
{
    tcps_endpoint_append_filter(to, t);
    g_string_append_printf(to, " && tcpstate.%s.state == \"%s\"\n", tcps_role_name(t->role), tcps_state_name(state));
}

/* The endpoint and its number, and the filter below them. */
static void append_place(GString *to, const place *p, tcps_state state, const char *what)
{
    g_string_append(to, "  ");
    tcps_address_append(to, &p->tally->address);
    if (!p->tally->address.port)
        g_string_truncate(to, to->len - strlen(":0"));
    g_string_append(to, ": ");
    if (state == TCPS_CLOSE_WAIT)
        tcps_duration_append(to, p->value);
    else
        g_string_append_printf(to, "%" G_GINT64_FORMAT, p->value);
    g_string_append_printf(to, " %s\n      ", what);
    append_where(to, p->tally, state);
}

typedef struct {
    const tcps_model *model;
    int64_t *times; /* by the endpoint's number */
} close_waits;

static void add_close_wait(const tcps_row *row, void *data)
{
    const close_waits *to = data;
    for (unsigned end = 0; end < 2; end++) {
        if (!row->tally[end])
            continue;
        int64_t *sum = &to->times[row->tally[end]->number];
        *sum = span_after(*sum, tcps_model_time_in(to->model, row, (tcps_role)end, TCPS_CLOSE_WAIT));
    }
}

/* The time that each endpoint's sockets have spent in CLOSE_WAIT, all together, by its number. */
static int64_t *close_wait_times(const tcps_model *m, const tcps_tallies *all)
{
    close_waits to = {m, g_new0(int64_t, tcps_tallies_count(all))};
    tcps_model_each_row(m, add_close_wait, &to);
    return to.times;
}

static void append_best(GString *to, const place best[N_TOP], tcps_state state, const char *what)
{
    for (unsigned i = 0; i < N_TOP && best[i].tally; i++)
        append_place(to, &best[i], state, what);
}

void tcps_append_top_endpoints(GString *to, const tcps_model *m)
{
    const tcps_tallies *all = tcps_model_endpoints(m);
    place close_wait[N_TOP] = {{0}}, time_wait[N_TOP] = {{0}}, half_open[N_TOP] = {{0}};
    const size_t start = to->len;

    if (!all)
        return;
    int64_t *times = close_wait_times(m, all);
    for (unsigned i = 0; i < tcps_tallies_count(all); i++) {
        const tcps_tally *t = tcps_tallies_get(all, i);
        const int64_t ns = span_after(t->close_wait_ns, times[t->number]);
        if (ns >= LONG_NS)
            compete(close_wait, t, ns);
        if (tcps_tally_of(t, TCPS_TIME_WAIT)->peak >= MANY)
            compete(time_wait, t, tcps_tally_of(t, TCPS_TIME_WAIT)->peak);
        if (t->role == TCPS_SERVER && tcps_tally_of(t, TCPS_SYN_RCVD)->peak >= MANY)
            compete(half_open, t, tcps_tally_of(t, TCPS_SYN_RCVD)->peak);
    }
    g_free(times);
    append_best(to, close_wait, TCPS_CLOSE_WAIT, "in CLOSE_WAIT, all sockets together");
    append_best(to, time_wait, TCPS_TIME_WAIT, "sockets in TIME_WAIT at once");
    append_best(to, half_open, TCPS_SYN_RCVD, "sockets half-open at once");
    if (to->len > start)
        g_string_insert(to, (gssize)start, "\nEndpoints where sockets pile up (more: tcpstate,endpoints)\n");
}

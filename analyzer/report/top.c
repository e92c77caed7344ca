/* top.c: see top.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/top.h"

#include <string.h>

#include "report/endpoints.h"
#include "report/when.h"
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
    if (!lossy && !t->one_sided && !t->mid_stream && !t->copies && !t->repeats && !t->losses.options_cut)
        return;
    g_string_append(to, "\nCapture\n");
    append_flaw(to, lossy, " with segments that were not captured", "connection", "connections");
    append_flaw(to, t->one_sided, " of which one direction was captured", "connection", "connections");
    append_flaw(to, t->mid_stream, " that began before the capture", "connection", "connections");
    append_flaw(to, t->losses.options_cut, " whose options the capture cut off", "segment", "segments");
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
/* One socket is no pile. */
#define MANY_SOCKETS 2
/* So many handshakes that nobody completes are more than packets that got lost. */
#define MANY_HANDSHAKES 10
/* Of what time_wait_pileup warns of, this part is worth a line. */
#define PART_OF_PILE 10

typedef struct {
    const tcps_address *address;
    const void *of; /* the tally or dealings */
    tcps_role role;
    uint32_t n;
} pile;

/* The most; of as many, in the order of addresses; of a connection, the server. */
static bool goes_before(const pile *a, const pile *b)
{
    if (a->n != b->n)
        return a->n > b->n;
    const int order = memcmp(a->address->bytes, b->address->bytes, sizeof a->address->bytes);
    if (order)
        return order < 0;
    return a->address->port != b->address->port ? a->address->port < b->address->port : a->role > b->role;
}

/* Inserts it among the best, which stand in order. */
static void compete(pile best[N_TOP], const pile *new)
{
    unsigned i = N_TOP;

    for (; i > 0 && (!best[i - 1].of || goes_before(new, &best[i - 1])); i--)
        if (i < N_TOP)
            best[i] = best[i - 1];
    if (i < N_TOP)
        best[i] = *new;
}

static void append_who(GString *to, const pile *p)
{
    g_string_append(to, "  ");
    tcps_address_append(to, p->address);
    if (!p->address->port)
        g_string_truncate(to, to->len - strlen(":0"));
    g_string_append(to, p->role == TCPS_CLIENT ? " (client): " : ": ");
}

static void append_where(GString *to, const pile *p, tcps_state state)
{
    g_string_append(to, "\n      ");
    tcps_address_append_filter(to, p->address);
    g_string_append_printf(to, " && tcpstate.%s.state == \"%s\"\n", tcps_role_name(p->role), tcps_state_name(state));
}

static void append_close_wait(GString *to, const pile *p, const tcps_model *m)
{
    const tcps_dealings *d = p->of;

    append_who(to, p);
    g_string_append_printf(to, "%u sockets in CLOSE_WAIT for more than ", p->n);
    tcps_duration_append(to, tcps_model_config(m)->linger_ns);
    g_string_append(to, ", at most ");
    tcps_duration_append(to, d->close_wait_ns);
    if (d->close_waits_on)
        g_string_append_printf(to, "; %u at the end", d->close_waits_on);
    append_where(to, p, TCPS_CLOSE_WAIT);
}

static void append_time_wait(GString *to, const pile *p, const tcps_model *m)
{
    const tcps_tally *t = p->of;
    const uint32_t ports = tcps_model_config(m)->ephemeral_ports;

    append_who(to, p);
    g_string_append_printf(to, "%u sockets in TIME_WAIT at once, at ", p->n);
    tcps_when_append(to, m, tcps_tally_of(t, TCPS_TIME_WAIT)->peak_ns);
    if (ports && 100.0 * p->n >= ports)
        g_string_append_printf(to, " (%.0f %% of %u ports)", 100.0 * p->n / ports, ports);
    append_where(to, p, TCPS_TIME_WAIT);
}

static void append_handshakes(GString *to, const pile *p)
{
    const tcps_dealings *d = p->of;

    append_who(to, p);
    g_string_append_printf(to, "%u handshakes answered and not completed (asked %u times, completed %u)", p->n,
                           d->asked, d->completed);
    append_where(to, p, TCPS_SYN_RCVD);
}

static void find_dealings(const GPtrArray *all, pile close_wait[N_TOP], pile handshakes[N_TOP])
{
    for (unsigned i = 0; i < all->len; i++) {
        const tcps_dealings *d = all->pdata[i];
        pile p = {&d->key.address, d, (tcps_role)d->key.role, d->close_waits};
        if (p.n >= MANY_SOCKETS)
            compete(close_wait, &p);
        p.n = d->answered - d->completed;
        if (p.n >= MANY_HANDSHAKES)
            compete(handshakes, &p);
    }
}

static void find_time_waits(const tcps_model *m, pile best[N_TOP])
{
    const tcps_tallies *all = tcps_model_endpoints(m);
    const uint32_t least = MAX(tcps_model_config(m)->time_wait_sockets / PART_OF_PILE, 2);

    for (unsigned i = 0; all && i < tcps_tallies_count(all); i++) {
        const tcps_tally *t = tcps_tallies_get(all, i);
        const pile p = {&t->address, t, (tcps_role)t->role, tcps_tally_of(t, TCPS_TIME_WAIT)->peak};
        if (p.n >= least)
            compete(best, &p);
    }
}

void tcps_append_top_endpoints(GString *to, const tcps_model *m, const tcps_totals *t)
{
    pile close_wait[N_TOP] = {{0}}, time_wait[N_TOP] = {{0}}, handshakes[N_TOP] = {{0}};
    const size_t start = to->len;
    GPtrArray *dealings = tcps_dealings_list(t->subjects);

    find_dealings(dealings, close_wait, handshakes);
    find_time_waits(m, time_wait);
    for (unsigned i = 0; i < N_TOP && close_wait[i].of; i++)
        append_close_wait(to, &close_wait[i], m);
    for (unsigned i = 0; i < N_TOP && time_wait[i].of; i++)
        append_time_wait(to, &time_wait[i], m);
    for (unsigned i = 0; i < N_TOP && handshakes[i].of; i++)
        append_handshakes(to, &handshakes[i]);
    g_ptr_array_free(dealings, TRUE);
    if (to->len > start)
        g_string_insert(to, (gssize)start, "\nEndpoints where sockets pile up (more: tcpstate,endpoints)\n");
}

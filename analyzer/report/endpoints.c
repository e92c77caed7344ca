/* endpoints.c: prints services and client hosts from the model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/endpoints.h"
#include "report/functions.h"

#include <string.h>

#include "base/span.h"

/* More than these are counted, not listed: a flood has an endpoint for each forged address. */
#define MAX_LISTED 20

uint32_t tcps_endpoint_limited_peak(const tcps_tally *t)
{
    return tcps_tally_of(t, t->role == TCPS_SERVER ? TCPS_SYN_RCVD : TCPS_TIME_WAIT)->peak;
}

uint32_t tcps_endpoint_limit(const tcps_model *m, const tcps_tally *t)
{
    const tcps_config *config = tcps_model_config(m);
    return t->role == TCPS_SERVER ? config->backlog : config->ephemeral_ports;
}

static uint64_t burden(const tcps_tally *t)
{
    return (uint64_t)tcps_tally_of(t, TCPS_SYN_RCVD)->peak + tcps_tally_of(t, TCPS_CLOSE_WAIT)->peak +
           tcps_tally_of(t, TCPS_TIME_WAIT)->peak;
}

static gint by_burden(gconstpointer a, gconstpointer b)
{
    const tcps_tally *x = *(const tcps_tally *const *)a, *y = *(const tcps_tally *const *)b;
    const uint64_t bx = burden(x), by = burden(y);

    if (bx != by)
        return bx < by ? 1 : -1;
    if (x->opened != y->opened)
        return x->opened < y->opened ? 1 : -1;
    const int order = memcmp(x->address.bytes, y->address.bytes, sizeof x->address.bytes);
    return order ? order : x->address.port - y->address.port;
}

GPtrArray *tcps_endpoints_sorted(const tcps_model *m, tcps_role role)
{
    const tcps_tallies *all = tcps_model_endpoints(m);
    GPtrArray *to = g_ptr_array_new();

    for (unsigned i = 0; all && i < tcps_tallies_count(all); i++) {
        const tcps_tally *t = tcps_tallies_get(all, i);
        if (t->role == role)
            g_ptr_array_add(to, (gpointer)t);
    }
    g_ptr_array_sort(to, by_burden);
    return to;
}

static double seconds_at(const tcps_model *m, int64_t time_ns)
{
    return (double)span_between(tcps_model_start_ns(m), time_ns) / 1e9;
}

/* "opened 300: 4.94 a second, at most 187 within a second (from 0.513 s)" */
static void append_rate(GString *to, const tcps_model *m, const char *what, uint32_t n, const tcps_rate *rate)
{
    const double seconds = seconds_at(m, tcps_model_end_ns(m));

    g_string_append_printf(to, "    %s %u", what, n);
    const double mean = seconds > 0 ? n / seconds : 0;
    if (n == 1)
        g_string_append_printf(to, " (at %.3f s)", seconds_at(m, rate->peak_ns));
    else if (n && seconds > 0)
        g_string_append_printf(to, ": %.*f a second, at most %u within a second (from %.3f s)",
                               mean < 0.1   ? 3
                               : mean < 10  ? 2
                               : mean < 100 ? 1
                                            : 0,
                               mean, rate->peak, seconds_at(m, rate->peak_ns));
    g_string_append_c(to, '\n');
}

static void append_limit(GString *to, const tcps_model *m, const tcps_tally *t)
{
    const uint32_t peak = tcps_endpoint_limited_peak(t), limit = tcps_endpoint_limit(m, t);

    if (!peak || !limit)
        return;
    g_string_append_printf(to, "    %s: %u of %u",
                           t->role == TCPS_SERVER ? "half-open peak against the backlog"
                                                  : "TIME_WAIT peak against the ephemeral ports",
                           peak, limit);
    if (100.0 * peak >= limit)
        g_string_append_printf(to, " (%.0f %%)", 100.0 * peak / limit);
    g_string_append_c(to, '\n');
}

void tcps_address_append_filter(GString *to, const tcps_address *address)
{
    GString *host = g_string_new(NULL);
    const bool v6 = address->len == 16;

    tcps_address_append(host, address);
    g_string_truncate(host, (gsize)(strrchr(host->str, ':') - host->str));
    if (v6) { /* without its brackets */
        g_string_erase(host, 0, 1);
        g_string_truncate(host, host->len - 1);
    }
    g_string_append_printf(to, "%s == %s", v6 ? "ipv6.addr" : "ip.addr", host->str);
    if (address->port)
        g_string_append_printf(to, " && tcp.port == %u", address->port);
    g_string_free(host, TRUE);
}

static void append_endpoint(GString *to, const tcps_model *m, const tcps_tally *t)
{
    g_string_append(to, "  ");
    tcps_address_append(to, &t->address);
    if (t->role == TCPS_CLIENT) /* its port is none */
        g_string_truncate(to, to->len - strlen(":0"));
    g_string_append(to, "    ");
    tcps_address_append_filter(to, &t->address);
    g_string_append_c(to, '\n');
    append_rate(to, m, "opened", t->opened, &t->opening);
    append_rate(to, m, "closed", t->closed, &t->closing);
    g_string_append_printf(to, "    %-12s %9s %9s %12s %9s\n", "state", "now", "peak", "at (s)", "frame");
    for (unsigned state = TCPS_SYN_SENT; state < TCPS_N_STATES; state++)
        if (tcps_tally_of(t, state)->peak)
            g_string_append_printf(to, "    %-12s %9u %9u %12.3f %9u\n", tcps_state_name(state),
                                   tcps_tally_of(t, state)->now, tcps_tally_of(t, state)->peak,
                                   seconds_at(m, tcps_tally_of(t, state)->peak_ns),
                                   tcps_tally_of(t, state)->peak_frame);
    append_limit(to, m, t);
}

static void append_role(GString *to, const tcps_model *m, tcps_role role, const char *title)
{
    GPtrArray *all = tcps_endpoints_sorted(m, role);
    const unsigned n = MIN(all->len, MAX_LISTED);

    g_string_append_printf(to, "%s: %u\n", title, all->len);
    for (unsigned i = 0; i < n; i++)
        append_endpoint(to, m, g_ptr_array_index(all, i));
    if (all->len > n)
        g_string_append_printf(to, "  ... and %u more (all of them: tcpstate,json,endpoints)\n", all->len - n);
    g_ptr_array_free(all, TRUE);
}

GString *tcps_endpoints_text(const tcps_model *m, G_GNUC_UNUSED int64_t none)
{
    GString *to = g_string_new(NULL);

    append_role(to, m, TCPS_SERVER, "Services (a server's address and port)");
    g_string_append_c(to, '\n');
    append_role(to, m, TCPS_CLIENT, "Client hosts");
    return to;
}

/* clocks.c: see clocks.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hosts/clocks.h"

#include <string.h>

#include "base/seq.h"
#include "base/span.h"

enum { PLACES = 1024 };

/* So long a service keeps the timestamp of a host that has no connection any more (Linux, TCP_PAWS_MSL). */
#define KEPT_NS INT64_C(60000000000)
/* No clock of timestamps ticks faster than once a millisecond (RFC 7323 §5.4), but for its drift and the way to the capture. */
#define FASTEST_TICKS(ns) ((ns) / 950000 + 100)

struct tcps_clocks {
    tcps_clock places[PLACES];
};

tcps_clocks *tcps_clocks_new(void)
{
    return g_new0(tcps_clocks, 1);
}

void tcps_clocks_free(tcps_clocks *clocks)
{
    g_free(clocks);
}

static uint64_t mix(uint64_t h, const tcps_address *a)
{
    uint64_t words[2];
    memcpy(words, a->bytes, sizeof words);
    h = (h ^ words[0]) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ h >> 29 ^ words[1]) * UINT64_C(0xFF51AFD7ED558CCD);
    return (h ^ h >> 31 ^ a->port) * UINT64_C(0xC4CEB9FE1A85EC53);
}

static unsigned place_of(const tcps_address *host, const tcps_address *service)
{
    return (unsigned)(mix(mix(0, host), service) >> 40) % PLACES;
}

static tcps_address host_of(const tcps_address *end)
{
    tcps_address host = *end;
    host.port = 0;
    return host;
}

static bool is_of(const tcps_clock *k, const tcps_address *host, const tcps_address *service)
{
    return k->n && tcps_address_same(&k->host, host) && tcps_address_same(&k->service, service);
}

const tcps_clock *tcps_clocks_get(const tcps_clocks *clocks, const tcps_address *end, const tcps_address *service)
{
    const tcps_address host = host_of(end);
    const tcps_clock *k = &clocks->places[place_of(&host, service)];
    return is_of(k, &host, service) ? k : NULL;
}

static void begin_run(tcps_clock *k, uint32_t ts, int64_t time_ns)
{
    k->first_ns = time_ns;
    k->first_ts = ts;
    k->n = 0;
}

void tcps_clocks_note(tcps_clocks *clocks, const tcps_address *end, const tcps_address *service, uint32_t ts,
                      int64_t time_ns)
{
    const tcps_address host = host_of(end);
    tcps_clock *k = &clocks->places[place_of(&host, service)];
    if (!is_of(k, &host, service)) {
        *k = (tcps_clock){.host = host, .service = *service};
        begin_run(k, ts, time_ns);
    } else {
        const int64_t passed_ns = span_between(k->newest_ns, time_ns);
        const int64_t ticks = seq_diff(ts, k->newest_ts);
        if (ticks < 0 && passed_ns < KEPT_NS)
            k->went_back = true;
        if (ticks < 0 || ticks > FASTEST_TICKS(passed_ns))
            begin_run(k, ts, time_ns); /* another clock */
    }
    k->newest_ns = time_ns;
    k->newest_ts = ts;
    k->newest_of = end->port;
    if (k->n < UINT32_MAX)
        k->n++;
}

uint32_t tcps_clock_at(const tcps_clock *k, int64_t time_ns)
{
    const int64_t run_ns = span_between(k->first_ns, k->newest_ns);
    const double rate = run_ns > 0 ? (double)(uint32_t)(k->newest_ts - k->first_ts) / (double)run_ns : 0;
    const double ticks = rate * (double)span_between(time_ns, k->newest_ns);
    return k->newest_ts - (uint32_t)(int64_t)CLAMP(ticks, -2e9, 2e9);
}

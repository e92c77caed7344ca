/* moments.c: see moments.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/moments.h"

#include <string.h>

#include "base/span.h"

#define SECOND_NS INT64_C(1000000000)

/* A moment is 2^NARROW ns long to begin with, about an eighth of a second. */
enum { NARROW = 27, WIDEST = 63 };

/* Which moment a time is in; in the order of times. */
static uint64_t number_of(const tcps_moments *m, int64_t time_ns)
{
    const unsigned shift = NARROW + m->wider;
    return ((uint64_t)time_ns ^ UINT64_C(1) << 63) >> (shift < WIDEST ? shift : WIDEST);
}

static void join(tcps_burst *to, const tcps_burst *other)
{
    to->first_ns = other->first_ns < to->first_ns ? other->first_ns : to->first_ns;
    to->last_ns = other->last_ns > to->last_ns ? other->last_ns : to->last_ns;
    to->n += other->n;
}

static void widen(tcps_moments *m)
{
    unsigned kept = 1;

    m->wider++;
    for (unsigned i = 1; i < m->n; i++) {
        if (number_of(m, m->at[i].first_ns) == number_of(m, m->at[kept - 1].first_ns))
            join(&m->at[kept - 1], &m->at[i]);
        else
            m->at[kept++] = m->at[i];
    }
    m->n = (uint8_t)kept;
}

void tcps_moments_add(tcps_moments *m, int64_t time_ns)
{
    const tcps_burst new = {time_ns, time_ns, 1};

    for (;; widen(m)) {
        unsigned i = m->n;
        while (i > 0 && number_of(m, m->at[i - 1].first_ns) > number_of(m, time_ns))
            i--;
        if (i > 0 && number_of(m, m->at[i - 1].first_ns) == number_of(m, time_ns)) {
            join(&m->at[i - 1], &new);
            return;
        }
        if (m->n < TCPS_MAX_MOMENTS) {
            memmove(&m->at[i + 1], &m->at[i], (m->n - i) * sizeof m->at[0]);
            m->at[i] = new;
            m->n++;
            return;
        }
    }
}

tcps_burst tcps_moments_burst(const tcps_moments *m)
{
    tcps_burst most = {0}, now = {0};

    for (unsigned i = 0; i < m->n; i++) {
        if (now.n && span_between(now.last_ns, m->at[i].first_ns) < SECOND_NS)
            join(&now, &m->at[i]);
        else
            now = m->at[i];
        if (now.n > most.n)
            most = now;
    }
    return most;
}

bool tcps_moments_none_between(const tcps_moments *m, int64_t from_ns, int64_t to_ns)
{
    for (unsigned i = 0; i < m->n; i++)
        if (m->at[i].last_ns > from_ns && m->at[i].first_ns < to_ns)
            return false;
    return true;
}

bool tcps_moments_any_after(const tcps_moments *m, int64_t time_ns)
{
    return m->n && m->at[m->n - 1].last_ns > time_ns;
}

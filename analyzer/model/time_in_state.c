/* time_in_state.c: see time_in_state.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/time_in_state.h"

#include <glib.h>

#include "base/span.h"

static uint8_t whose(unsigned end, unsigned state)
{
    return (uint8_t)(1 + (end << 4 | state));
}

void tcps_spent_add(tcps_spent *s, unsigned end, unsigned state, int64_t ns)
{
    const uint8_t owner = whose(end, state);
    for (;; s = s->more) {
        for (unsigned i = 0; i < TCPS_SPENT_PLACES; i++) {
            if (s->whose[i] && s->whose[i] != owner)
                continue;
            s->whose[i] = owner;
            s->ns[i] = span_after(s->ns[i], ns);
            return;
        }
        if (!s->more)
            s->more = g_new0(tcps_spent, 1);
    }
}

int64_t tcps_spent_in(const tcps_spent *s, unsigned end, unsigned state)
{
    const uint8_t owner = whose(end, state);
    for (; s; s = s->more)
        for (unsigned i = 0; i < TCPS_SPENT_PLACES && s->whose[i]; i++)
            if (s->whose[i] == owner)
                return s->ns[i];
    return 0;
}

void tcps_spent_clear(tcps_spent *s)
{
    while (s->more) {
        tcps_spent *next = s->more;
        s->more = next->more;
        g_free(next);
    }
}

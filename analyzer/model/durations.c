/* durations.c: see durations.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/durations.h"

#include <stdbool.h>

/* Within a hundredth. */
static bool is_alike(int64_t one, int64_t other)
{
    return other > one - one / 100 && other < one + one / 100;
}

void tcps_durations_add(tcps_durations *d, int64_t ns)
{
    for (unsigned i = 0; i < TCPS_MAX_ALIKE; i++) {
        if (d->alike[i].n > 0 && !is_alike(d->alike[i].ns, ns))
            continue;
        if (d->alike[i].n++ == 0)
            d->alike[i].ns = ns;
        return;
    }
}

tcps_alike tcps_durations_most(const tcps_durations *d)
{
    tcps_alike most = d->alike[0];
    for (unsigned i = 1; i < TCPS_MAX_ALIKE; i++)
        if (d->alike[i].n > most.n)
            most = d->alike[i];
    return most;
}

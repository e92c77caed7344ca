/* losses.c: see losses.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/losses.h"

#define MILLION 1e6

enum { MATTERS_PPM = 1000, MATTERS_CONNECTIONS = 10, MATTERS_ONE_IN = 100 };

uint32_t tcps_losses_ppm(const tcps_losses *l)
{
    if (!l->told || !l->dropped)
        return 0;
    const double share = (double)l->dropped / (double)MAX(l->received, l->dropped);
    return (uint32_t)MAX(1, share * MILLION + 0.5);
}

bool tcps_losses_matter(const tcps_losses *l)
{
    return tcps_losses_ppm(l) >= MATTERS_PPM || l->files_missing || l->pauses ||
           (l->lossy >= MATTERS_CONNECTIONS && l->lossy >= l->connections / MATTERS_ONE_IN);
}

void tcps_losses_doubt(const tcps_losses *l, tcps_finding *f)
{
    if (!(f->faked_by & TCPS_FAKED_BY_DROPS))
        return;
    f->severity = MIN(f->severity, TCPS_NOTE);
    f->doubt |= TCPS_FAKED_BY_DROPS;
    f->lost_ppm = tcps_losses_ppm(l);
}

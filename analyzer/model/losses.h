/* losses.h: what the capture itself lacks: as its files tell it, and as connections show it whose segments were acknowledged and not
 * captured. What follows from something missing, and was found in a capture that lost much, is doubtful.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LOSSES_H
#define TCPS_LOSSES_H

#include "rfc/tcpstate.h"

G_BEGIN_DECLS

typedef struct {
    bool told;                  /* the file says how much was dropped */
    uint64_t dropped, received; /* packets, all together; those dropped are among them */
    uint32_t files_missing;     /* of a ring buffer's, between those that were read */
    uint32_t pauses;            /* between files, while connections went on */
    int64_t pause_ns;           /* all together */
    /* as segments and findings show it */
    uint64_t options_cut;        /* segments whose options were not captured whole */
    uint32_t connections, lossy; /* so many there are, and of so many something is missing */
} tcps_losses;

/* Enough is missing for what it can fake to be doubtful: one packet in a thousand, as the file tells; a file of a ring buffer, or the time
 * between two; or something of one connection in a hundred, and of ten in all. */
bool tcps_losses_matter(const tcps_losses *losses);

/* Packets of a million that were dropped; 0: none, or the file does not tell. */
uint32_t tcps_losses_ppm(const tcps_losses *losses);

/* The finding as it stands where losses matter: a note at most, if they can fake it. */
void tcps_losses_doubt(const tcps_losses *losses, tcps_finding *finding);

G_END_DECLS
#endif

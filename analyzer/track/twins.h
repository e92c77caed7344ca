/* twins.h: a connection that goes on with the numbers of another one: a NAT has translated one part of it and not the other.
 *
 * Of the connections that were opened of late some are kept: by the client's port, and by the client's initial sequence number; where two
 * want one place, the newer one has it. So it takes the same memory whatever the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TWINS_H
#define TCPS_TWINS_H

#include "infer/connection.h"

typedef struct tcps_twins tcps_twins;

tcps_twins *tcps_twins_new(void);
void tcps_twins_free(tcps_twins *twins);

/* The connection that another one goes on with. */
typedef struct {
    uint32_t index; /* UINT32_MAX: there is none */
    bool by_clocks; /* of other ports, too: as numbers and timestamps tell */
} tcps_twin;

/* What the segment showed: notes a handshake; of the first segment of a stream joined in its middle, the connection that it goes on with: one
 * end and the client's port are the same, and the numbers fit; or whatever the ends, numbers and timestamps of both do. */
tcps_twin tcps_twins_of(tcps_twins *twins, const tcps_connection *c, const tcps_segment *s, const tcps_observation *o);

#endif

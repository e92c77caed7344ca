/* fast_path.h: the way of a segment through a connection that most segments take.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_FAST_PATH_H
#define TCPS_FAST_PATH_H

#include "infer/connection.h"

/* Data or an ACK in order, from the end with index `from`, between two endpoints that are shown to be ESTABLISHED: then it does
 * all that tcps_connection_segment would do, and returns true. Of such a segment no rule wants to know, and no count of sockets
 * changes. Returns false, with nothing done, for any other. */
bool tcps_connection_quick(tcps_connection *c, unsigned from, const tcps_segment *s, tcps_observation *o);

#endif

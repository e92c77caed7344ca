/* invariants.h: what connection.h and endpoint.h say always holds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_INVARIANTS_H
#define TCPS_INVARIANTS_H

#include "infer/connection.h"

/* The first that does not hold of the connection or of its ends, in words; NULL: all do. Debug builds and fuzzers ask for it after each
 * segment. */
const char *tcps_connection_broken(const tcps_connection *c);

#endif

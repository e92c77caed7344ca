/* pack.h: a connection as few bytes, while nothing happens to it.
 *
 * Most connections of a capture are over, or idle. Packed they take about a fifth of their memory; nothing of what is known
 * of them gets lost but the fingerprints of frames too old to have a second copy.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_PACK_H
#define TCPS_PACK_H

#include "infer/connection.h"
#include "track/shapes.h"

typedef struct tcps_packed tcps_packed;

/* To be freed with g_free. now_ns is the capture's time; to unpack it takes the same shapes. */
tcps_packed *tcps_pack(const tcps_connection *connection, tcps_shapes *shapes, int64_t now_ns);
/* Sets all of *connection but its analyzer and its place among those awake. tallies are those of its analyzer. */
void tcps_unpack(const tcps_packed *packed, const tcps_shapes *shapes, const tcps_tallies *tallies,
                 tcps_connection *connection);

/* The packed connection is of these ends, in the order of tcps_connection.addresses. */
bool tcps_packed_is_of(const tcps_packed *packed, const tcps_address ends[2]);
uint32_t tcps_packed_index(const tcps_packed *packed);

#endif

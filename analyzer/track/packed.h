/* packed.h: a connection that is over, or quiet, in few bytes (base/likeness.h).
 *
 * Nothing of it is lost: it is as it was when it is unpacked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_PACKED_H
#define TCPS_PACKED_H

#include "infer/connection.h"

typedef struct tcps_packer tcps_packer;

tcps_packer *tcps_packer_new(tcps_endpoint_memory *memory); /* of what connections hold that are unpacked */
/* What was packed is gone. */
void tcps_packer_free(tcps_packer *packer);

/* NULL where it holds what hardly any connection does by the time that it is over. The connection stays. */
void *tcps_pack(tcps_packer *packer, const tcps_connection *c);
void tcps_packed_drop(tcps_packer *packer, void *packed);
/* The connection is not cleared before: what it holds is lost. */
void tcps_unpack(tcps_packer *packer, void *packed, tcps_connection *c);
/* The same once it was unpacked and has changed, or not. NULL: it can be packed no more, and packed is dropped. */
void *tcps_pack_again(tcps_packer *packer, void *packed, const tcps_connection *c);

bool tcps_packed_is_of(tcps_packer *packer, const void *packed, const tcps_address ends[2]);

#endif

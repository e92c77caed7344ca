/* address.h: when two ends are addressed alike.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ADDRESS_H
#define TCPS_ADDRESS_H

#include <string.h>

#include "tcpstate.h"

static inline bool tcps_address_same(const tcps_address *a, const tcps_address *b)
{
    return a->port == b->port && a->len == b->len && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

#endif

/* flood.h: one cause, one finding: what a SYN flood at a service does to single handshakes is no finding besides it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_FLOOD_H
#define TCPS_FLOOD_H

#include "rules/ids.h"
#include "rules/rule.h"

static inline bool tcps_is_flooded(const tcps_connection *connection)
{
    const tcps_tally *service = tcps_connection_tally(connection, TCPS_SERVER);
    return service && service->raised >> TCPS_RULE_syn_flood & 1;
}

#endif

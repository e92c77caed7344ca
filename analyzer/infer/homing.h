/* homing.h: at which end of a connection the capture was made: as was told, or as segments and hosts/homes.h show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_HOMING_H
#define TCPS_HOMING_H

#include "hosts/homes.h"
#include "infer/connection.h"

/* Sets at_home of both ends, by what is known now. */
void tcps_homing_find(tcps_connection *c, const tcps_homes *homes, const tcps_config *config);
/* A segment of that end comes: before the connection is given it; */
void tcps_homing_before(tcps_connection *c, const tcps_incarnations *above, unsigned from, const tcps_segment *s);
/* and after that: what it has shown. */
void tcps_homing_after(tcps_connection *c, const tcps_incarnations *above, tcps_observation *o);

#endif

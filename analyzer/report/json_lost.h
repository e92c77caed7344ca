/* json_lost.h: what the capture itself lost, and which findings are doubtful for it, for programs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_JSON_LOST_H
#define TCPS_JSON_LOST_H

#include "model/losses.h"
#include "report/json_line.h"

/* The member "lost". */
void json_lost(json_lines *l, const tcps_losses *lost);
/* The member "doubt": what the capture lacks that may have made it up. */
void json_doubts(json_lines *l, const tcps_finding *f);

#endif

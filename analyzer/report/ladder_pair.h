/* ladder_pair.h: ladders of connections that several points saw.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LADDER_PAIR_H
#define TCPS_LADDER_PAIR_H

#include "model/model.h"
#include "report/json_sink.h"

/* A line: both ends, and whose capture tells of each. */
void tcps_pair_append_ends(GString *to, const tcps_points *p, const tcps_joined *j);
/* connection: the joined one's number; negative: all. */
GString *tcps_ladder_pair_text(const tcps_model *m, int64_t connection, bool why);
void tcps_ladder_pair_json(const tcps_model *m, int64_t connection, const tcps_json_sink *sink);

#endif

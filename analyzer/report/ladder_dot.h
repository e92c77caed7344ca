/* ladder_dot.h: a ladder as a graph, for Graphviz to draw.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LADDER_DOT_H
#define TCPS_LADDER_DOT_H

#include "model/model.h"

G_BEGIN_DECLS

/* One digraph, to be laid out by dot, with a cluster for each connection: of one connection, or of all with a negative number.
 * The model must have kept the segments (tcps_model_keep_segments). Free with g_string_free. */
GString *tcps_ladder_dot(const tcps_model *model, int64_t connection);

G_END_DECLS
#endif

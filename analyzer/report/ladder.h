/* ladder.h: each segment of a connection with the state of both endpoints after it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LADDER_H
#define TCPS_LADDER_H

#include "model/model.h"

G_BEGIN_DECLS

/* The ladder of one connection, or of all of them, an empty line in between, with a negative number. The model must have kept
 * the segments (tcps_model_keep_segments). Empty where no segment of it was fed; free with g_string_free. */
GString *tcps_ladder_text(const tcps_model *model, int64_t connection);
/* The same; where a state changes, or how certain it is, a line says why. */
GString *tcps_ladder_why_text(const tcps_model *model, int64_t connection);

G_END_DECLS
#endif

/* ladder_svg.h: a ladder as a picture: the textbook's diagram, drawn from the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LADDER_SVG_H
#define TCPS_LADDER_SVG_H

#include "model/model.h"

G_BEGIN_DECLS

/* SVG 1.1, one document, without anything from outside it; of one connection, or of all of them, one below the other, with a
 * negative number. What has no room is counted in the picture. The model must have kept the segments
 * (tcps_model_keep_segments). Free with g_string_free. */
GString *tcps_ladder_svg(const tcps_model *model, int64_t connection);

G_END_DECLS
#endif

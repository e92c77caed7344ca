/* when.h: times of a capture as its reports tell them: of the clock, with the date where that is not plain.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_WHEN_H
#define TCPS_WHEN_H

#include "model/model.h"

G_BEGIN_DECLS

/* "2024-05-31 20:31:44.123 to 20:35:00.000 UTC+02:00": from the start to the end of the capture. */
void tcps_when_append_whole(GString *to, const tcps_model *model);
/* "20:31:44"; with its date where the capture is not all of one day. */
void tcps_when_append(GString *to, const tcps_model *model, int64_t time_ns);

G_END_DECLS
#endif

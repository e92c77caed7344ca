/* when.h: times of the capture as people read them: date and clock time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_WHEN_H
#define TCPS_WHEN_H

#include "model/model.h"

G_BEGIN_DECLS

/* "2024-05-31 10:00:00.250". Dates that no calendar has (a broken capture holds any): seconds since 1970. */
void tcps_date_append(GString *to, int64_t time_ns);
/* "10:00:00.250"; with its date where the capture is not all of one day. */
void tcps_clock_append(GString *to, const tcps_model *model, int64_t time_ns);
/* "UTC" */
void tcps_zone_append(GString *to);

G_END_DECLS
#endif

/* top.h: parts of the report behind -z tcpstate: who closed first, the endpoints where sockets pile up, how good the capture is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TOP_H
#define TCPS_TOP_H

#include "model/model.h"
#include "model/totals.h"

G_BEGIN_DECLS

/* What the capture lacks, or has too much of; nothing if there is nothing to say. */
void tcps_append_quality(GString *to, const tcps_totals *totals);
void tcps_append_closed_first(GString *to, const tcps_totals *totals);
/* Of sockets in TIME_WAIT nothing unless the model has kept endpoints. */
void tcps_append_top_endpoints(GString *to, const tcps_model *model, const tcps_totals *totals);

G_END_DECLS
#endif

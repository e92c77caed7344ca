/* captured_at.h: where the capture was made, and what tells that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CAPTURED_AT_H
#define TCPS_CAPTURED_AT_H

#include "model/model.h"
#include "report/json_line.h"

G_BEGIN_DECLS

/* For the report's first lines; nothing where it is not known. */
void tcps_captured_at_append(GString *to, const tcps_model *model);
/* The member "captured_at". */
void json_captured_at(json_lines *l, const tcps_model *model);

G_END_DECLS
#endif

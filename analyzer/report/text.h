/* text.h: the report for people: what is in the capture, how the connections ended, what was wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TEXT_H
#define TCPS_TEXT_H

#include "model/model.h"

G_BEGIN_DECLS

/* No line is longer than 100 columns as long as addresses are IPv4. Free with g_string_free. */
GString *tcps_report_text(const tcps_model *model);

G_END_DECLS
#endif

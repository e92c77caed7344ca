/* json_headlines.h: what was wrong in a few lines, for programs (headlines.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_JSON_HEADLINES_H
#define TCPS_JSON_HEADLINES_H

#include "model/totals.h"
#include "report/json_line.h"

void json_headlines(json_lines *l, const tcps_totals *totals);

#endif

/* functions.h: the functions that the rows of reports.def name. NAME.c tells what each writes.
 *
 * argument is what the row says: a time, a connection (negative: all of them), or nothing (0). The model must have kept what the
 * row says, too. To be freed with g_string_free.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_REPORT_FUNCTIONS_H
#define TCPS_REPORT_FUNCTIONS_H

#include "model/model.h"
#include "report/json_sink.h"

G_BEGIN_DECLS

#define TEXT(function) GString *function(const tcps_model *model, int64_t argument);
#define JSON(function) void function(const tcps_model *model, int64_t argument, const tcps_json_sink *sink);
#define SVG(function) GString *function(const tcps_model *model, int64_t argument);
#define DOT(function) GString *function(const tcps_model *model, int64_t argument);
#define REPORT(name, argument, keeps, formats, help) formats
#include "report/reports.def"
#undef TEXT
#undef JSON
#undef SVG
#undef DOT
#undef REPORT

G_END_DECLS
#endif

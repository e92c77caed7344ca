/* json.h: the reports for programs: JSON Lines, an object a line. docs/schema.json tells what is in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_JSON_H
#define TCPS_JSON_H

#include "model/model.h"

G_BEGIN_DECLS

/* Where the lines go, one after the other: there may be more of them than fit the memory. And what each names: the capture
 * and the host that reads it; NULL where that is not known. */
typedef struct {
    const char *capture;
    const char *host;
    void (*take)(const char *line, void *data);
    void *data;
} tcps_json_sink;

/* One "summary", then a "finding" each. */
void tcps_json_summary(const tcps_model *model, const tcps_json_sink *sink);
void tcps_json_connections(const tcps_model *model, const tcps_json_sink *sink);
void tcps_json_sockets(const tcps_model *model, int64_t time_ns, const tcps_json_sink *sink);
void tcps_json_endpoints(const tcps_model *model, const tcps_json_sink *sink);
/* The segments of one connection, or of all with a negative number. */
void tcps_json_ladder(const tcps_model *model, int64_t connection, const tcps_json_sink *sink);

G_END_DECLS
#endif

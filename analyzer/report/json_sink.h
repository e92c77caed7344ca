/* json_sink.h: where the reports for programs go: JSON Lines, an object a line. docs/schema.json tells what is in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_JSON_SINK_H
#define TCPS_JSON_SINK_H

#include <glib.h>

G_BEGIN_DECLS

/* Where the lines go, one after the other: there may be more of them than fit the memory. And what each names: the capture
 * and the host that reads it; NULL where that is not known. */
typedef struct {
    const char *capture;
    const char *host;
    void (*take)(const char *line, void *data);
    void *data;
} tcps_json_sink;

G_END_DECLS
#endif

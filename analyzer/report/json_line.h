/* json_line.h: one line of JSON, member by member. For the JSON reports' own use.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_JSON_LINE_H
#define TCPS_JSON_LINE_H

#include <json-glib/json-glib.h>

#include "report/json_sink.h"
#include "rfc/tcpstate.h"

typedef struct {
    JsonBuilder *builder;
    JsonGenerator *generator;
    const tcps_json_sink *sink;
} json_lines;

json_lines json_lines_new(const tcps_json_sink *sink);
void json_lines_free(json_lines *lines);

/* Every object says what it is, of which capture, and which host read that. */
void json_line_begin(json_lines *l, const char *type);
void json_line_end(json_lines *l);

void json_object(json_lines *l, const char *name);
void json_array(json_lines *l, const char *name);
void json_close_object(json_lines *l);
void json_close_array(json_lines *l);

/* NULL and "" are null. Without a name: an array's next element. */
void json_text(json_lines *l, const char *name, const char *text);
void json_integer(json_lines *l, const char *name, int64_t number);
void json_number(json_lines *l, const char *name, double number);
void json_truth(json_lines *l, const char *name, bool truth);
void json_null(json_lines *l, const char *name);
/* In seconds. */
void json_span(json_lines *l, const char *name, int64_t ns);
/* Twice: as ISO 8601 under the name, and as seconds since 1970 under name_epoch. */
void json_time(json_lines *l, const char *name, int64_t time_ns);
/* The address under prefix_address, and prefix_port. A NULL prefix: address and port. Port 0 is none: null. */
void json_end(json_lines *l, const char *prefix, const tcps_address *address);

/* Of client and server. */
void json_ends(json_lines *l, const tcps_address both[2]);
void json_states(json_lines *l, const uint8_t state[2], const uint8_t certainty[2]);

/* The address alone. */
void json_host(json_lines *l, const char *name, const tcps_address *host);

/* An array of their names. */
void json_flags(json_lines *l, unsigned set);

#endif

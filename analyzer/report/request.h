/* request.h: what a report is asked for with: "tcpstate[,json][,REPORT[,ARGUMENT]][,FILTER]", as in tshark's -z;
 * svg or dot instead of json with ladders.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_REQUEST_H
#define TCPS_REQUEST_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef enum {
    TCPS_REPORT_SUMMARY,
    TCPS_REPORT_CONNECTIONS,
    TCPS_REPORT_SS,
    TCPS_REPORT_ENDPOINTS,
    TCPS_REPORT_LADDER,
    TCPS_REPORT_WHY /* the ladder with reasons */
} tcps_report_kind;

typedef enum { TCPS_FORMAT_TEXT, TCPS_FORMAT_JSON, TCPS_FORMAT_SVG, TCPS_FORMAT_DOT } tcps_report_format;

enum { TCPS_ALL_CONNECTIONS = -1 };

/* The time that a report is for. */
typedef enum { TCPS_TIME_END, TCPS_TIME_FROM_START, TCPS_TIME_ABSOLUTE } tcps_time_kind;

typedef struct {
    tcps_report_kind kind;
    tcps_report_format format;
    int64_t connection; /* of the ladder */
    tcps_time_kind time;
    int64_t time_ns;
    const char *filter; /* a display filter; points into the argument; NULL: none */
} tcps_request;

/* Is the word a display filter on its own: the name of a field or protocol? */
typedef bool (*tcps_is_field)(const char *word);

/* is_field is NULL where no filters are taken. Returns NULL, or what is wrong: one line that says what is allowed, to be freed
 * by the caller. */
char *tcps_request_parse(const char *argument, tcps_is_field is_field, tcps_request *r);

G_END_DECLS
#endif

/* request.h: what a report is asked for with: "tcpstate[,json][,REPORT[,ARGUMENT]][,FILTER]", as in tshark's -z;
 * svg or dot instead of json with ladders; "cut" before it, where the filter picks segments and not connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_REQUEST_H
#define TCPS_REQUEST_H

#include "report/reports.h"

G_BEGIN_DECLS

enum { TCPS_ALL_CONNECTIONS = -1 };

/* The time that a report is for. */
typedef enum { TCPS_TIME_END, TCPS_TIME_FROM_START, TCPS_TIME_ABSOLUTE } tcps_time_kind;

typedef struct {
    const tcps_report *report;
    tcps_report_format format;
    int64_t connection; /* that the report is of */
    tcps_time_kind time;
    int64_t time_ns;
    const char *filter; /* a display filter; points into the argument; NULL: none */
    bool cut;           /* what it does not let through is left out of connections, too */
} tcps_request;

/* Is the word a display filter on its own: the name of a field or protocol? */
typedef bool (*tcps_is_field)(const char *word);

/* is_field is NULL where no filters are taken; a time without a zone is in time_zone (clock.h). Returns NULL, or what is wrong: one line that says what is allowed, to be freed
 * by the caller. */
char *tcps_request_parse(const char *argument, tcps_is_field is_field, const char *time_zone, tcps_request *r);

G_END_DECLS
#endif

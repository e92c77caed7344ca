/* request.h: what a -z option asks for: "tcpstate[,json][,REPORT[,ARGUMENT]][,FILTER]".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REQUEST_H
#define TCPSTATE_REQUEST_H

#include "compat.h"

typedef enum { REPORT_SUMMARY, REPORT_CONNECTIONS, REPORT_SS, REPORT_ENDPOINTS, REPORT_LADDER } report_kind;

enum { ALL_CONNECTIONS = -1 };

/* The time that a report is for. */
typedef enum { TIME_END, TIME_FROM_START, TIME_ABSOLUTE } time_kind;

typedef struct {
    report_kind kind;
    bool json;
    int64_t connection; /* of the ladder */
    time_kind time;
    int64_t time_ns;
    const char *filter; /* points into the argument; NULL: none */
} request;

/* Returns NULL, or what is wrong: one line that says what is allowed, to be freed by the caller. */
char *request_parse(const char *argument, request *r);

#endif

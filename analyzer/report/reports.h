/* reports.h: the rows of reports.def.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_REPORTS_H
#define TCPS_REPORTS_H

#include "model/model.h"
#include "report/json_sink.h"

G_BEGIN_DECLS

typedef enum {
    TCPS_FORMAT_TEXT,
    TCPS_FORMAT_JSON,
    TCPS_FORMAT_SVG,
    TCPS_FORMAT_DOT,
    TCPS_N_FORMATS
} tcps_report_format;

typedef enum { TCPS_ARGUMENT_NONE, TCPS_ARGUMENT_TIME, TCPS_ARGUMENT_CONNECTION } tcps_report_argument;

/* What the model keeps for a report. */
enum {
    TCPS_KEEPS_SEGMENTS = 0x01, /* each segment of the connection asked for, or of all */
    TCPS_KEEPS_CHANGES = 0x02,  /* of states, for the sockets of any time */
    TCPS_KEEPS_ZEEK = 0x04,     /* what Zeek would say of each connection */
    TCPS_KEEPS_ENDPOINTS = 0x08,
    TCPS_KEEPS_SUMS = 0x10,         /* and no rows: what is over is folded into the totals */
    TCPS_KEEPS_SUMS_AS_TEXT = 0x20, /* the same, as text: JSON lists each finding */
    TCPS_KEEPS_PILES = 0x40         /* of endpoints, where sockets pile up */
};

/* To be freed with g_string_free. */
typedef GString *tcps_report_text(const tcps_model *model, int64_t argument);
typedef void tcps_report_json(const tcps_model *model, int64_t argument, const tcps_json_sink *sink);

typedef struct {
    const char *what; /* "ss,TIME" */
    const char *text; /* with line breaks */
} tcps_report_help;

typedef struct {
    const char *name;
    tcps_report_argument argument;
    unsigned keeps;                          /* TCPS_KEEPS_... */
    tcps_report_text *texts[TCPS_N_FORMATS]; /* by format, but for JSON; NULL where there is none */
    tcps_report_json *json;                  /* NULL where there is none */
    tcps_report_help help[4];                /* until the first without a name */
} tcps_report;

/* By its place; NULL behind the last. */
const tcps_report *tcps_report_at(unsigned n);
/* By its name, of so many letters; NULL where there is none. */
const tcps_report *tcps_report_named(const char *name, size_t n);

/* "json"; NULL for text, which has no name, and behind the last. */
const char *tcps_format_name(unsigned format);
tcps_report_format tcps_format_named(const char *name, size_t n); /* text where there is none */
bool tcps_report_has(const tcps_report *report, tcps_report_format format);
/* The first that has the format. */
const tcps_report *tcps_report_in(tcps_report_format format);

/* "TIME"; NULL for none. */
const char *tcps_argument_name(tcps_report_argument argument);

G_END_DECLS
#endif

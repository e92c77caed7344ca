/* reports.c: see reports.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/reports.h"
#include "report/functions.h"

#include <string.h>

/* clang-format off */
static const tcps_report rows[] = {
#define NONE TCPS_ARGUMENT_NONE
#define TIME TCPS_ARGUMENT_TIME
#define CONNECTION TCPS_ARGUMENT_CONNECTION
#define SEGMENTS TCPS_KEEPS_SEGMENTS
#define CHANGES TCPS_KEEPS_CHANGES
#define ZEEK TCPS_KEEPS_ZEEK
#define ENDPOINTS TCPS_KEEPS_ENDPOINTS
#define PILES TCPS_KEEPS_PILES
#define SUMS TCPS_KEEPS_SUMS
#define SUMS_AS_TEXT TCPS_KEEPS_SUMS_AS_TEXT
#define TEXT(function) .texts[TCPS_FORMAT_TEXT] = (function),
#define SVG(function) .texts[TCPS_FORMAT_SVG] = (function),
#define DOT(function) .texts[TCPS_FORMAT_DOT] = (function),
#define JSON(function) .json = (function),
#define HELP(what, text) {what, text},
/* What a row has of formats is a list of members, which no parentheses go around. NOLINTNEXTLINE(bugprone-macro-parentheses) */
#define REPORT(id, takes, needs, formats, lines) {#id, takes, needs, formats .help = {lines}},
#include "report/reports.def"
};
/* clang-format on */

static const char *const format_names[TCPS_N_FORMATS] = {
    [TCPS_FORMAT_JSON] = "json", [TCPS_FORMAT_SVG] = "svg", [TCPS_FORMAT_DOT] = "dot"};

static bool is_word(const char *word, const char *text, size_t n)
{
    return strlen(word) == n && strncmp(word, text, n) == 0;
}

const tcps_report *tcps_report_at(unsigned n)
{
    return n < G_N_ELEMENTS(rows) ? &rows[n] : NULL;
}

const tcps_report *tcps_report_named(const char *name, size_t n)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (is_word(rows[i].name, name, n))
            return &rows[i];
    return NULL;
}

const char *tcps_format_name(unsigned format)
{
    return format < TCPS_N_FORMATS ? format_names[format] : NULL;
}

tcps_report_format tcps_format_named(const char *name, size_t n)
{
    for (unsigned i = TCPS_FORMAT_JSON; i < TCPS_N_FORMATS; i++)
        if (is_word(format_names[i], name, n))
            return (tcps_report_format)i;
    return TCPS_FORMAT_TEXT;
}

bool tcps_report_has(const tcps_report *report, tcps_report_format format)
{
    return format == TCPS_FORMAT_JSON ? report->json != NULL : report->texts[format] != NULL;
}

const tcps_report *tcps_report_in(tcps_report_format format)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (tcps_report_has(&rows[i], format))
            return &rows[i];
    return &rows[0];
}

const char *tcps_argument_name(tcps_report_argument argument)
{
    return argument == TCPS_ARGUMENT_TIME ? "TIME" : argument == TCPS_ARGUMENT_CONNECTION ? "CONNECTION" : NULL;
}

/* request.c: see request.h. What is no part of it must be a display filter, which Wireshark looks at; but a single word that
 * is no field either was meant to be a report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/request.h"

#include <errno.h>
#include <string.h>

enum { NS_PER_SECOND = 1000000000, NS_PER_US = 1000 };

#define TIME_LIMIT_S 9e9 /* fits nanoseconds */

static const struct {
    const char *name;
    tcps_report_kind kind;
} reports[] = {{"summary", TCPS_REPORT_SUMMARY}, {"connections", TCPS_REPORT_CONNECTIONS},
               {"ss", TCPS_REPORT_SS},           {"endpoints", TCPS_REPORT_ENDPOINTS},
               {"ladder", TCPS_REPORT_LADDER},   {"why", TCPS_REPORT_WHY}};

static const struct {
    const char *name;
    tcps_report_format format;
} formats[] = {{"json", TCPS_FORMAT_JSON}, {"svg", TCPS_FORMAT_SVG}, {"dot", TCPS_FORMAT_DOT}};

static size_t word_length(const char *rest)
{
    return strcspn(rest, ",");
}

/* Takes the next word and the comma behind it off. */
static void skip_word(const char **rest)
{
    *rest += word_length(*rest);
    *rest += **rest == ',';
}

static bool take_word(const char **rest, const char *word)
{
    size_t n = word_length(*rest);
    if (strlen(word) != n || strncmp(*rest, word, n) != 0)
        return false;
    skip_word(rest);
    return true;
}

static tcps_report_format take_format(const char **rest)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++)
        if (take_word(rest, formats[i].name))
            return formats[i].format;
    return TCPS_FORMAT_TEXT;
}

static tcps_report_kind take_kind(const char **rest)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(reports); i++)
        if (take_word(rest, reports[i].name))
            return reports[i].kind;
    return TCPS_REPORT_SUMMARY;
}

/* "3,tcp.port == 80": takes the number off, if there is one. */
static int64_t take_connection(const char **rest)
{
    uint64_t number = 0;
    const char *p = *rest;
    for (; g_ascii_isdigit(*p) && number <= UINT32_MAX; p++)
        number = 10 * number + (uint64_t)g_ascii_digit_value(*p);
    if (p == *rest || (*p != '\0' && *p != ','))
        return TCPS_ALL_CONNECTIONS;
    skip_word(rest);
    return (int64_t)number;
}

static bool parse_seconds(const char *word, tcps_request *r)
{
    char *end;
    errno = 0;
    double seconds = g_ascii_strtod(word, &end);
    if (*end || errno || !(seconds >= 0 && seconds < TIME_LIMIT_S) || !g_ascii_isdigit(*word))
        return false;
    r->time = TCPS_TIME_FROM_START;
    r->time_ns = (int64_t)(seconds * NS_PER_SECOND + 0.5);
    return true;
}

/* Without a zone, the time is local, as Wireshark shows it. */
static bool parse_date(const char *word, tcps_request *r)
{
    GTimeZone *local = g_time_zone_new_local();
    GDateTime *t = g_date_time_new_from_iso8601(word, local);
    g_time_zone_unref(local);
    if (!t)
        return false;
    r->time = TCPS_TIME_ABSOLUTE;
    r->time_ns = g_date_time_to_unix(t) * NS_PER_SECOND + (int64_t)g_date_time_get_microsecond(t) * NS_PER_US;
    bool fits = ABS((double)g_date_time_to_unix(t)) < TIME_LIMIT_S;
    g_date_time_unref(t);
    return fits;
}

/* No display filter begins with a number of seconds or a date, or with a sign. */
static bool is_time(const char *word)
{
    size_t year = strspn(word, "0123456789");
    if (*word == '-' || *word == '+')
        return true;
    return year > 0 && strspn(word, "0123456789.-+:TZtzWe") == strlen(word);
}

static char *take_time(const char **rest, tcps_request *r)
{
    char *word = g_strndup(*rest, word_length(*rest)), *error = NULL;
    if (is_time(word)) {
        if (parse_seconds(word, r) || parse_date(word, r))
            skip_word(rest);
        else
            error = g_strdup_printf("tcpstate: \"%s\" is no time: seconds from the capture's start (12.5), or ISO 8601 "
                                    "(2024-05-31T10:00:00.5Z).",
                                    word);
    }
    g_free(word);
    return error;
}

static char *neither(const char *word, const char *filters)
{
    GString *error = g_string_new(NULL);
    g_string_printf(error, "tcpstate: \"%s\" is neither a report (", word);
    for (unsigned i = 0; i < G_N_ELEMENTS(reports); i++)
        g_string_append_printf(error, "%s%s", i ? ", " : "", reports[i].name);
    for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++)
        g_string_append_printf(error, "%s%s", i ? ", " : "; ", formats[i].name);
    g_string_append_printf(error, " before it) nor %s.", filters);
    return g_string_free(error, FALSE);
}

/* A filter of one word is the name of a field or protocol. */
static char *check_filter(const char *rest, tcps_is_field is_field)
{
    size_t n = word_length(rest),
           letters = strspn(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (n == 0 || letters != n)
        return NULL;
    char *word = g_strndup(rest, n), *error = NULL;
    if (rest[n] == ',' || !is_field(word))
        error = neither(word, "a display filter");
    g_free(word);
    return error;
}

/* What is left is more than a report. */
static char *no_filter(const char *rest)
{
    return *rest ? neither(rest, "an argument of one (ss,TIME; ladder,CONNECTION)") : NULL;
}

static char *check_format(const tcps_request *r)
{
    if (r->format == TCPS_FORMAT_TEXT || r->format == TCPS_FORMAT_JSON || r->kind == TCPS_REPORT_LADDER)
        return NULL;
    const char *name = r->format == TCPS_FORMAT_SVG ? "svg" : "dot";
    return g_strdup_printf("tcpstate: pictures are of ladders: %s,ladder or %s,ladder,CONNECTION.", name, name);
}

char *tcps_request_parse(const char *argument, tcps_is_field is_field, tcps_request *r)
{
    const char *rest = argument;
    char *error = NULL;
    *r = (tcps_request){.connection = TCPS_ALL_CONNECTIONS};
    if (!take_word(&rest, "tcpstate"))
        return g_strdup_printf("Invalid -z argument \"%s\".", argument);
    r->format = take_format(&rest);
    r->kind = take_kind(&rest);
    error = check_format(r);
    if (r->kind == TCPS_REPORT_LADDER || r->kind == TCPS_REPORT_WHY)
        r->connection = take_connection(&rest);
    if (!error && r->kind == TCPS_REPORT_SS)
        error = take_time(&rest, r);
    if (!error)
        error = is_field ? check_filter(rest, is_field) : no_filter(rest);
    r->filter = *rest ? rest : NULL;
    return error;
}

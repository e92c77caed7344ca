/* request.c: see request.h. What is no part of it must be a display filter, which Wireshark looks at; but a single word that
 * is no field either was meant to be a report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/request.h"

#include <errno.h>
#include <string.h>

#include "report/clock.h"

enum { NS_PER_SECOND = 1000000000 };

#define TIME_LIMIT_S 9e9 /* fits nanoseconds */

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
    const tcps_report_format format = tcps_format_named(*rest, word_length(*rest));
    if (format != TCPS_FORMAT_TEXT)
        skip_word(rest);
    return format;
}

static const tcps_report *take_report(const char **rest)
{
    const tcps_report *report = tcps_report_named(*rest, word_length(*rest));
    if (report)
        skip_word(rest);
    return report ? report : tcps_report_at(0);
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

static bool parse_date(const char *word, const char *time_zone, tcps_request *r)
{
    if (!tcps_clock_parse(word, time_zone, &r->time_ns))
        return false;
    r->time = TCPS_TIME_ABSOLUTE;
    return true;
}

/* No display filter begins with a number of seconds or a date, or with a sign. */
static bool is_time(const char *word)
{
    size_t year = strspn(word, "0123456789");
    if (*word == '-' || *word == '+')
        return true;
    return year > 0 && strspn(word, "0123456789.-+:TZtzWe") == strlen(word);
}

static char *take_time(const char **rest, const char *time_zone, tcps_request *r)
{
    char *word = g_strndup(*rest, word_length(*rest)), *error = NULL;
    if (is_time(word)) {
        if (parse_seconds(word, r) || parse_date(word, time_zone, r))
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
    const tcps_report *report;
    g_string_printf(error, "tcpstate: \"%s\" is neither a report (", word);
    for (unsigned i = 0; (report = tcps_report_at(i)); i++)
        g_string_append_printf(error, "%s%s", i ? ", " : "", report->name);
    for (unsigned i = TCPS_FORMAT_JSON; i < TCPS_N_FORMATS; i++)
        g_string_append_printf(error, "%s%s", i > TCPS_FORMAT_JSON ? ", " : "; ", tcps_format_name(i));
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
    const tcps_report *report;
    if (!*rest)
        return NULL;
    GString *arguments = g_string_new(NULL);
    for (unsigned i = 0; (report = tcps_report_at(i)); i++)
        if (tcps_argument_name(report->argument))
            g_string_append_printf(arguments, "%s%s,%s", arguments->len ? "; " : "an argument of one (", report->name,
                                   tcps_argument_name(report->argument));
    g_string_append_c(arguments, ')');
    char *error = neither(rest, arguments->str);
    g_string_free(arguments, TRUE);
    return error;
}

static char *check_format(const tcps_request *r)
{
    if (tcps_report_has(r->report, r->format))
        return NULL;
    const tcps_report *other = tcps_report_in(r->format);
    const char *format = tcps_format_name(r->format), *argument = tcps_argument_name(other->argument);
    GString *error = g_string_new(NULL);
    g_string_printf(error, "tcpstate: %s are of %ss: %s,%s", r->format == TCPS_FORMAT_JSON ? "objects" : "pictures",
                    other->name, format, other->name);
    if (argument)
        g_string_append_printf(error, " or %s,%s,%s", format, other->name, argument);
    g_string_append_c(error, '.');
    return g_string_free(error, FALSE);
}

/* It is for readers who are told so. */
static char *check_cut(const tcps_request *r)
{
    if (!r->cut || (r->filter && r->format == TCPS_FORMAT_TEXT))
        return NULL;
    return g_strdup("tcpstate: cut is for text, and cuts by a display filter, the last part: cut,ladder,tcp.len > 0.");
}

char *tcps_request_parse(const char *argument, tcps_is_field is_field, const char *time_zone, tcps_request *r)
{
    const char *rest = argument;
    char *error = NULL;
    *r = (tcps_request){.connection = TCPS_ALL_CONNECTIONS};
    if (!take_word(&rest, "tcpstate"))
        return g_strdup_printf("Invalid -z argument \"%s\".", argument);
    r->cut = is_field && take_word(&rest, "cut");
    r->format = take_format(&rest);
    r->report = take_report(&rest);
    error = check_format(r);
    if (r->report->argument == TCPS_ARGUMENT_CONNECTION)
        r->connection = take_connection(&rest);
    if (!error && r->report->argument == TCPS_ARGUMENT_TIME)
        error = take_time(&rest, time_zone, r);
    if (!error)
        error = is_field ? check_filter(rest, is_field) : no_filter(rest);
    r->filter = *rest ? rest : NULL;
    return error ? error : check_cut(r);
}

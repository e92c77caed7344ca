/* when.c: see when.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/when.h"

#define SECOND_NS INT64_C(1000000000)
#define MS_NS INT64_C(1000000)

/* The second that it is in: whole ones before 1970, too. */
static int64_t second_of(int64_t time_ns)
{
    return time_ns / SECOND_NS - (time_ns % SECOND_NS < 0);
}

static void append(GString *to, int64_t time_ns, const char *format)
{
    const int64_t second = second_of(time_ns);
    GDateTime *t = g_date_time_new_from_unix_utc(second);
    char *text = t ? g_date_time_format(t, format) : g_strdup_printf("%" G_GINT64_FORMAT, second);
    const int64_t rest = time_ns % SECOND_NS;

    g_string_append_printf(to, "%s.%03d", text, (int)((rest < 0 ? rest + SECOND_NS : rest) / MS_NS));
    g_free(text);
    if (t)
        g_date_time_unref(t);
}

void tcps_date_append(GString *to, int64_t time_ns)
{
    append(to, time_ns, "%Y-%m-%d %H:%M:%S");
}

static int64_t day_of(int64_t time_ns)
{
    const int64_t day = 24 * 3600, second = second_of(time_ns);
    return second / day - (second % day < 0);
}

void tcps_clock_append(GString *to, const tcps_model *m, int64_t time_ns)
{
    const bool one_day = day_of(tcps_model_start_ns(m)) == day_of(tcps_model_end_ns(m)) &&
                         day_of(time_ns) == day_of(tcps_model_start_ns(m));
    append(to, time_ns, one_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S");
}

void tcps_zone_append(GString *to)
{
    g_string_append(to, "UTC");
}

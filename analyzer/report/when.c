/* when.c: see when.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/when.h"

#include <string.h>

#include "report/clock.h"

static char *date_and_time(const tcps_model *m, int64_t time_ns)
{
    GString *text = g_string_new(NULL);
    tcps_clock_append(text, time_ns, tcps_model_config(m));
    return g_string_free(text, FALSE);
}

/* As far as the time of day, which is what stands behind the date. */
static bool same_day(const char *a, const char *b)
{
    const size_t n = strcspn(a, " ");
    return n == strcspn(b, " ") && strncmp(a, b, n) == 0;
}

void tcps_when_append_whole(GString *to, const tcps_model *m)
{
    char *start = date_and_time(m, tcps_model_start_ns(m)), *end = date_and_time(m, tcps_model_end_ns(m));
    const char *time = strchr(end, ' ');

    g_string_append_printf(to, "%s to %s ", start, time && same_day(start, end) ? time + 1 : end);
    tcps_clock_append_zone(to, tcps_model_start_ns(m), tcps_model_config(m));
    g_free(start);
    g_free(end);
}

void tcps_when_append(GString *to, const tcps_model *m, int64_t time_ns)
{
    char *start = date_and_time(m, tcps_model_start_ns(m)), *end = date_and_time(m, tcps_model_end_ns(m)),
         *then = date_and_time(m, time_ns);

    if (!same_day(start, end) || !same_day(start, then))
        g_string_append_printf(to, "%.*s ", (int)strcspn(then, " "), then);
    tcps_clock_append_time(to, time_ns, tcps_model_config(m));
    g_free(start);
    g_free(end);
    g_free(then);
}

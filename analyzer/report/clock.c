/* clock.c: see clock.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/clock.h"

enum { NS_PER_SECOND = 1000000000, NS_PER_MS = 1000000, NS_PER_US = 1000, MINUTES_PER_HOUR = 60 };

#define TIME_LIMIT_S 9e9 /* fits nanoseconds */

/* NULL where this host knows no such zone. */
static GTimeZone *zone_named(const char *name)
{
    return *name ? g_time_zone_new_identifier(name) : g_time_zone_new_local();
}

static GTimeZone *zone_of(const char *name)
{
    GTimeZone *zone = zone_named(name);
    return zone ? zone : g_time_zone_new_utc();
}

/* Rounded down, whichever side of 1970 it is on. Never NULL: nanoseconds reach from 1677 to 2262. */
static GDateTime *date_of(int64_t time_ns, const char *zone_name, unsigned *ms)
{
    const int64_t below = ((time_ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
    GTimeZone *zone = zone_of(zone_name);
    GDateTime *utc = g_date_time_new_from_unix_utc(time_ns / NS_PER_SECOND - (time_ns % NS_PER_SECOND < 0));
    GDateTime *there = g_date_time_to_timezone(utc, zone);
    g_date_time_unref(utc);
    g_time_zone_unref(zone);
    *ms = (unsigned)(below / NS_PER_MS);
    return there;
}

void tcps_clock_append(GString *to, int64_t time_ns, const tcps_config *config)
{
    unsigned ms;
    GDateTime *t = date_of(time_ns, config->time_zone, &ms);
    g_string_append_printf(to, "%04d-%02d-%02d %02d:%02d:%02d.%03u", g_date_time_get_year(t), g_date_time_get_month(t),
                           g_date_time_get_day_of_month(t), g_date_time_get_hour(t), g_date_time_get_minute(t),
                           g_date_time_get_second(t), ms);
    g_date_time_unref(t);
}

void tcps_clock_append_time(GString *to, int64_t time_ns, const tcps_config *config)
{
    unsigned ms;
    GDateTime *t = date_of(time_ns, config->time_zone, &ms);
    g_string_append_printf(to, "%02d:%02d:%02d", g_date_time_get_hour(t), g_date_time_get_minute(t),
                           g_date_time_get_second(t));
    g_date_time_unref(t);
}

void tcps_clock_append_zone(GString *to, int64_t time_ns, const tcps_config *config)
{
    unsigned ms;
    GDateTime *t = date_of(time_ns, config->time_zone, &ms);
    const int minutes = (int)(g_date_time_get_utc_offset(t) / G_TIME_SPAN_MINUTE);
    g_string_append(to, "UTC");
    if (minutes)
        g_string_append_printf(to, "%c%02d:%02d", minutes < 0 ? '-' : '+', ABS(minutes) / MINUTES_PER_HOUR,
                               ABS(minutes) % MINUTES_PER_HOUR);
    g_date_time_unref(t);
}

bool tcps_clock_parse(const char *iso8601, const char *time_zone, int64_t *time_ns)
{
    GTimeZone *zone = zone_of(time_zone);
    GDateTime *t = g_date_time_new_from_iso8601(iso8601, zone);
    g_time_zone_unref(zone);
    if (!t)
        return false;
    const bool fits = ABS((double)g_date_time_to_unix(t)) < TIME_LIMIT_S;
    if (fits)
        *time_ns = g_date_time_to_unix(t) * NS_PER_SECOND + (int64_t)g_date_time_get_microsecond(t) * NS_PER_US;
    g_date_time_unref(t);
    return fits;
}

bool tcps_clock_has_zone(const char *time_zone)
{
    GTimeZone *zone = zone_named(time_zone);
    if (zone)
        g_time_zone_unref(zone);
    return zone != NULL;
}

/* clock.h: times of the capture as a clock on the wall shows them: in the user's time zone, or in the one that was asked for.
 *
 * Local time is what tcpdump and tshark print, too. TZ in the environment counts, as everywhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CLOCK_H
#define TCPS_CLOCK_H

#include "rfc/tcpstate.h"

G_BEGIN_DECLS

/* "2024-05-31 20:31:44.123" */
void tcps_clock_append(GString *to, int64_t time_ns, const tcps_config *config);
/* "20:31:44", where the day has been said */
void tcps_clock_append_time(GString *to, int64_t time_ns, const tcps_config *config);
/* "UTC", "UTC+02:00": what has to be added to UTC at that time, to be said once a report */
void tcps_clock_append_zone(GString *to, int64_t time_ns, const tcps_config *config);

/* Nanoseconds since 1970 of an ISO 8601 time, which is in the config's zone if it names none. False where it is no such time. */
bool tcps_clock_parse(const char *iso8601, const char *time_zone, int64_t *time_ns);

/* "Europe/Berlin", "+02:00", "UTC", as far as this host knows it; "" is local time. */
bool tcps_clock_has_zone(const char *time_zone);

G_END_DECLS
#endif

/* settings.h: what a user may set of the configuration, by name: -o tcpstate.NAME:VALUE, and Wireshark's preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SETTINGS_H
#define TCPS_SETTINGS_H

#include "rfc/tcpstate.h"

G_BEGIN_DECLS

typedef struct {
    const char *name;        /* "two_msl" */
    const char *title;       /* "TIME_WAIT lasts (2 MSL, seconds)" */
    const char *description; /* a sentence without a final stop */
    size_t offset;           /* in tcps_config */
    bool seconds;            /* an int64_t in nanoseconds there; otherwise a uint32_t */
} tcps_setting;

/* NULL from some n on. */
const tcps_setting *tcps_setting_at(unsigned n);

/* Where the capture was made: a word of tcps_home_name for each capture point, with commas between them; "" is "auto". False, and
 * nothing changed, where a word is none of them or there are too many. */
bool tcps_setting_put_home(const char *words, tcps_config *config);
#define TCPS_SETTING_HOME "capture_point"
#define TCPS_SETTING_HOME_TITLE "Captured at"
#define TCPS_SETTING_HOME_DESCRIPTION                                                                                  \
    "auto (as the capture shows), client, server (at that end's host), or path; of several capture points each: "      \
    "client,server"

/* In seconds, or a number. */
unsigned tcps_setting_get(const tcps_setting *setting, const tcps_config *config);
void tcps_setting_put(const tcps_setting *setting, tcps_config *config, unsigned value);

G_END_DECLS
#endif

/* preferences.c: see preferences.h. They are read when a capture is dissected anew, which a change of them brings about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "preferences.h"

#include "report/clock.h"
#include "rfc/settings.h"

#include <epan/prefs.h>
#include <wsutil/wslog.h>

enum { SETTINGS_AT_MOST = 32 };

/* Wireshark writes the values where it was told to at registration. */
static unsigned values[SETTINGS_AT_MOST];

/* What JSON reports name. */
static struct {
    const char *capture, *host, *time_zone, *home;
} names = {"", "", "", "auto"};

static void register_settings(module_t *module)
{
    const tcps_config defaults = tcps_config_default();
    const tcps_setting *s;
    for (unsigned i = 0; i < SETTINGS_AT_MOST && (s = tcps_setting_at(i)); i++) {
        values[i] = tcps_setting_get(s, &defaults);
        prefs_register_uint_preference(module, s->name, s->title, s->description, 10, &values[i]);
    }
}

void preferences_register(int protocol)
{
    module_t *module = prefs_register_protocol(protocol, NULL);
    register_settings(module);
    prefs_register_string_preference(module, "capture", "Name of the capture", "What JSON reports call the capture",
                                     &names.capture);
    prefs_register_string_preference(module, "host", "Name of the host",
                                     "What JSON reports call the host where the capture was taken; if empty, this one",
                                     &names.host);
    prefs_register_string_preference(module, TCPS_SETTING_HOME, TCPS_SETTING_HOME_TITLE, TCPS_SETTING_HOME_DESCRIPTION,
                                     &names.home);
    prefs_register_string_preference(module, "time_zone", "Time zone of reports",
                                     "Europe/Berlin, +02:00, UTC; if empty, or not known here, local time",
                                     &names.time_zone);
}

tcps_config preferences_config(void)
{
    tcps_config config = tcps_config_default();
    const tcps_setting *s;
    for (unsigned i = 0; i < SETTINGS_AT_MOST && (s = tcps_setting_at(i)); i++)
        tcps_setting_put(s, &config, values[i]);
    if (names.time_zone && tcps_clock_has_zone(names.time_zone))
        g_strlcpy(config.time_zone, names.time_zone, sizeof config.time_zone);
    if (names.home && !tcps_setting_put_home(names.home, &config))
        ws_warning("tcpstate.capture_point: \"%s\" is none of auto, client, server, path", names.home);
    return config;
}

const char *preferences_capture(void)
{
    return names.capture;
}

const char *preferences_host(void)
{
    return names.host && *names.host ? names.host : g_get_host_name();
}

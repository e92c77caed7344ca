/* settings.c: see settings.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rfc/settings.h"

#include <stddef.h>
#include <string.h>

enum { NS_PER_SECOND = 1000000000 };

static const tcps_setting settings[] = {
    {"two_msl", "TIME_WAIT lasts (2 MSL, seconds)",
     "How long an endpoint stays in TIME_WAIT: 60 on Linux, 240 in RFC 9293", offsetof(tcps_config, two_msl_ns), true},
    {"linger", "CLOSE_WAIT lingers after (seconds)",
     "An endpoint that has been in CLOSE_WAIT for longer than this, without data, is a finding",
     offsetof(tcps_config, linger_ns), true},
    {"final_ack", "Final ACK is missing after (seconds)",
     "A FIN that nothing has acknowledged for longer than this is a finding", offsetof(tcps_config, final_ack_ns),
     true},
    {"handshake", "Handshake is incomplete after (seconds)",
     "A SYN or SYN+ACK that nothing has answered for longer than this is a finding",
     offsetof(tcps_config, handshake_ns), true},
    {"time_wait_sockets", "TIME_WAIT piles up above (sockets)",
     "More sockets of one endpoint in TIME_WAIT at once than these are a finding",
     offsetof(tcps_config, time_wait_sockets), false},
    {"syn_flood", "SYN flood from (half-open sockets)",
     "So many sockets of one service that are half-open at once, each for longer than a second, are a finding",
     offsetof(tcps_config, syn_flood), false},
    {"backlog", "Backlog of a service (sockets)",
     "What the report of endpoints measures half-open sockets against: net.core.somaxconn on Linux; 0: nothing",
     offsetof(tcps_config, backlog), false},
    {"ephemeral_ports", "Ephemeral ports of a client host",
     "What the report of endpoints measures sockets in TIME_WAIT against: the size of net.ipv4.ip_local_port_range on "
     "Linux; 0: nothing",
     offsetof(tcps_config, ephemeral_ports), false},
};

const tcps_setting *tcps_setting_at(unsigned n)
{
    return n < G_N_ELEMENTS(settings) ? &settings[n] : NULL;
}

unsigned tcps_setting_get(const tcps_setting *setting, const tcps_config *config)
{
    int64_t ns;
    uint32_t number;
    const char *at = (const char *)config + setting->offset;
    if (!setting->seconds) {
        memcpy(&number, at, sizeof number);
        return number;
    }
    memcpy(&ns, at, sizeof ns);
    return (unsigned)(ns / NS_PER_SECOND);
}

void tcps_setting_put(const tcps_setting *setting, tcps_config *config, unsigned value)
{
    const int64_t ns = (int64_t)value * NS_PER_SECOND;
    const uint32_t number = value;
    char *at = (char *)config + setting->offset;
    if (setting->seconds)
        memcpy(at, &ns, sizeof ns);
    else
        memcpy(at, &number, sizeof number);
}

static bool home_of(const char *word, uint8_t *home)
{
    for (*home = 0; *home < TCPS_N_HOMES; (*home)++)
        if (strcmp(word, tcps_home_name(*home)) == 0)
            return true;
    return false;
}

bool tcps_setting_put_home(const char *words, tcps_config *config)
{
    uint8_t homes[TCPS_MAX_POINTS] = {0};
    char **each = g_strsplit(words, ",", -1);
    bool good = g_strv_length(each) <= TCPS_MAX_POINTS;
    for (unsigned i = 0; good && each[i]; i++)
        good = home_of(g_strstrip(each[i]), &homes[i]);
    g_strfreev(each);
    if (good)
        memcpy(config->home, homes, sizeof homes);
    return good;
}

tcps_config tcps_config_default(void)
{
    const int64_t second = 1000000000;
    return (tcps_config){.two_msl_ns = 60 * second,
                         .linger_ns = 10 * second,
                         .final_ack_ns = 10 * second,
                         .handshake_ns = 3 * second,
                         .syn_flood = 100,
                         .backlog = 4096,
                         .ephemeral_ports = 28232,
                         .time_wait_sockets = 5000};
}

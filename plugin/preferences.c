/* preferences.c: see preferences.h. They are read when a capture is dissected anew, which a change of them brings about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "preferences.h"

#include <epan/prefs.h>

enum { NS_PER_SECOND = 1000000000 };

/* Wireshark writes the values where it was told to at registration. In seconds. */
static struct {
    unsigned two_msl, linger, final_ack, handshake;
} seconds;

static struct {
    unsigned syn_flood, time_wait_sockets, backlog, ephemeral_ports;
} counts;

/* What JSON reports name. */
static struct {
    const char *capture, *host;
} names = {"", ""};

static unsigned to_seconds(int64_t ns)
{
    return (unsigned)(ns / NS_PER_SECOND);
}

static void set_defaults(void)
{
    tcps_config config = tcps_config_default();
    seconds.two_msl = to_seconds(config.two_msl_ns);
    seconds.linger = to_seconds(config.linger_ns);
    seconds.final_ack = to_seconds(config.final_ack_ns);
    seconds.handshake = to_seconds(config.handshake_ns);
    counts.time_wait_sockets = config.time_wait_sockets;
    counts.syn_flood = config.syn_flood;
    counts.backlog = config.backlog;
    counts.ephemeral_ports = config.ephemeral_ports;
}

static void register_for_reports(module_t *module)
{
    prefs_register_uint_preference(module, "backlog", "Backlog of a service (sockets)",
                                   "What -z tcpstate,endpoints measures half-open sockets against: "
                                   "net.core.somaxconn on Linux; 0: nothing",
                                   10, &counts.backlog);
    prefs_register_uint_preference(module, "ephemeral_ports", "Ephemeral ports of a client host",
                                   "What -z tcpstate,endpoints measures sockets in TIME_WAIT against: the size of "
                                   "net.ipv4.ip_local_port_range on Linux; 0: nothing",
                                   10, &counts.ephemeral_ports);
    prefs_register_string_preference(module, "capture", "Name of the capture", "What JSON reports call the capture",
                                     &names.capture);
    prefs_register_string_preference(module, "host", "Name of the host",
                                     "What JSON reports call the host where the capture was taken; if empty, this one",
                                     &names.host);
}

void preferences_register(int protocol)
{
    set_defaults();
    module_t *module = prefs_register_protocol(protocol, NULL);
    prefs_register_uint_preference(module, "two_msl", "TIME_WAIT lasts (2 MSL, seconds)",
                                   "How long an endpoint stays in TIME_WAIT: 60 on Linux, 240 in RFC 9293", 10,
                                   &seconds.two_msl);
    prefs_register_uint_preference(
        module, "linger", "CLOSE_WAIT lingers after (seconds)",
        "An endpoint that has been in CLOSE_WAIT for longer than this, without data, is a finding", 10,
        &seconds.linger);
    prefs_register_uint_preference(module, "final_ack", "Final ACK is missing after (seconds)",
                                   "A FIN that nothing has acknowledged for longer than this is a finding", 10,
                                   &seconds.final_ack);
    prefs_register_uint_preference(module, "handshake", "Handshake is incomplete after (seconds)",
                                   "A SYN or SYN+ACK that nothing has answered for longer than this is a finding", 10,
                                   &seconds.handshake);
    prefs_register_uint_preference(module, "time_wait_sockets", "TIME_WAIT piles up above (sockets)",
                                   "More sockets of one endpoint in TIME_WAIT at once than these are a finding", 10,
                                   &counts.time_wait_sockets);
    prefs_register_uint_preference(module, "syn_flood", "SYN flood from (half-open sockets)",
                                   "So many sockets of one service that are half-open at once, each for longer than a "
                                   "second, are a finding",
                                   10, &counts.syn_flood);
    register_for_reports(module);
}

tcps_config preferences_config(void)
{
    tcps_config config = tcps_config_default();
    config.two_msl_ns = (int64_t)seconds.two_msl * NS_PER_SECOND;
    config.linger_ns = (int64_t)seconds.linger * NS_PER_SECOND;
    config.final_ack_ns = (int64_t)seconds.final_ack * NS_PER_SECOND;
    config.handshake_ns = (int64_t)seconds.handshake * NS_PER_SECOND;
    config.syn_flood = counts.syn_flood;
    config.backlog = counts.backlog;
    config.ephemeral_ports = counts.ephemeral_ports;
    config.time_wait_sockets = counts.time_wait_sockets;
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

/* words.c: the public words for states, certainties, roles, events and addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rfc/tcpstate.h"

#include <arpa/inet.h>
#include <string.h>

static const char *word(const char *const *words, size_t n, unsigned i, const char *otherwise)
{
    return i < n ? words[i] : otherwise;
}

const char *tcps_state_name(unsigned state)
{
    static const char *const names[TCPS_N_STATES] = {
        [TCPS_UNKNOWN] = "UNKNOWN",       [TCPS_CLOSED] = "CLOSED",         [TCPS_LISTEN] = "LISTEN",
        [TCPS_SYN_SENT] = "SYN_SENT",     [TCPS_SYN_RCVD] = "SYN_RCVD",     [TCPS_ESTABLISHED] = "ESTABLISHED",
        [TCPS_FIN_WAIT_1] = "FIN_WAIT_1", [TCPS_FIN_WAIT_2] = "FIN_WAIT_2", [TCPS_CLOSE_WAIT] = "CLOSE_WAIT",
        [TCPS_CLOSING] = "CLOSING",       [TCPS_LAST_ACK] = "LAST_ACK",     [TCPS_TIME_WAIT] = "TIME_WAIT",
    };
    return word(names, G_N_ELEMENTS(names), state, "UNKNOWN");
}

const char *tcps_certainty_name(unsigned certainty)
{
    static const char *const names[] = {
        [TCPS_NO_EVIDENCE] = "unknown",
        [TCPS_PRESUMED] = "presumed",
        [TCPS_ELAPSED] = "elapsed",
        [TCPS_PROVEN] = "proven",
    };
    return word(names, G_N_ELEMENTS(names), certainty, "unknown");
}

const char *tcps_role_name(unsigned role)
{
    return role == TCPS_CLIENT ? "client" : "server";
}

const char *tcps_home_name(unsigned home)
{
    static const char *const names[TCPS_N_HOMES] = {
        [TCPS_HOME_AUTO] = "auto",
        [TCPS_HOME_CLIENT] = "client",
        [TCPS_HOME_SERVER] = "server",
        [TCPS_HOME_PATH] = "path",
    };
    return word(names, G_N_ELEMENTS(names), home, "auto");
}

const char *tcps_role_basis_name(unsigned basis)
{
    static const char *const names[] = {
        [TCPS_BASIS_SYN] = "syn",
        [TCPS_BASIS_SYN_ACK] = "syn_ack",
        [TCPS_BASIS_PORT] = "port",
        [TCPS_BASIS_FIRST_SEGMENT] = "first_segment",
    };
    return word(names, G_N_ELEMENTS(names), basis, "first_segment");
}

const char *tcps_closed_by_name(unsigned closed_by)
{
    static const char *const names[] = {
        [TCPS_BY_NOBODY] = "",
        [TCPS_BY_CLIENT] = "client",
        [TCPS_BY_SERVER] = "server",
        [TCPS_BY_BOTH] = "both",
    };
    return word(names, G_N_ELEMENTS(names), closed_by, "");
}

const char *tcps_severity_name(unsigned severity)
{
    static const char *const names[] = {
        [TCPS_CHAT] = "chat",
        [TCPS_NOTE] = "note",
        [TCPS_WARN] = "warn",
        [TCPS_ERROR] = "error",
    };
    return word(names, G_N_ELEMENTS(names), severity, "chat");
}

const char *tcps_finding_status_name(unsigned status)
{
    static const char *const names[] = {
        [TCPS_RAISED] = "raised",
        [TCPS_CONFIRMED] = "confirmed",
        [TCPS_OVER] = "over",
        [TCPS_WITHDRAWN] = "withdrawn",
    };
    return word(names, G_N_ELEMENTS(names), status, "raised");
}

const char *tcps_event_name(unsigned event)
{
    static const char *const names[TCPS_N_EVENTS] = {
#define E(id, text, clause) [TCPS_EVENT_##id] = #id,
#include "rfc/events.def"
#undef E
    };
    return word(names, G_N_ELEMENTS(names), event, "NONE");
}

const char *tcps_event_text(unsigned event)
{
    static const char *const texts[TCPS_N_EVENTS] = {
#define E(id, text, clause) [TCPS_EVENT_##id] = (text),
#include "rfc/events.def"
#undef E
    };
    return word(texts, G_N_ELEMENTS(texts), event, "");
}

const char *tcps_event_clause(unsigned event)
{
    static const char *const clauses[TCPS_N_EVENTS] = {
#define E(id, text, clause) [TCPS_EVENT_##id] = (clause),
#include "rfc/events.def"
#undef E
    };
    return word(clauses, G_N_ELEMENTS(clauses), event, "");
}

/* An address of another kind is a hash: show that it is one. */
static void append_hash(GString *to, const tcps_address *address)
{
    g_string_append_c(to, '#');
    for (unsigned i = 0; i < 4; i++)
        g_string_append_printf(to, "%02x", address->bytes[i]);
}

void tcps_address_append(GString *to, const tcps_address *address)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address->len == 4 && inet_ntop(AF_INET, address->bytes, text, sizeof text))
        g_string_append(to, text);
    else if (address->len == 16 && inet_ntop(AF_INET6, address->bytes, text, sizeof text))
        g_string_append_printf(to, "[%s]", text);
    else
        append_hash(to, address);
    g_string_append_printf(to, ":%u", address->port);
}

void tcps_duration_append(GString *to, int64_t ns)
{
    const double s = (double)MAX(ns, 0) / 1e9;

    if (s < 0.9995)
        g_string_append_printf(to, "%.0f ms", s * 1e3);
    else if (s < 599.95)
        g_string_append_printf(to, "%.1f s", s);
    else if (s < 3600)
        g_string_append_printf(to, "%.0f min", s / 60);
    else if (s >= 100 * 3600)
        g_string_append_printf(to, "%.0f d", s / 86400);
    else
        g_string_append_printf(to, "%d h %02d min", (int)(s / 3600), (int)(s / 60) % 60);
}

/* compat.h: all that differs between the Wireshark versions this plugin builds with (4.0, 4.4, 4.6).
 *
 * To be included before any other header of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_COMPAT_H
#define TCPSTATE_COMPAT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <ws_symbol_export.h>
#include <ws_version.h>

#define WIRESHARK_VERSION (WIRESHARK_VERSION_MAJOR * 100 + WIRESHARK_VERSION_MINOR)

/* 4.0 does not define it for plugins that are built elsewhere. */
#ifndef WS_DLL_PUBLIC_DEF
#define WS_DLL_PUBLIC_DEF __attribute__((visibility("default")))
#endif

#include <epan/packet.h>

/* Calls the dissector registered for a number, without adding its name to the frame's list of protocols again. */
static inline int compat_try_uint(dissector_table_t table, uint32_t number, tvbuff_t *tvb, packet_info *pinfo,
                                  proto_tree *tree, void *data)
{
#if WIRESHARK_VERSION >= 406
    return dissector_try_uint_with_data(table, number, tvb, pinfo, tree, false, data);
#else
    return dissector_try_uint_new(table, number, tvb, pinfo, tree, FALSE, data);
#endif
}

/* The older name is deprecated as soon as there is the new one. */
static inline uint8_t compat_tvb_uint8(tvbuff_t *tvb, int offset)
{
#if WIRESHARK_VERSION >= 404
    return tvb_get_uint8(tvb, offset);
#else
    return tvb_get_guint8(tvb, offset);
#endif
}

/* The function that a -z option calls tells from 4.6 on whether it took the option; before, it has to exit where it did not,
 * as tshark's own do. */
#if WIRESHARK_VERSION >= 406
#define COMPAT_STAT_RESULT bool
#define COMPAT_STAT_RETURN(taken) return (taken)
#else
#define COMPAT_STAT_RESULT void
#define COMPAT_STAT_RETURN(taken)                                                                                      \
    do {                                                                                                               \
        if (!(taken))                                                                                                  \
            exit(1);                                                                                                   \
        return;                                                                                                        \
    } while (0)
#endif

/* Is a field that tshark prints by -e counted as referenced (its ref_type)? */
#define COMPAT_COUNTS_PRINTED_FIELDS (WIRESHARK_VERSION >= 404)

/* The functions behind a conversation filter. */
#if WIRESHARK_VERSION >= 402
typedef bool compat_bool;
#define COMPAT_CONVERSATION_DATA , void *user_data _U_
#define compat_register_conversation_filter(protocol, name, valid, build)                                              \
    register_conversation_filter(protocol, name, valid, build, NULL)
#else
typedef gboolean compat_bool;
#define COMPAT_CONVERSATION_DATA
#define compat_register_conversation_filter(protocol, name, valid, build)                                              \
    register_conversation_filter(protocol, name, valid, build)
#endif

#endif

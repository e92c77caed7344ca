/* plugin.c: what Wireshark finds when it loads the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "conversation.h"
#include "dialog.h"
#include "expert_info.h"
#include "fields.h"
#include "flow_graph.h"
#include "hook.h"
#include "menu.h"
#include "page.h"
#include "preferences.h"
#include "refresh.h"
#include "session.h"
#include "taps.h"

#include <epan/proto.h>
#include <epan/tap.h>

WS_DLL_PUBLIC_DEF const char plugin_version[] = TCPSTATE_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

static void register_protocol(void)
{
    int protocol = fields_register();
    preferences_register(protocol);
    session_register();
    expert_info_register();
    taps_register_exit();
    hook_register(protocol, register_tap("tcpstate"));
    conversation_register();
    flow_graph_register(protocol);
    dialog_connections_register();
    dialog_endpoints_register();
    dialog_findings_register();
    dialog_summary_register();
    menu_register(protocol);
    page_register();
    refresh_register();
}

/* What the plugin offers, for the About dialog of 4.4 and later: bit 0, a dissector. */
uint32_t plugin_describe(void)
{
    return 1;
}

void plugin_register(void)
{
    static proto_plugin protocol = {.register_protoinfo = register_protocol, .register_handoff = hook_handoff};
    static tap_plugin tap = {.register_tap_listener = taps_register};
    proto_register_plugin(&protocol);
    tap_register_plugin(&tap);
}

/* conversation.c: see conversation.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "conversation.h"

#include "session.h"

#include <epan/conversation_filter.h>

bool conversation_of(uint32_t frame, uint32_t *connection)
{
    const tcps_history *history = session_history();
    tcps_entry e;
    bool found = false;
    for (unsigned i = 0; history && tcps_history_get(history, frame, i, &e); i++) {
        *connection = e.observation.connection;
        found = true;
    }
    return found;
}

static compat_bool is_valid(packet_info *pinfo COMPAT_CONVERSATION_DATA)
{
    uint32_t connection;
    return conversation_of(pinfo->num, &connection);
}

static char *build(packet_info *pinfo COMPAT_CONVERSATION_DATA)
{
    uint32_t connection;
    return conversation_of(pinfo->num, &connection) ? g_strdup_printf("tcpstate.connection == %u", connection) : NULL;
}

void conversation_register(void)
{
    compat_register_conversation_filter("tcpstate", "TCP State", is_valid, build);
}

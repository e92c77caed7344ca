/* conversation.h: a connection, one use of its addresses and ports, as a conversation filter of Wireshark's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONVERSATION_H
#define TCPSTATE_CONVERSATION_H

#include "compat.h"

/* Conversation Filter > TCP State, in the menus of a packet. */
void conversation_register(void);

/* The connection of the frame's last segment: of a tunnel, what is inside. False where the frame has none. */
bool conversation_of(uint32_t frame, uint32_t *connection);

#endif

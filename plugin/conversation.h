/* conversation.h: a connection, one use of its addresses and ports, as a conversation filter of Wireshark's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONVERSATION_H
#define TCPSTATE_CONVERSATION_H

/* Conversation Filter > TCP State, in the menus of a packet. */
void conversation_register(void);

#endif

/* menu.h: Statistics > TCP State, and, from Wireshark 4.2 on, TCP State in the menu of a packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_MENU_H
#define TCPSTATE_MENU_H

void menu_register(int protocol);

#endif

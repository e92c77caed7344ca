/* refresh.h: has the packet list show what was learned after a packet was shown.
 *
 * Wireshark keeps the columns and colours of packets that it has shown, and while a capture goes on it shows them before what
 * follows tells that something is wrong with them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REFRESH_H
#define TCPSTATE_REFRESH_H

#include "compat.h"

/* At the end of a live capture, where that is not too long. */
void refresh_register(void);

/* All packets are dissected again. Nothing happens where there are no windows. */
void refresh_packet_list(void);

#endif

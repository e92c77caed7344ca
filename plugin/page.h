/* page.h: a page for the browser with pictures of one connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PAGE_H
#define TCPSTATE_PAGE_H

#include "compat.h"

/* Pages are removed when Wireshark ends. */
void page_register(void);

/* The report's picture: "ladder", "diagram". Nothing happens where there are no windows. */
void page_open(const char *report, uint32_t connection);

#endif

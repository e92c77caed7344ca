/* cooked.h: the header that Linux's cooked captures have in place of the link's (LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_COOKED_H
#define TCPS_COOKED_H

#include "rfc/tcpstate.h"

G_BEGIN_DECLS

enum { TCPS_COOKED_HEADER = 16, TCPS_COOKED_2_HEADER = 20 };

typedef struct {
    uint32_t interface; /* as the host that captured numbers it; 0: not told */
    uint16_t protocol;  /* an ethertype, or a smaller number */
    uint8_t mark;       /* tcps_mark; none on the loopback interface, where all goes out and comes in */
    bool loopback;
} tcps_cooked;

/* At the beginning of a frame: of the first kind, or of the second. False: it is cut. */
bool tcps_cooked_read(const uint8_t *p, uint32_t captured, bool second, tcps_cooked *cooked);

G_END_DECLS
#endif

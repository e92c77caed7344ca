/* timers.h: what is to be looked at, and when.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_TIMERS_H
#define TCPS_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct __attribute__((packed, aligned(4))) { /* there may be one for each connection */
    int64_t due_ns;
    uint32_t number; /* of what is to be looked at */
} tcps_wish;

typedef struct tcps_wishes tcps_wishes;

tcps_wishes *tcps_wishes_new(void);
void tcps_wishes_free(tcps_wishes *wishes);

/* now_ns is the capture's time. */
void tcps_wishes_add(tcps_wishes *wishes, tcps_wish wish, int64_t now_ns);
/* Takes out the one that comes first, if it is due by then. False if none is. */
bool tcps_wishes_take(tcps_wishes *wishes, int64_t now_ns, tcps_wish *wish);

#endif

/* drops.h: what capture files tell of packets that were dropped before they could be written: pcapng's interface statistics, and counts
 * beside packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_DROPS_H
#define CLI_DROPS_H

#include "capture.h"

typedef struct drops drops;

drops *drops_new(void);
void drops_free(drops *d);

/* Once a file has been read, to its end or as far as it goes. Files of one capture count on from each other. */
void drops_add(drops *d, capture *c);

/* False: the files tell nothing. received: packets, without those of `dropped` where the files do not count them. */
bool drops_told(const drops *d, uint64_t *dropped, uint64_t *received);

#endif

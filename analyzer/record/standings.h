/* standings.h: where endpoints stood after a segment that shows them otherwise: what was on its way to the sender when it sent it. Few
 * segments do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STANDINGS_H
#define TCPS_STANDINGS_H

#include "rfc/tcpstate.h"

typedef struct tcps_standings tcps_standings;

tcps_standings *tcps_standings_new(void);
void tcps_standings_free(tcps_standings *standings);

/* That frame and all behind it are forgotten: it is dissected anew. */
void tcps_standings_cut(tcps_standings *standings, uint32_t frame);
/* Of the n-th entry of a frame; frames ascend. Keeps only what differs from the views. */
void tcps_standings_add(tcps_standings *standings, uint32_t frame, unsigned n, const tcps_observation *observation);
/* Fills observation->standing, from the views where nothing else is kept. */
void tcps_standings_get(const tcps_standings *standings, uint32_t frame, unsigned n, tcps_observation *observation);

#endif

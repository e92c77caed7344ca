/* analyzer.h: what tests ask of an analyzer, beside what everybody asks (rfc/tcpstate.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ANALYZER_H
#define TCPS_ANALYZER_H

#include "hosts/socket_counts.h"
#include "rfc/tcpstate.h"

/* Every segment goes the long way (fast_path.h). That changes nothing that is shown, which a test makes sure of. */
void tcps_analyzer_never_quick(tcps_analyzer *analyzer);
/* Nothing that an endpoint holds is given back while its connection lasts. That changes nothing, either. */
void tcps_analyzer_never_rest(tcps_analyzer *analyzer);
/* No connection that is over is packed (packed.h). Nor does that. */
void tcps_analyzer_never_pack(tcps_analyzer *analyzer);
/* How many segments have gone the quick way. */
uint64_t tcps_analyzer_n_quick(const tcps_analyzer *analyzer);
/* Its counts of sockets, as of its time. Owned by it. */
const tcps_tallies *tcps_analyzer_tallies(const tcps_analyzer *analyzer);

#endif

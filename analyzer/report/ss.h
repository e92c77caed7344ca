/* ss.h: the report behind -z tcpstate,ss: the socket table of both sides, in the words of ss(8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SS_H
#define TCPS_SS_H

#include "model/model.h"

G_BEGIN_DECLS

/* "CLOSE-WAIT" */
const char *tcps_ss_state_name(unsigned state);

G_END_DECLS
#endif

/* taps.h: the statistics that listen to the tap "tcpstate": -z tcpstate with the name of a report, or without.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TAPS_H
#define TCPSTATE_TAPS_H

#include "compat.h"

#include "report/statistic.h"

/* What reports say of the capture that is open. */
tcps_capture taps_capture(void);

/* Registers the -z options. */
void taps_register(void);

/* At the end of the program: the exit status, where a statistic has failed after it was accepted. */
void taps_register_exit(void);

#endif

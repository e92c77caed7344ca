/* preferences.h: Edit > Preferences > Protocols > TCPSTATE, and -o tcpstate.NAME:VALUE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PREFERENCES_H
#define TCPSTATE_PREFERENCES_H

#include "rfc/tcpstate.h"

void preferences_register(int protocol);
tcps_config preferences_config(void);

/* What JSON reports call the capture ("" if nobody said) and the host. */
const char *preferences_capture(void);
const char *preferences_host(void);

#endif

/* state_number.h: the states as numbers with names, for fields that Wireshark checks, offers values of, and draws.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_STATE_NUMBER_H
#define TCPSTATE_STATE_NUMBER_H

#include "compat.h"

#include "rfc/tcpstate.h"

#include <epan/proto.h>

/* That of tcpConnectionState in the TCP-MIB, RFC 4022: closed 1 to timeWait 11; 0 is unknown. */
uint32_t state_number(tcps_state state);

/* The names, by number. */
const value_string *state_number_names(void);

#endif

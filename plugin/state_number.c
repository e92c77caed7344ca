/* state_number.c: see state_number.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "state_number.h"

static const uint8_t numbers[TCPS_N_STATES] = {
    [TCPS_UNKNOWN] = 0,    [TCPS_CLOSED] = 1,      [TCPS_LISTEN] = 2,     [TCPS_SYN_SENT] = 3,
    [TCPS_SYN_RCVD] = 4,   [TCPS_ESTABLISHED] = 5, [TCPS_FIN_WAIT_1] = 6, [TCPS_FIN_WAIT_2] = 7,
    [TCPS_CLOSE_WAIT] = 8, [TCPS_LAST_ACK] = 9,    [TCPS_CLOSING] = 10,   [TCPS_TIME_WAIT] = 11,
};

uint32_t state_number(tcps_state state)
{
    return numbers[state];
}

const value_string *state_number_names(void)
{
    static value_string names[TCPS_N_STATES + 1]; /* the last one ends them */
    for (unsigned state = 0; state < TCPS_N_STATES; state++)
        names[numbers[state]] = (value_string){numbers[state], tcps_state_name(state)};
    return names;
}

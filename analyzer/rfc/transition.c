/* transition.c: looks up transitions.def.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rfc/transition.h"

static const tcps_transition table[TCPS_N_STATES][TCPS_N_INPUTS] = {
#define GO(from, input, to, clause) [TCPS_##from][TCPS_##input] = {TCPS_GO, TCPS_##to, clause},
#define STAY(from, input, clause) [TCPS_##from][TCPS_##input] = {TCPS_STAY, TCPS_##from, clause},
#include "rfc/transitions.def"
#undef GO
#undef STAY
};

static const tcps_transition odd = {TCPS_ODD, TCPS_UNKNOWN, ""};

const tcps_transition *tcps_transition_get(unsigned state, unsigned input)
{
    return state < TCPS_N_STATES && input < TCPS_N_INPUTS ? &table[state][input] : &odd;
}

tcps_state tcps_transition_apply(tcps_state state, tcps_input input)
{
    const tcps_transition *cell = tcps_transition_get(state, input);
    return cell->verdict == TCPS_GO ? (tcps_state)cell->to : state;
}

const char *tcps_input_name(unsigned input)
{
    static const char *const names[TCPS_N_INPUTS] = {
        "SND_SYN", "SND_SYN_ACK",     "SND_SEGMENT",    "SND_FIN",        "SND_RST",
        "RCV_SYN", "RCV_SYN_ACK",     "RCV_ACK_OF_SYN", "RCV_ACK_OF_FIN", "RCV_FIN",
        "RCV_RST", "RCV_RST_PASSIVE", "ABORT",          "UNREACHABLE",    "TIMEOUT_2MSL",
    };
    return input < TCPS_N_INPUTS ? names[input] : "?";
}

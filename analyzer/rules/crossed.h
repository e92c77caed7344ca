/* crossed.h: did either end send a SYN of its own accord, and not as an answer?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CROSSED_H
#define TCPS_CROSSED_H

#include "rules/rule.h"

static inline bool tcps_syns_crossed(const tcps_connection *c)
{
    const tcps_endpoint *ends = c->ends;
    return !c->self && ends[0].syn_sent && ends[1].syn_sent && !ends[0].passive && !ends[1].passive &&
           ends[0].more->syns > 0 && ends[1].more->syns > 0;
}

#endif

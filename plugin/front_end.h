/* front_end.h: which of Wireshark's programs the plugin is in, where that matters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FRONT_END_H
#define TCPSTATE_FRONT_END_H

#include "compat.h"

#include <epan/funnel.h>

/* Wireshark itself. */
static inline bool front_end_has_windows(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    return ops && ops->set_close_cb;
}

/* It prints what is written into windows, and never closes them; others have none. */
static inline bool front_end_is_tshark(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    return ops && !ops->set_close_cb;
}

#endif

/* refresh.c: see refresh.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "refresh.h"

#include "session.h"

#include <epan/funnel.h>

/* Of more frames, who looks at them had to wait for seconds: there is an entry in the menu. */
enum { MOST_FRAMES = 200000 };

static unsigned waiting; /* GLib's number of what is going to be called; 0: nothing */

void refresh_packet_list(void)
{
    const funnel_ops_t *gui = funnel_get_funnel_ops();
    if (gui && gui->redissect_packets)
        gui->redissect_packets(gui->ops_id);
}

/* A packet that was shown may be one in which a finding began. */
static bool is_needed(void)
{
    const tcps_history *history = session_history();
    return session_was_shown_early() && session_last_frame() <= MOST_FRAMES && history &&
           tcps_history_n_findings(history) > 0;
}

static gboolean refresh_later(void *unused _U_)
{
    waiting = 0;
    if (is_needed())
        refresh_packet_list();
    return G_SOURCE_REMOVE;
}

/* Wireshark is about to close the capture: it must be through with that first. Its windows run GLib's loop, too. */
static void on_end(void)
{
    if (!waiting && funnel_get_funnel_ops() && session_was_shown_early())
        waiting = g_idle_add(refresh_later, NULL);
}

void refresh_register(void)
{
    register_postseq_cleanup_routine(on_end);
}

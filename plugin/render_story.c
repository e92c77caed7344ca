/* render_story.c: what a segment does to its connection, in a few words. See render.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "render.h"

#include <wsutil/utf8_entities.h>

static char *word_change(const tcps_view *end)
{
    const bool changed = end->before != end->state;
    const bool doubt = end->certainty == TCPS_PRESUMED || end->certainty == TCPS_ELAPSED;
    return g_strconcat(changed ? tcps_state_name(end->before) : "", changed ? " " UTF8_RIGHTWARDS_ARROW " " : "",
                       tcps_state_name(end->state), doubt ? " (" : "", doubt ? tcps_certainty_name(end->certainty) : "",
                       doubt ? ")" : "", NULL);
}

/* There are few: each is worded once. */
const char *render_change(const tcps_view *end)
{
    static char *kept[TCPS_N_STATES][TCPS_N_STATES][TCPS_PROVEN + 1];
    char **change = &kept[end->before][end->state][end->certainty];
    if (!*change)
        *change = word_change(end);
    return *change;
}

/* Who does it: "client", and what: "opens". NULL: the event's own words say it all. */
static const char *deed(const tcps_observation *o)
{
    tcps_closed_by sender = o->sender == TCPS_CLIENT ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
    switch (o->event) {
    case TCPS_EVENT_SYN:
        return "opens";
    case TCPS_EVENT_SYN_ACK:
        return "accepts";
    case TCPS_EVENT_ACK_OF_SYN:
        return "completes the handshake";
    case TCPS_EVENT_FIN:
    case TCPS_EVENT_FIN_AND_ACK_OF_FIN:
        if (o->closed_by == TCPS_BY_BOTH)
            return "closes at the same time";
        return o->closed_by == sender ? "closes first" : "closes, too";
    case TCPS_EVENT_ACK_OF_FIN:
        return "acknowledges the peer's FIN";
    case TCPS_EVENT_RST:
        return "resets the connection";
    case TCPS_EVENT_RST_REFUSES:
        return "refuses the connection";
    default:
        return NULL;
    }
}

const char *render_story(const tcps_observation *observation)
{
    static char *kept[TCPS_N_EVENTS][2][TCPS_BY_BOTH + 1];
    const char *what = deed(observation);
    if (!what)
        return tcps_event_text(observation->event);
    char **story = &kept[observation->event][observation->sender][observation->closed_by];
    if (!*story)
        *story = g_strdup_printf("%s %s", tcps_role_name(observation->sender), what);
    return *story;
}

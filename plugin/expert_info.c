/* expert_info.c: see expert_info.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "expert_info.h"

#include "fields.h"
#include "front_end.h"
#include "rules/rule.h"
#include "session.h"

#include <epan/tap.h>

/* Wireshark's tap is registered after all protocols have handed off. */
bool expert_info_is_heard(void)
{
    static int tap;
    if (tap == 0)
        tap = find_tap_id("expert");
    return have_tap_listener(tap);
}

/* Wireshark counts those of the same kind. */
static bool are_counted_by_text(void)
{
    return front_end_is_tshark() && expert_info_is_heard();
}

void expert_info_add(packet_info *pinfo, proto_item *item, const tcps_finding *finding, const char *text)
{
    if (finding->rule >= tcps_n_rules())
        return;
    expert_field *kind = &field.expert[finding->rule];
    if (are_counted_by_text())
        expert_add_info(pinfo, item, kind);
    else
        expert_add_info_format(pinfo, item, kind, "%s", text);
}

void expert_info_mention(packet_info *pinfo, const tcps_finding *finding, const char *text)
{
    column_info *columns = pinfo->cinfo;
    pinfo->cinfo = NULL;
    expert_info_add(pinfo, NULL, finding, text);
    pinfo->cinfo = columns;
}

void expert_info_mention_new(packet_info *pinfo)
{
    const bool heard = expert_info_is_heard(); /* who listens is told by the findings' own frames */
    for (const tcps_finding *f; (f = session_take_finding());)
        if (!heard && f->status != TCPS_WITHDRAWN)
            expert_info_mention(pinfo, f, "");
}

static void mention_at_end(void)
{
    packet_info any = {.num = 1};
    session_finish();
    expert_info_mention_new(&any);
}

void expert_info_register(void)
{
    register_postseq_cleanup_routine(mention_at_end);
}

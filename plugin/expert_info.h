/* expert_info.h: findings as Wireshark's expert infos: in the tree, in its dialog, and in the colour of its button.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_EXPERT_INFO_H
#define TCPSTATE_EXPERT_INFO_H

#include "compat.h"

#include "rfc/tcpstate.h"

/* Does anybody listen to expert infos? */
bool expert_info_is_heard(void);

/* At the item, or (NULL) at the frame; the text says more than the rule's title. */
void expert_info_add(packet_info *pinfo, proto_item *item, const tcps_finding *finding, const char *text);

/* In the frame that lets it be known, which has nothing to do with it: for lists and the button, not for the frame's tree or columns. */
void expert_info_mention(packet_info *pinfo, const tcps_finding *finding, const char *text);

/* Of findings that no frame has shown, the button still tells how bad the worst is. */
void expert_info_mention_new(packet_info *pinfo);

/* So it does when a capture has been read. */
void expert_info_register(void);

#endif

/* hook.h: how the plugin gets at TCP segments and at frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_HOOK_H
#define TCPSTATE_HOOK_H

/* When protocols are registered; tap is the number of the plugin's tap. */
void hook_register(int protocol, int tap);

/* When all protocols have been registered. */
void hook_handoff(void);

#endif

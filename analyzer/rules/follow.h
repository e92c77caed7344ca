/* follow.h: what becomes of findings, as their rules tell.
 *
 * Numbers that only grow are told when they have grown by a quarter, and at the end: so that a loop of a million segments does not give a
 * million findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_FOLLOW_H
#define TCPS_FOLLOW_H

#include "rules/rule.h"

/* Asks the rules whose findings at the context's connection are followed, and tells what has changed. A rule whose finding is
 * withdrawn may raise it again. */
void tcps_follow_up(const tcps_rule_context *context);

#endif

/* ids.h: the rules' numbers: the rows of rules.def. A new row builds anew what includes this, and nothing else: whoever can do
 * with tcps_rule_get and tcps_n_rules (rule.h) does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_RULE_IDS_H
#define TCPS_RULE_IDS_H

typedef enum {
#define RULE(id) TCPS_RULE_##id,
#include "rules/rules.def"
#undef RULE
    TCPS_N_RULES
} tcps_rule_id;

#endif

/* fail_on.h: --fail-on: whether any of some findings was made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_FAIL_ON_H
#define CLI_FAIL_ON_H

#include "report/statistic.h"

typedef struct {
    bool rules[TCPS_MAX_RULES];
} fail_on;

/* "close_wait_lingering,missing_final_ack". NULL, or what is wrong, to be freed by the caller. */
char *fail_on_parse(const char *ids, fail_on *wanted);

/* A line for each finding of these. How many there were. */
unsigned fail_on_write(const fail_on *wanted, const tcps_model *model, const char *capture, const tcps_sink *sink);

#endif

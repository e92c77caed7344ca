/* fail_on.h: --fail-on: whether any of some findings was made, and whether it could have been.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_FAIL_ON_H
#define CLI_FAIL_ON_H

#include "report/statistic.h"

typedef struct {
    bool rules[TCPS_MAX_RULES]; /* by their ids, whatever their severity */
    bool by_severity;
    tcps_severity severity; /* this or worse, of any rule */
} fail_on;

/* "close_wait_lingering,missing_final_ack", "warn". NULL, or what is wrong, to be freed by the caller. */
char *fail_on_parse(const char *words, fail_on *wanted);

bool fail_on_wants(const fail_on *wanted, const tcps_finding *finding);
/* Is the rule asked for: by its id, or because its findings are of that severity? */
bool fail_on_asks(const fail_on *wanted, unsigned rule);

/* Calls visit, unless it is NULL, for each finding of these, and returns how many there were. */
unsigned fail_on_each(const fail_on *wanted, const tcps_model *model,
                      void (*visit)(const tcps_finding *finding, void *data), void *data);
/* A line for each finding of these. How many there were. */
unsigned fail_on_write(const fail_on *wanted, const tcps_model *model, const char *capture, const tcps_sink *sink);

/* How long a capture has to be for the rule to find anything; 0: no matter. */
int64_t fail_on_needs_ns(unsigned rule, const tcps_config *config);
/* The rules that are asked for and need a longer capture than this: "close_wait_lingering (more than 10 s)"; NULL: none. Of those that
 * severity alone asks for, or those of which the id does. To be freed by the caller. */
char *fail_on_uncovered(const fail_on *wanted, const tcps_config *config, int64_t span_ns, bool by_id);

#endif

/* junit.h: --junit: what --fail-on found, as the XML that CI servers show: a suite for each capture, a test for each finding asked for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_JUNIT_H
#define CLI_JUNIT_H

#include "fail_on.h"

void junit_begin(const tcps_sink *sink);
void junit_end(const tcps_sink *sink);

/* What the capture is, and what it cannot tell. */
typedef struct {
    const tcps_capture *about;
    const tcps_config *config;
    const char *error; /* it was not read, or not to its end; or it has no TCP; NULL: all is well */
} junit_capture;

/* A capture that could not be read has no model: NULL. How many findings there were. */
unsigned junit_write(const fail_on *wanted, const tcps_model *model, const junit_capture *capture,
                     const tcps_sink *sink);

#endif

/* verdict.h: what --fail-on makes of a capture: a report, and an exit status.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_VERDICT_H
#define CLI_VERDICT_H

#include "analysis.h"
#include "options.h"

/* fault: why the capture was not read, or not to its end; NULL: it was. Without an analysis it was not read at all. Says on standard
 * error what the capture cannot tell. Returns the exit status, but for that of a fault. */
int verdict_write(const options *o, const analysis *a, const tcps_capture *about, const char *fault,
                  const tcps_sink *sink);

/* Of two exit statuses the one that says more: something was found, rather than that something could not be; and first of all that not
 * all was read. */
int verdict_worse(int a, int b);

#endif

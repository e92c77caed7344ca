/* wrap.h: long lines, broken at spaces.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_WRAP_H
#define TCPS_WRAP_H

#include <glib.h>
#include <stdbool.h>

/* The widest line of a report. */
#define TCPS_COLUMNS 100

/* Appends text in lines that begin with indent spaces (the first with mark, which counts as part of them) and are no wider
 * than TCPS_COLUMNS, unless a single word is. What stands in `...` or (...) is for copying, and is not broken. */
void tcps_wrap(GString *to, unsigned indent, const char *mark, const char *text);

#endif

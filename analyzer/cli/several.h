/* several.h: several capture points in one run: their captures are read twice, first for their clocks, then in the order of their times.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_SEVERAL_H
#define CLI_SEVERAL_H

#include "options.h"

/* The exit status. */
int several_analyse(const options *o);

#endif

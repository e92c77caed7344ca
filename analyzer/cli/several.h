/* several.h: several capture points in one run: their captures are read twice, first for their clocks, then in the order of their times.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_SEVERAL_H
#define CLI_SEVERAL_H

#include "interfaces.h"
#include "options.h"

/* Of the points that the options name. The exit status. */
int several_analyse(const options *o);
/* Of one capture, whose interfaces are several points. files end with NULL. */
int several_interfaces_analyse(const options *o, char **files, const interfaces *found, const char *name);

#endif

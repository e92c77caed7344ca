/* survey.h: a first look at the captures of several points: how their clocks compare, and from when to when each is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_SURVEY_H
#define CLI_SURVEY_H

#include "points/points.h"
#include "source.h"

/* Tells it to the points. */
void survey(source *sources, unsigned n, tcps_points *points);

#endif

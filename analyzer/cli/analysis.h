/* analysis.h: frames to a report: the decoders, the analyzer and the model behind each other.
 *
 * Nothing is kept of a frame but what the model keeps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_ANALYSIS_H
#define CLI_ANALYSIS_H

#include "capture.h"
#include "points/points.h"
#include "report/statistic.h"

typedef struct analysis analysis;

analysis *analysis_new(const tcps_request *asked, bool each_finding, const tcps_config *config);
void analysis_free(analysis *a);

/* There are several capture points, whose clocks are as that says; frames come in the order of their aligned times. Before any frame. */
void analysis_at_points(analysis *a, tcps_points *points);
/* Where what follows was captured: files, and frames. */
void analysis_point(analysis *a, unsigned point);

/* Files of one capture are read one after the other: what is in them comes between these two. */
void analysis_begin_file(analysis *a, const char *name);
void analysis_end_file(analysis *a, capture *c);
void analysis_frame(analysis *a, const capture_record *record);
/* The number of the next frame, where frames of another point come between. */
void analysis_number(analysis *a, uint32_t frame);
/* There are no more frames. */
void analysis_finish(analysis *a);

const tcps_model *analysis_model(const analysis *a);
/* Without its names. */
tcps_capture analysis_capture(const analysis *a);
/* Of the point that was set last. */
uint32_t analysis_n_frames(const analysis *a);

#endif

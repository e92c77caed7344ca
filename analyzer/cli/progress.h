/* progress.h: how far the reading has come, on a terminal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "capture.h"

typedef struct {
    bool wanted; /* standard error is a terminal */
    bool shown;
    int64_t last_us; /* when it was last looked at */
} progress;

progress progress_begin(void);
/* Of all frames, a few are enough to call it for. */
void progress_show(progress *p, capture *c, uint32_t n_frames);
void progress_end(progress *p);

#endif

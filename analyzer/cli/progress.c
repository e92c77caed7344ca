/* progress.c: see progress.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

enum { FIRST_US = 1000000, NEXT_US = 200000 };

progress progress_begin(void)
{
    /* most captures are through before there is something to tell */
    return (progress){.wanted = isatty(STDERR_FILENO), .last_us = g_get_monotonic_time() + FIRST_US - NEXT_US};
}

void progress_show(progress *p, capture *c, uint32_t n_frames)
{
    if (!p->wanted || g_get_monotonic_time() - p->last_us < NEXT_US)
        return;
    const int percent = capture_percent(c);
    p->last_us = g_get_monotonic_time();
    p->shown = true;
    if (percent < 0)
        fprintf(stderr, "\r%u frames read", n_frames);
    else
        fprintf(stderr, "\r%3d %% read, %u frames", percent, n_frames);
}

void progress_end(progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
}

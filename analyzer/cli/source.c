/* source.c: see source.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "source.h"

static bool open_next(source *s, const source_watcher *watcher)
{
    char *error = NULL;
    s->name = s->files[s->next];
    if (!s->name)
        return false;
    s->next++;
    s->open = capture_open(s->name, &error);
    if (s->open)
        watcher->opened(s, watcher->data);
    else
        watcher->failed(s, error, watcher->data);
    return true;
}

static bool is_here(source *s)
{
    if (!s->map)
        return true;
    s->record.frame.passes_on = tcps_point_map_passes_on(s->map, s->record.interface);
    return tcps_point_map_point(s->map, s->record.interface) == s->point;
}

bool source_next(source *s, const source_watcher *watcher)
{
    for (;;) {
        char *error = NULL;
        while (!s->open)
            if (!open_next(s, watcher))
                return false;
        const capture_result result = capture_next(s->open, &s->record, &error);
        s->frame += result == CAPTURE_FRAME;
        if (result == CAPTURE_FRAME && is_here(s))
            return true;
        if (result == CAPTURE_FRAME)
            continue;
        watcher->ended(s, result, error, watcher->data);
        capture_close(s->open);
        s->open = NULL;
    }
}

void source_rewind(source *s)
{
    if (s->open)
        capture_close(s->open);
    s->open = NULL;
    s->next = 0;
    s->frame = 0;
}

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

bool source_next(source *s, const source_watcher *watcher)
{
    for (;;) {
        char *error = NULL;
        while (!s->open)
            if (!open_next(s, watcher))
                return false;
        const capture_result result = capture_next(s->open, &s->record, &error);
        if (result == CAPTURE_FRAME)
            return true;
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
}

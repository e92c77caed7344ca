/* source.h: the files of one capture point, one after the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include "capture.h"
#include "points/point_map.h"

typedef struct {
    char **files;  /* in their order; NULL-terminated */
    capture *open; /* NULL: none is */
    const char *name;
    /* Of files with several interfaces, what was captured at those of one point; NULL: all of it. */
    const tcps_point_map *map;
    unsigned point;
    unsigned next;
    uint32_t frame;        /* the number of the one that is next, over all files */
    capture_record record; /* the one that is next */
} source;

/* Where it is about a file: it has been opened (CAPTURE_FRAME), or cannot be (BROKEN), or is at its end, or broken. Takes error. */
typedef struct {
    void (*opened)(const source *s, void *data);
    void (*failed)(const source *s, char *error, void *data);
    void (*ended)(const source *s, capture_result result, char *error, void *data);
    void *data;
} source_watcher;

/* The next record. False: there is none. */
bool source_next(source *s, const source_watcher *watcher);
/* From the beginning. */
void source_rewind(source *s);

#endif

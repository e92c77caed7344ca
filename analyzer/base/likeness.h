/* likeness.h: objects of one kind in few bytes, each as what it differs in from one that it is like.
 *
 * Of some objects it is noted how their words follow from each other: the same again, so much more, or a number of its own. Of those
 * that are kept, the words are noted that do not follow in that way. It knows nothing of what the words mean, and an object
 * comes out as it went in; one that is like none takes more bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LIKENESS_H
#define TCPS_LIKENESS_H

#include <stddef.h>
#include <stdint.h>

typedef struct tcps_likeness tcps_likeness;

/* Of objects of so many bytes: whole words of 32 bits, 16,000 bytes at most. What an object holds by a pointer is not kept. */
tcps_likeness *tcps_likeness_new(size_t bytes);
/* Takes NULL. What was kept is gone. */
void tcps_likeness_free(tcps_likeness *likeness);

/* Aligned to 8 bytes; to be dropped. Those of one sort are thought to be like each other most of all: the last one's example is tried
 * first. */
enum { TCPS_LIKENESS_SORTS = 8 };
void *tcps_likeness_keep(tcps_likeness *likeness, const void *object, unsigned sort);
void tcps_likeness_drop(tcps_likeness *likeness, void *kept);
/* The first so many bytes of it, whole words. */
void tcps_likeness_show(const tcps_likeness *likeness, const void *kept, void *object, size_t bytes);
/* How many bytes it takes. */
size_t tcps_likeness_bytes(const void *kept);

#endif

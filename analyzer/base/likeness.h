/* likeness.h: objects of one kind in few bytes, each as what it differs in from one that it is like.
 *
 * Of some objects it is noted how their words follow from each other: the same again, so much more, or a number of its own (example.h).
 * Of those that are kept, the words are noted that do not follow in that way. It knows nothing of what the words mean, and an object
 * comes out as it went in; one that is like none takes more bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LIKENESS_H
#define TCPS_LIKENESS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct tcps_likeness tcps_likeness;

/* Of objects of so many bytes: whole words of 32 bits, 8,000 bytes at most. What an object holds by a pointer is not kept. The word
 * at `label`, in bytes from the object's beginning, is kept as it is, to be looked at. */
tcps_likeness *tcps_likeness_new(size_t bytes, size_t label);
/* Takes NULL. What was kept is gone. */
void tcps_likeness_free(tcps_likeness *likeness);

/* Aligned to 8 bytes; to be dropped. Those of one sort are thought to be like each other most of all: the last one's example is tried
 * first. */
enum { TCPS_LIKENESS_SORTS = 16 };
void *tcps_likeness_keep(tcps_likeness *likeness, const void *object, unsigned sort);
void tcps_likeness_drop(tcps_likeness *likeness, void *kept);
/* As it was. */
void tcps_likeness_show(const tcps_likeness *likeness, const void *kept, void *object);
/* How many bytes it takes. */
size_t tcps_likeness_bytes(const void *kept);

/* The word that is kept as it is. */
static inline uint32_t tcps_likeness_label(const void *kept)
{
    uint32_t word;
    memcpy(&word, kept, sizeof word);
    return word;
}

#endif

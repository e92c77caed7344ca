/* marks.h: the places of an object that are not as they ought to be, in few bytes (likeness.c).
 *
 * A mark is a byte and what the place is more than it ought to be, in few bytes where that is a small number of either sign. The byte's
 * lower 2 bits tell how many bytes, the upper 6 how many places before it are as they ought to be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_MARKS_H
#define TCPS_MARKS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    TCPS_MARK_SKIP = 63, /* so many places before it are as they ought to be, and it is no mark itself */
    TCPS_MARK_SKIPS = TCPS_MARK_SKIP << 2,
    TCPS_MARK_END = TCPS_MARK_SKIPS | 1
};

/* Small differences of either sign as small numbers, and back. */
static inline uint64_t tcps_fold_sign(uint64_t difference)
{
    return difference << 1 ^ (difference >> 63 ? UINT64_MAX : 0);
}

static inline uint64_t tcps_unfold_sign(uint64_t folded)
{
    return folded >> 1 ^ (folded & 1 ? UINT64_MAX : 0);
}

/* A difference of single words, as one of 64 bits. */
static inline uint64_t tcps_widen(uint32_t difference)
{
    return difference | (difference >> 31 ? UINT64_C(0xffffffff00000000) : 0);
}

/* How many bytes a difference takes, by the lower 2 bits of its mark: of single words, and of doubles, which mostly are times. */
static const uint8_t tcps_mark_sizes[2][4] = {{1, 2, 3, 4}, {3, 4, 5, 8}};

typedef struct {
    uint8_t *to;
    unsigned next; /* the place that follows the last mark */
} tcps_mark_writer;

static inline void tcps_mark_put(tcps_mark_writer *w, unsigned place, uint64_t folded, unsigned code, unsigned bytes)
{
    unsigned gap = place - w->next;
    for (; gap >= TCPS_MARK_SKIP; gap -= TCPS_MARK_SKIP)
        *w->to++ = TCPS_MARK_SKIPS;
    *w->to++ = (uint8_t)(gap << 2 | code);
    folded = GUINT64_TO_LE(folded);
    memcpy(w->to, &folded, sizeof folded);
    w->to += bytes;
    w->next = place + 1;
}

/* Most places need none: their loops are to stay short. */
G_GNUC_UNUSED static G_GNUC_NO_INLINE void tcps_mark_single(tcps_mark_writer *w, unsigned place, uint32_t difference)
{
    const uint64_t folded = tcps_fold_sign(tcps_widen(difference));
    const unsigned code = (63 - (unsigned)__builtin_clzll(folded | 1)) / 8;
    tcps_mark_put(w, place, folded, code, code + 1);
}

G_GNUC_UNUSED static G_GNUC_NO_INLINE void tcps_mark_double(tcps_mark_writer *w, unsigned place, uint64_t difference)
{
    const uint64_t folded = tcps_fold_sign(difference);
    const unsigned code = (unsigned)(folded >> 24 != 0) + (unsigned)(folded >> 32 != 0) + (unsigned)(folded >> 40 != 0);
    tcps_mark_put(w, place, folded, code, tcps_mark_sizes[1][code]);
}

typedef struct {
    const uint8_t *at, *end;
    unsigned next;
} tcps_mark_reader;

static inline uint64_t tcps_mark_difference(tcps_mark_reader *r, unsigned bytes)
{
    uint64_t folded = 0;
    if ((size_t)(r->end - r->at) >= sizeof folded) {
        memcpy(&folded, r->at, sizeof folded);
        folded = GUINT64_FROM_LE(folded) & UINT64_MAX >> (64 - 8 * bytes);
    } else {
        for (unsigned i = 0; i < bytes; i++)
            folded |= (uint64_t)r->at[i] << 8 * i;
    }
    r->at += bytes;
    return tcps_unfold_sign(folded);
}

#endif

/* slab.c: see slab.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/slab.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

enum { FIRST_PIECE = 8 << 10, LARGE_PAGE = 2 << 20, ALIGNMENT = 64 };

/* Twice as large as the one before, up to that of a large page. */
static size_t piece_size(const tcps_slab *s)
{
    size_t size = FIRST_PIECE;
    for (unsigned i = 0; i < s->n_pieces && size < LARGE_PAGE; i++)
        size *= 2;
    return size;
}

static void *new_piece(size_t size)
{
    void *piece = aligned_alloc(size == LARGE_PAGE ? LARGE_PAGE : ALIGNMENT, size);
    if (!piece)
        g_error("cannot allocate %" G_GSIZE_FORMAT " bytes", size);
#ifdef MADV_HUGEPAGE
    if (size == LARGE_PAGE)
        madvise(piece, size, MADV_HUGEPAGE); /* where there are none, it is as well without */
#endif
    return piece;
}

static void add_piece(tcps_slab *s)
{
    const size_t size = piece_size(s);
    s->pieces = g_renew(void *, s->pieces, s->n_pieces + 1);
    s->next = s->pieces[s->n_pieces] = new_piece(size);
    s->end = s->next + size;
    s->n_pieces++;
}

static void *take_any(tcps_slab *s)
{
    void *object = s->given_back;
    if (object) {
        memcpy(&s->given_back, object, sizeof s->given_back);
        return object;
    }
    if ((size_t)(s->end - s->next) < s->size)
        add_piece(s);
    object = s->next;
    s->next += s->size;
    return object;
}

void *tcps_slab_take(tcps_slab *s)
{
    return memset(take_any(s), 0, s->size);
}

void tcps_slab_give_back(tcps_slab *s, void *object)
{
    memcpy(object, &s->given_back, sizeof s->given_back);
    s->given_back = object;
}

void tcps_slab_clear(tcps_slab *s)
{
    for (unsigned i = 0; i < s->n_pieces; i++)
        free(s->pieces[i]);
    g_free(s->pieces);
    *s = (tcps_slab){.size = s->size};
}

/* slab.h: memory for many objects of one size.
 *
 * It is taken from the system in pieces that grow with the number of objects, the later ones in pages as large as there are: to
 * touch a page for the first time costs more than anything that is done with what is in it. What is given back is used again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SLAB_H
#define TCPS_SLAB_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t size; /* of an object: what sizeof says of it, not less than a pointer's. The rest is zero to begin with */
    void *given_back; /* a list through their first bytes */
    uint8_t *next, *end;
    void **pieces;
    unsigned n_pieces;
} tcps_slab;

/* Zeroed. */
void *tcps_slab_take(tcps_slab *slab);
void tcps_slab_give_back(tcps_slab *slab, void *object);
/* All objects are gone. */
void tcps_slab_clear(tcps_slab *slab);

#endif

/* row_store.h: where the model's rows are.
 *
 * Rows may be packed (base/likeness.h) once nothing but time is likely to change them: those of one segment that nothing has followed for
 * some time, and those that are over. Who asks for one gets it as it was.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ROW_STORE_H
#define TCPS_ROW_STORE_H

#include "base/likeness.h"
#include "base/slab.h"
#include "model/row_pages.h"

typedef struct {
    tcps_row_pages pages; /* of rows, or of what is packed and IS_PACKED */
    tcps_slab memory;
    tcps_likeness *likeness; /* NULL: none is packed */
    GArray *idle;            /* of those that may be packed, in the order in which that became known */
    unsigned idle_head;      /* those before it have been taken off */
    tcps_row *shown;
    uint32_t n;
} tcps_row_store;

void tcps_row_store_init(tcps_row_store *store);
void tcps_row_store_clear(tcps_row_store *store);
/* Whether rows are packed; they are not to begin with. To be called before there are any. */
void tcps_row_store_pack(tcps_row_store *store, bool pack);

/* Empty but for its number. */
tcps_row *tcps_row_store_add(tcps_row_store *store, uint32_t index);
/* Frees it, and notes that it was folded. */
void tcps_row_store_fold(tcps_row_store *store, tcps_row *row);

tcps_row *tcps_row_store_unpack(tcps_row_store *store, int64_t connection);
/* To be written to; NULL where there is none. It stays until the next tcps_row_store_rest. */
static inline tcps_row *tcps_row_store_get(tcps_row_store *store, int64_t connection)
{
    tcps_row *row = tcps_row_pages_get(&store->pages, connection);
    return (uintptr_t)row & 1 ? tcps_row_store_unpack(store, connection) : row;
}
/* To be read, until the next one is looked at; NULL where there is none. */
const tcps_row *tcps_row_store_look(const tcps_row_store *store, int64_t connection);
/* Each row, in the order of their numbers. */
void tcps_row_store_each(const tcps_row_store *store, void (*visit)(const tcps_row *row, void *data), void *data);

/* A segment of it has been taken, or something else has changed it. */
void tcps_row_store_changed(tcps_row_store *store, const tcps_row *row);
/* Nobody uses a row any more, for now: packs some. */
void tcps_row_store_rest(tcps_row_store *store);

#endif

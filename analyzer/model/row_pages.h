/* row_pages.h: the model's rows by the number of their connection, and which of them were folded.
 *
 * A page holds the pointers to some rows that follow each other, and does not look at them. Once all of them are folded it is freed: what is kept of
 * connections that are over is less than a bit for each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ROW_PAGES_H
#define TCPS_ROW_PAGES_H

#include "model/row.h"

enum { TCPS_PAGE_ROWS = 64 };

typedef struct {
    tcps_row *rows[TCPS_PAGE_ROWS];
    uint64_t folded; /* a bit for each */
} tcps_row_page;

typedef struct {
    tcps_row_page **pages; /* NULL where there is none; those whose rows are all folded are one and the same */
    uint32_t n, room;
} tcps_row_pages;

/* NULL where there is none. */
static inline tcps_row *tcps_row_pages_get(const tcps_row_pages *p, int64_t connection)
{
    const uint64_t page = (uint64_t)connection / TCPS_PAGE_ROWS;
    return page < p->n && p->pages[page] ? p->pages[page]->rows[connection % TCPS_PAGE_ROWS] : NULL;
}

void tcps_row_pages_put(tcps_row_pages *pages, uint32_t connection, tcps_row *row);
/* The row is no longer there, and was folded. */
void tcps_row_pages_fold(tcps_row_pages *pages, uint32_t connection);
bool tcps_row_pages_folded(const tcps_row_pages *pages, uint32_t connection);
/* Each row, in order. */
void tcps_row_pages_each(const tcps_row_pages *pages, void (*visit)(tcps_row *row, void *data), void *data);
/* The rows are the caller's to free. */
void tcps_row_pages_clear(tcps_row_pages *pages);

#endif

/* row_pages.c: see row_pages.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/row_pages.h"

static tcps_row_page all_folded = {.folded = UINT64_MAX}; /* never written */

static void make_room(tcps_row_pages *p, uint32_t n)
{
    if (n > p->room) {
        p->room = MAX(n, MAX(p->room, 64) * 2);
        p->pages = g_renew(tcps_row_page *, p->pages, p->room);
    }
    while (p->n < n)
        p->pages[p->n++] = NULL;
}

/* A page that may be written. */
static tcps_row_page *page_of(tcps_row_pages *p, uint32_t connection)
{
    const uint32_t n = connection / TCPS_PAGE_ROWS;
    make_room(p, n + 1);
    tcps_row_page *old = p->pages[n];
    if (old && old != &all_folded)
        return old;
    p->pages[n] = g_new0(tcps_row_page, 1);
    if (old)
        p->pages[n]->folded = old->folded;
    return p->pages[n];
}

void tcps_row_pages_put(tcps_row_pages *p, uint32_t connection, tcps_row *row)
{
    page_of(p, connection)->rows[connection % TCPS_PAGE_ROWS] = row;
}

static bool is_empty(const tcps_row_page *page)
{
    for (unsigned i = 0; i < TCPS_PAGE_ROWS; i++)
        if (page->rows[i])
            return false;
    return true;
}

void tcps_row_pages_fold(tcps_row_pages *p, uint32_t connection)
{
    tcps_row_page *page = page_of(p, connection);
    page->rows[connection % TCPS_PAGE_ROWS] = NULL;
    page->folded |= UINT64_C(1) << connection % TCPS_PAGE_ROWS;
    if (page->folded != UINT64_MAX || !is_empty(page))
        return;
    g_free(page);
    p->pages[connection / TCPS_PAGE_ROWS] = &all_folded;
}

bool tcps_row_pages_folded(const tcps_row_pages *p, uint32_t connection)
{
    const uint32_t n = connection / TCPS_PAGE_ROWS;
    return n < p->n && p->pages[n] && p->pages[n]->folded >> connection % TCPS_PAGE_ROWS & 1;
}

void tcps_row_pages_each(const tcps_row_pages *p, void (*visit)(tcps_row *row, void *data), void *data)
{
    for (uint32_t n = 0; n < p->n; n++)
        for (unsigned i = 0; p->pages[n] && i < TCPS_PAGE_ROWS; i++)
            if (p->pages[n]->rows[i])
                visit(p->pages[n]->rows[i], data);
}

void tcps_row_pages_clear(tcps_row_pages *p)
{
    for (uint32_t n = 0; n < p->n; n++)
        if (p->pages[n] != &all_folded)
            g_free(p->pages[n]);
    g_free(p->pages);
    *p = (tcps_row_pages){0};
}

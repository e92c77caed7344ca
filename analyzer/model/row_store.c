/* row_store.c: see row_store.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/row_store.h"

#include <string.h>

/* So many rows stay what they are for now: nearly all first SYNs are answered soon, and of connections that are over a straggler may come. */
enum { N_IDLE = 1024 };
enum { IS_PACKED = 1 };

/* As of that frame, nothing but time was to come. */
typedef struct {
    uint32_t index, last_frame;
} idle_row;

_Static_assert(sizeof(tcps_row) % sizeof(uint32_t) == 0, "whole words are packed");

void tcps_row_store_init(tcps_row_store *s)
{
    *s = (tcps_row_store){.memory = {.size = sizeof(tcps_row)}, .shown = g_new0(tcps_row, 1)};
}

void tcps_row_store_pack(tcps_row_store *s, bool pack)
{
    tcps_likeness_free(s->likeness);
    if (s->idle)
        g_array_free(s->idle, TRUE);
    s->likeness = pack ? tcps_likeness_new(sizeof(tcps_row), offsetof(tcps_row, first_frame)) : NULL;
    s->idle = pack ? g_array_new(FALSE, FALSE, sizeof(idle_row)) : NULL;
}

static bool is_packed(const tcps_row *row)
{
    return (uintptr_t)row & IS_PACKED;
}

static void *packed_at(const tcps_row *row)
{
    return (void *)((uintptr_t)row - IS_PACKED);
}

static void clear_each(tcps_row *row, void *data)
{
    (void)data;
    if (!is_packed(row)) /* else it holds nothing */
        tcps_row_clear(row);
}

void tcps_row_store_clear(tcps_row_store *s)
{
    tcps_row_pages_each(&s->pages, clear_each, NULL);
    tcps_row_pages_clear(&s->pages);
    tcps_slab_clear(&s->memory);
    tcps_row_store_pack(s, false);
    g_free(s->shown);
}

tcps_row *tcps_row_store_add(tcps_row_store *s, uint32_t index)
{
    tcps_row *row = tcps_slab_take(&s->memory);
    row->index = index;
    tcps_row_pages_put(&s->pages, index, row);
    s->n++;
    return row;
}

void tcps_row_store_fold(tcps_row_store *s, tcps_row *row)
{
    tcps_row_pages_fold(&s->pages, row->index);
    tcps_row_clear(row);
    tcps_slab_give_back(&s->memory, row);
    s->n--;
}

tcps_row *tcps_row_store_unpack(tcps_row_store *s, int64_t connection)
{
    void *packed = packed_at(tcps_row_pages_get(&s->pages, connection));
    tcps_row *row = tcps_slab_take(&s->memory);
    tcps_likeness_show(s->likeness, packed, row);
    tcps_likeness_drop(s->likeness, packed);
    tcps_row_pages_put(&s->pages, row->index, row);
    tcps_row_store_changed(s, row);
    return row;
}

static const tcps_row *show(const tcps_row_store *s, const tcps_row *row)
{
    if (!is_packed(row))
        return row;
    tcps_likeness_show(s->likeness, packed_at(row), s->shown);
    return s->shown;
}

const tcps_row *tcps_row_store_look(const tcps_row_store *s, int64_t connection)
{
    return show(s, tcps_row_pages_get(&s->pages, connection));
}

typedef struct {
    const tcps_row_store *store;
    void (*visit)(const tcps_row *row, void *data);
    void *data;
} visitor;

static void visit_each(tcps_row *row, void *data)
{
    const visitor *v = data;
    v->visit(show(v->store, row), v->data);
}

void tcps_row_store_each(const tcps_row_store *s, void (*visit)(const tcps_row *row, void *data), void *data)
{
    visitor v = {s, visit, data};
    tcps_row_pages_each(&s->pages, visit_each, &v);
}

/* --- packing --- */

static bool is_over(unsigned state)
{
    return state < TCPS_SYN_SENT || state == TCPS_TIME_WAIT;
}

static bool is_idle(const tcps_row *row)
{
    return row->segments[0] + row->segments[1] <= 1 || (is_over(row->state[0]) && is_over(row->state[1]));
}

/* What is held by a pointer cannot be packed; the tallies stay where they are. */
static bool fits(const tcps_row *row)
{
    return !row->zeek && !row->changes && !row->rungs && !row->spent.more;
}

void tcps_row_store_changed(tcps_row_store *s, const tcps_row *row)
{
    if (!s->likeness || !is_idle(row))
        return;
    const idle_row idle = {row->index, row->last_frame};
    g_array_append_val(s->idle, idle);
}

static unsigned sort_of(const tcps_row *row)
{
    const bool lone = row->segments[0] + row->segments[1] <= 1;
    return (unsigned)lone << 2 | (unsigned)(row->state[0] == TCPS_TIME_WAIT) << 1 | (row->state[1] == TCPS_TIME_WAIT);
}

static void pack(tcps_row_store *s, const idle_row *idle)
{
    tcps_row *row = tcps_row_pages_get(&s->pages, idle->index);
    if (!row || is_packed(row) || row->last_frame != idle->last_frame || !is_idle(row) || !fits(row))
        return;
    void *packed = tcps_likeness_keep(s->likeness, row, sort_of(row));
    tcps_row_pages_put(&s->pages, idle->index, (tcps_row *)((uintptr_t)packed | IS_PACKED));
    tcps_slab_give_back(&s->memory, row);
}

void tcps_row_store_rest(tcps_row_store *s)
{
    if (!s->likeness)
        return;
    for (; s->idle->len - s->idle_head > N_IDLE; s->idle_head++)
        pack(s, &g_array_index(s->idle, idle_row, s->idle_head));
    if (s->idle_head < N_IDLE || s->idle_head < s->idle->len / 2)
        return;
    g_array_remove_range(s->idle, 0, s->idle_head);
    s->idle_head = 0;
}

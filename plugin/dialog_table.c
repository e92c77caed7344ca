/* dialog_table.c: see dialog_table.h.
 *
 * Wireshark's listener, with the dialog's filter, tells which connections to show; two of the table's own are told of all frames.
 * It is filled when all has been told: with the last frame where frames are visited again, as a window does; else when tshark is
 * about to draw. Wireshark draws those first who listened last.
 *
 * Wireshark gives one table to all dialogs of a kind. Each dialog fills it anew and then keeps pointers to its cells, to sort
 * by them: the cells of a table that is filled anew live on as long as there may be another dialog.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog_table.h"

#include "front_end.h"
#include "session.h"

/* Wireshark names a table by its title alone when it is to be reset or freed. */
static GPtrArray *tables;

static dialog_table *table_of(const stat_tap_table *table)
{
    for (unsigned i = 0; i < tables->len; i++) {
        dialog_table *t = g_ptr_array_index(tables, i);
        if (t->ui.title == table->title)
            return t;
    }
    return NULL;
}

static stat_tap_table *wireshark_table(const dialog_table *t)
{
    return stat_tap_find_table((stat_tap_table_ui *)&t->ui, t->ui.title);
}

static void free_cell(stat_tap_table_item_type *cell)
{
    if (cell->type == TABLE_ITEM_STRING)
        g_free((char *)cell->value.string_value);
    *cell = (stat_tap_table_item_type){.type = TABLE_ITEM_NONE};
}

typedef struct {
    size_t n;
    stat_tap_table_item_type *cells;
} old_row;

static void old_row_free(gpointer data)
{
    old_row *row = data;
    for (size_t i = 0; i < row->n; i++)
        free_cell(&row->cells[i]);
    g_free(row->cells);
    g_free(row);
}

static void clear_rows(dialog_table *t, stat_tap_table *table)
{
    for (unsigned i = 0; i < table->num_elements; i++) {
        old_row *row = g_new(old_row, 1);
        *row = (old_row){t->ui.nfields, table->elements[i]};
        g_ptr_array_add(t->old, row);
    }
    table->num_elements = 0;
}

static void fill(dialog_table *t)
{
    stat_tap_table *table = wireshark_table(t);
    if (!t->stale || !t->feed.model || !table)
        return;
    t->stale = false;
    clear_rows(t, table);
    feed_finish(&t->feed);
    t->fill(t);
}

/* --- what Wireshark tells --- */

/* All has been told, and what the capture's end shows is known, too. */
static void draw(void *data)
{
    dialog_table *t = *(dialog_table **)data;
    session_finish();
    t->stale = true;
    fill(t);
}

/* Of what a first visit shows, more is going to follow. */
static void fill_if_last(dialog_table *t, const packet_info *pinfo)
{
    if (pinfo->fd->visited && pinfo->num == session_last_frame())
        fill(t);
}

static tap_packet_status on_frame(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *nothing _U_,
                                  tap_flags_t flags _U_)
{
    fill_if_last(*(dialog_table **)data, pinfo);
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status on_entry(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *entry,
                                  tap_flags_t flags)
{
    dialog_table *t = *(dialog_table **)data;
    if (front_end_has_windows() && !pinfo->fd->visited) /* a window is filled by visiting all again */
        return TAP_PACKET_DONT_REDRAW;
    feed_on_entry(&t->feed, pinfo, edt, entry, flags);
    t->stale = true;
    fill_if_last(t, pinfo);
    return TAP_PACKET_REDRAW;
}

static void on_reset(void *data)
{
    feed_reset(&(*(dialog_table **)data)->feed);
}

/* --- its own listeners --- */

typedef enum { TO_ENTRIES, TO_FRAMES, TO_DRAW } listener;

static void listen(dialog_table *t, listener which, const char *tap, tap_packet_cb take)
{
    dialog_table **data = &t->listens[which];
    *data = t;
    GString *error = register_tap_listener(tap, data, NULL, TL_REQUIRES_NOTHING, which == TO_ENTRIES ? on_reset : NULL,
                                           take, which == TO_DRAW ? draw : NULL, NULL);
    if (error)
        g_string_free(error, TRUE);
}

static void listen_no_more(dialog_table *t)
{
    for (unsigned i = 0; i < TABLE_LISTENERS; i++)
        if (t->listens[i])
            remove_tap_listener(&t->listens[i]);
    memset(t->listens, 0, sizeof t->listens);
}

static void close_model(dialog_table *t)
{
    listen_no_more(t);
    feed_clear(&t->feed);
    tcps_model_free(t->feed.model);
    t->feed.model = NULL;
    g_ptr_array_set_size(t->old, 0);
}

static void open_model(dialog_table *t)
{
    t->feed = (feed){.model = tcps_model_new(), .taken = t->taken, .data = t};
    if (t->endpoints)
        tcps_model_keep_endpoints(t->feed.model);
    feed_wait_for_picks(&t->feed);
    feed_reset(&t->feed);
    t->stale = false;
    listen(t, TO_ENTRIES, "tcpstate", on_entry);
    listen(t, TO_FRAMES, "frame", on_frame);
}

/* --- Wireshark's --- */

static tap_packet_status on_pick(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *entry,
                                 tap_flags_t flags)
{
    dialog_table *t = (dialog_table *)((stat_data_t *)data)->stat_tap_data;
    if (!t->feed.model || !wireshark_table(t))
        return TAP_PACKET_DONT_REDRAW;
    feed_on_pick(&t->feed, pinfo, edt, entry, flags);
    t->stale = true;
    if (!t->listens[TO_DRAW] && !front_end_has_windows())
        listen(t, TO_DRAW, "tcpstate", NULL);
    fill_if_last(t, pinfo);
    return TAP_PACKET_REDRAW;
}

static void init(stat_tap_table_ui *ui)
{
    dialog_table *t = (dialog_table *)ui;
    if (wireshark_table(t)) /* it is going to be reset */
        return;
    close_model(t);
    open_model(t);
    stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
}

static void reset(stat_tap_table *table)
{
    dialog_table *t = table_of(table);
    if (t->ui.refcount <= 1) /* no other dialog: these have been taken from its window at the last reset */
        g_ptr_array_set_size(t->old, 0);
    clear_rows(t, table);
}

/* Wireshark frees a table cell by cell, when the last dialog is closed. */
static void free_item(stat_tap_table *table, unsigned row, unsigned column, stat_tap_table_item_type *cell)
{
    free_cell(cell);
    if (row == 0 && column == 0)
        close_model(table_of(table));
}

void dialog_table_register(dialog_table *t)
{
    static tap_param parameters[] = {{PARAM_FILTER, "filter", "Filter", NULL, true}};
    if (!tables)
        tables = g_ptr_array_new();
    g_ptr_array_add(tables, t);
    t->old = g_ptr_array_new_with_free_func(old_row_free);
    t->ui.group = REGISTER_LOG_STAT_GROUP_UNSORTED; /* has no place in the menu: menu.c has one for it */
    t->ui.tap_name = "tcpstate";
    t->ui.stat_tap_init_cb = init;
    t->ui.stat_tap_reset_table_cb = reset;
    t->ui.stat_tap_free_table_item_cb = free_item;
    t->ui.packet_func = on_pick;
    t->ui.nparams = array_length(parameters);
    t->ui.params = parameters;
    register_stat_tap_table_ui(&t->ui);
}

stat_tap_table_item_type *dialog_table_row(dialog_table *t)
{
    static const stat_tap_table_item_type nothing[TABLE_MAX_COLUMNS];
    stat_tap_table *table = wireshark_table(t);
    stat_tap_init_table_row(table, table->num_elements, (unsigned)t->ui.nfields, nothing);
    return stat_tap_get_field_data(table, table->num_elements - 1, 0);
}

void dialog_cell_number(stat_tap_table_item_type *cell, uint64_t number)
{
    cell->type = TABLE_ITEM_UINT;
    cell->value.uint_value = (unsigned)MIN(number, UINT_MAX);
}

void dialog_cell_seconds(stat_tap_table_item_type *cell, int64_t ns)
{
    cell->type = TABLE_ITEM_FLOAT;
    cell->value.float_value = (double)ns / 1e9;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the cell frees it */
void dialog_cell_text(stat_tap_table_item_type *cell, char *text)
{
    free_cell(cell);
    cell->type = TABLE_ITEM_STRING;
    cell->value.string_value = text;
}

char *dialog_address(const tcps_address *address)
{
    GString *text = g_string_new(NULL);
    tcps_address_append(text, address);
    return g_string_free(text, FALSE);
}

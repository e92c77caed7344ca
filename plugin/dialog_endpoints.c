/* dialog_endpoints.c: Statistics > TCP State > Endpoints: how many sockets each service and client host has in which state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "base/address.h"
#include "dialog_table.h"

/* clang-format off */
enum { ROLE, ENDPOINT, OPENED, CLOSED, HALF_OPEN, HALF_OPEN_PEAK, ESTABLISHED, ESTABLISHED_PEAK, CLOSE_WAIT, CLOSE_WAIT_PEAK,
       TIME_WAIT_PEAK };

static stat_tap_table_item columns[] = {
    [ROLE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Role", "%-11s"},
    [ENDPOINT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Endpoint", "%-21s"},
    [OPENED] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Opened", "%8u"},
    [CLOSED] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Closed", "%8u"},
    [HALF_OPEN] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Half-open", "%8u"},
    [HALF_OPEN_PEAK] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "at most", "%8u"},
    [ESTABLISHED] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "ESTABLISHED", "%8u"},
    [ESTABLISHED_PEAK] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "at most", "%8u"},
    [CLOSE_WAIT] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "CLOSE_WAIT", "%8u"},
    [CLOSE_WAIT_PEAK] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "at most", "%8u"},
    [TIME_WAIT_PEAK] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "TIME_WAIT at most", "%8u"},
};
/* clang-format on */

/* The port of a client host is none. */
static char *name_of(const tcps_tally *tally)
{
    char *name = dialog_address(&tally->address);
    if (tally->role == TCPS_CLIENT)
        *strrchr(name, ':') = '\0';
    return name;
}

static void show_state(stat_tap_table_item_type *cells, unsigned now, const tcps_tally *tally, tcps_state state)
{
    dialog_cell_number(&cells[now], tcps_tally_of(tally, state)->now);
    dialog_cell_number(&cells[now + 1], tcps_tally_of(tally, state)->peak);
}

static void show_tally(dialog_table *table, const tcps_tally *tally)
{
    stat_tap_table_item_type *cells = dialog_table_row(table);
    dialog_cell_text(&cells[ROLE], g_strdup(tally->role == TCPS_CLIENT ? "client host" : "service"));
    dialog_cell_text(&cells[ENDPOINT], name_of(tally));
    dialog_cell_number(&cells[OPENED], tally->opened);
    dialog_cell_number(&cells[CLOSED], tally->closed);
    show_state(cells, HALF_OPEN, tally, TCPS_SYN_RCVD);
    show_state(cells, ESTABLISHED, tally, TCPS_ESTABLISHED);
    show_state(cells, CLOSE_WAIT, tally, TCPS_CLOSE_WAIT);
    /* how many are left is not told: no segment shows that a timer has run out */
    dialog_cell_number(&cells[TIME_WAIT_PEAK], tcps_tally_of(tally, TCPS_TIME_WAIT)->peak);
}

static gint by_role_and_address(gconstpointer a, gconstpointer b)
{
    const tcps_tally *x = *(const tcps_tally *const *)a, *y = *(const tcps_tally *const *)b;
    if (x->role != y->role)
        return x->role == TCPS_CLIENT ? -1 : 1;
    if (x->address.len != y->address.len)
        return (int)x->address.len - (int)y->address.len;
    return tcps_address_compare(&x->address, &y->address);
}

/* Wireshark sorts a new window by the first column, as text, and leaves rows that are equal there as they are: in the order of
 * their addresses. */
static void fill(dialog_table *table)
{
    const tcps_tallies *all = tcps_model_endpoints(table->feed.model);
    GPtrArray *sorted = g_ptr_array_new();
    for (unsigned i = 0; i < tcps_tallies_count(all); i++)
        g_ptr_array_add(sorted, (gpointer)tcps_tallies_get(all, i));
    g_ptr_array_sort(sorted, by_role_and_address);
    for (unsigned i = 0; i < sorted->len; i++)
        show_tally(table, sorted->pdata[i]);
    g_ptr_array_free(sorted, TRUE);
}

void dialog_endpoints_register(void)
{
    static dialog_table table = {.ui = {.title = "TCP State: Endpoints",
                                        .cli_string = "tcpstate-table,endpoints",
                                        .nfields = array_length(columns),
                                        .fields = columns},
                                 .endpoints = true,
                                 .fill = fill};
    dialog_table_register(&table);
}

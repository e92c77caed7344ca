/* dialog_endpoints.c: Statistics > TCP State > Endpoints: how many sockets each service and client host has in which state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "dialog_table.h"

/* clang-format off */
enum { ENDPOINT, ROLE, OPENED, CLOSED, HALF_OPEN, HALF_OPEN_PEAK, ESTABLISHED, ESTABLISHED_PEAK, CLOSE_WAIT, CLOSE_WAIT_PEAK,
       TIME_WAIT_PEAK };

static stat_tap_table_item columns[] = {
    [ENDPOINT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Endpoint", "%-21s"},
    [ROLE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Role", "%-11s"},
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
    stat_tap_table_item_type *cells = dialog_table_row(table, tally);
    if (cells[ENDPOINT].type == TABLE_ITEM_NONE) {
        dialog_cell_text(&cells[ENDPOINT], name_of(tally));
        dialog_cell_text(&cells[ROLE], g_strdup(tally->role == TCPS_CLIENT ? "client host" : "service"));
    }
    dialog_cell_number(&cells[OPENED], tally->opened);
    dialog_cell_number(&cells[CLOSED], tally->closed);
    show_state(cells, HALF_OPEN, tally, TCPS_SYN_RCVD);
    show_state(cells, ESTABLISHED, tally, TCPS_ESTABLISHED);
    show_state(cells, CLOSE_WAIT, tally, TCPS_CLOSE_WAIT);
    /* how many are left is not told: no segment shows that a timer has run out */
    dialog_cell_number(&cells[TIME_WAIT_PEAK], tcps_tally_of(tally, TCPS_TIME_WAIT)->peak);
}

static void show(dialog_table *table, const tap_entry *entry)
{
    const tcps_row *row = tcps_model_connection(table->feed.model, entry->observation.connection);
    for (unsigned end = 0; row && end < 2; end++)
        if (row->tally[end])
            show_tally(table, row->tally[end]);
}

void dialog_endpoints_register(void)
{
    static dialog_table table = {.ui = {.title = "TCP State: Endpoints",
                                        .cli_string = "tcpstate-table,endpoints",
                                        .nfields = array_length(columns),
                                        .fields = columns},
                                 .endpoints = true,
                                 .show = show};
    dialog_table_register(&table);
}

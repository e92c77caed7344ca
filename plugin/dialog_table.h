/* dialog_table.h: what the tables in Wireshark's Statistics menu share: rows that a model is shown in.
 *
 * The display filter of a table picks connections, and the table is about the whole of each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_DIALOG_TABLE_H
#define TCPSTATE_DIALOG_TABLE_H

#include "feed.h"

#include <epan/stat_tap_ui.h>

enum { TABLE_MAX_COLUMNS = 16, TABLE_LISTENERS = 3 };

typedef struct dialog_table dialog_table;

struct dialog_table {
    stat_tap_table_ui ui; /* Wireshark hands this back: the first member */
    bool endpoints;       /* the model is to keep them */
    /* Adds a row for each thing that the model has. */
    void (*fill)(dialog_table *table);
    /* As the feed's; NULL. */
    void (*taken)(const tap_entry *entry, void *table);

    feed feed;                              /* no model while there is no table */
    GPtrArray *old;                         /* rows that a window may still show */
    bool stale;                             /* more is known than the rows say */
    dialog_table *listens[TABLE_LISTENERS]; /* itself: the data of its own tap listeners; NULL: does not listen */
};

/* Fills in the rest of the ui, and registers it. */
void dialog_table_register(dialog_table *table);

/* The cells of another row. */
stat_tap_table_item_type *dialog_table_row(dialog_table *table);

void dialog_cell_number(stat_tap_table_item_type *cell, uint64_t number);
void dialog_cell_seconds(stat_tap_table_item_type *cell, int64_t ns);
/* Takes the text. */
void dialog_cell_text(stat_tap_table_item_type *cell, char *text);

/* "10.0.0.1:80" */
char *dialog_address(const tcps_address *address);

#endif

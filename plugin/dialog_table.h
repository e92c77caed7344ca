/* dialog_table.h: what the tables in Wireshark's Statistics menu share: rows that a model is shown in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_DIALOG_TABLE_H
#define TCPSTATE_DIALOG_TABLE_H

#include "feed.h"

#include <epan/stat_tap_ui.h>

enum { TABLE_MAX_COLUMNS = 16 };

typedef struct dialog_table dialog_table;

struct dialog_table {
    stat_tap_table_ui ui; /* Wireshark hands this back: the first member */
    bool endpoints;       /* the model is to keep them */
    /* Shows what a segment or ICMP error, which the model has been fed with, changes. */
    void (*show)(dialog_table *table, const tap_entry *entry);

    feed feed;         /* no model while there are no rows */
    GHashTable *rows;  /* key -> number of the row, plus 1 */
    GPtrArray *old;    /* rows that another dialog may still show */
    const void *entry; /* the last one taken: several listeners share the table */
    uint32_t frame;
};

/* Fills in the rest of the ui, and registers it. */
void dialog_table_register(dialog_table *table);

/* The cells of the row with that key; made at need. */
stat_tap_table_item_type *dialog_table_row(dialog_table *table, const void *key);

void dialog_cell_number(stat_tap_table_item_type *cell, uint64_t number);
void dialog_cell_seconds(stat_tap_table_item_type *cell, int64_t ns);
/* Takes the text. */
void dialog_cell_text(stat_tap_table_item_type *cell, char *text);

/* "10.0.0.1:80" */
char *dialog_address(const tcps_address *address);

#endif

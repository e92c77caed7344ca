/* menu.c: see menu.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "menu.h"

#include "dialog.h"
#include "refresh.h"

#include <epan/funnel.h>
#include <epan/plugin_if.h>
#include <epan/stat_tap_ui.h>

typedef struct {
    const char *label, *tooltip; /* no label: a line between entries */
    void (*open)(void);
    const char *table; /* or a table of Wireshark's, by its -z option */
    bool of_packet;    /* in the packet's menu, too */
} entry;

/* clang-format off */
static entry entries[] = {
    {"Report", "How connections ended, what is wrong, and what to look at next", dialog_report_open, NULL, false},
    {"Sockets", "The sockets of both sides, as ss -tan prints them", dialog_sockets_open, NULL, false},
    {NULL, NULL, NULL, NULL, false},
    {"Connections", "A row for each connection", NULL, "tcpstate-table,connections", false},
    {"Endpoints", "How many sockets each service and client host has, by state", NULL, "tcpstate-table,endpoints", false},
    {"Findings", "What is wrong or worth knowing", NULL, "tcpstate-table,findings", false},
    {"Summary", "How many connections went how, and what was found", NULL, "tcpstate_summary,tree", false},
    {NULL, NULL, NULL, NULL, false},
    {"Ladder of This Connection", "Each segment of the selected packet's connection, with both states", dialog_ladder_open, NULL, true},
    {"Ladder with Reasons", "The same, and why each state is shown", dialog_why_open, NULL, true},
    {"Picture in Browser", "The ladder of the selected packet's connection, drawn", dialog_picture_open, NULL, true},
    {"State Diagram in Browser", "The ways of client and server of the selected packet's connection through the states, drawn", dialog_diagram_open, NULL, true},
    {NULL, NULL, NULL, NULL, false},
    {"Mark Packets Again", "Has the packet list show what was learned after its packets were shown", refresh_packet_list, NULL, false},
};
/* clang-format on */

/* Wireshark opens its own dialogs for those that were asked for on the command line; that is the only way to them. */
static void open_table(const char *table)
{
    if (process_stat_cmd_arg(table))
        start_requested_stats();
}

static void chosen(ext_menubar_gui_type gui _U_, void *object _U_, void *data)
{
    const entry *e = data;
    if (e->table)
        open_table(e->table);
    else
        e->open();
}

#if WIRESHARK_VERSION >= 402
static void chosen_of_packet(void *data, GPtrArray *fields _U_)
{
    (*(entry *const *)data)->open();
}

static void add_to_packet(entry *e)
{
    char *path = g_strconcat("TCP State/", e->label, NULL);
    entry **held = g_new(entry *, 1); /* Wireshark frees it when it ends */
    *held = e;
    funnel_register_packet_menu(path, "tcpstate.connection", chosen_of_packet, held, false);
    g_free(path);
}
#else
static void add_to_packet(entry *e _U_) {}
#endif

void menu_register(int protocol)
{
    ext_menu_t *menu = ext_menubar_register_menu(protocol, "TCP State", true);
    ext_menubar_set_parentmenu(menu, "Statistics");
    for (unsigned i = 0; i < array_length(entries); i++) {
        entry *e = &entries[i];
        if (e->label)
            ext_menubar_add_entry(menu, e->label, e->tooltip, chosen, e);
        else
            ext_menubar_add_separator(menu);
        if (e->of_packet)
            add_to_packet(e);
    }
}

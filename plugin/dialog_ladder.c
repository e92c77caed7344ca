/* dialog_ladder.c: the connection of the selected packet: its ladder in a window, or pictures in the browser.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "conversation.h"
#include "dialog_text.h"
#include "page.h"

#include <epan/plugin_if.h>

static void *note_number(frame_data *frame, void *number)
{
    *(uint32_t *)number = frame->num;
    return number;
}

static bool selected_connection(uint32_t *connection)
{
    uint32_t frame = 0;
    plugin_if_get_frame_data(note_number, &frame);
    if (frame && conversation_of(frame, connection))
        return true;
    dialog_text_say("TCP State", "The selected packet is of no TCP connection. Please select one that is.\n");
    return false;
}

/* The frame in which the first of the connection's findings began; 0: there is none. */
static uint32_t first_finding(const dialog_text *t)
{
    const tcps_row *row = tcps_model_connection(t->feed.model, t->asked.connection);
    const GArray *findings = row ? tcps_model_findings(t->feed.model, row) : NULL;
    uint32_t first = 0;
    for (unsigned i = 0; findings && i < findings->len; i++) {
        const uint32_t began = g_array_index(findings, tcps_finding, i).began_frame;
        first = first ? MIN(first, began) : began;
    }
    return first;
}

static void open_picture(uint32_t connection)
{
    page_open("ladder", connection);
}

static void add_buttons(dialog_text *t)
{
    char *filter = g_strdup_printf("tcpstate.connection == %u", (unsigned)t->asked.connection);
    dialog_text_add_filter(t, "Apply as filter", filter);
    g_free(filter);
    const uint32_t frame = first_finding(t);
    if (frame)
        dialog_text_add_frame(t, "Go to first finding", frame);
    dialog_text_add_action(t, "Picture", open_picture, (uint32_t)t->asked.connection);
}

static void open_ladder(const dialog_text_kind *kind)
{
    uint32_t connection;
    if (selected_connection(&connection))
        dialog_text_open(kind, connection);
}

void dialog_ladder_open(void)
{
    static const dialog_text_kind kind = {"TCP State Ladder", "ladder", add_buttons};
    open_ladder(&kind);
}

void dialog_why_open(void)
{
    static const dialog_text_kind kind = {"TCP State Ladder with Reasons", "why", add_buttons};
    open_ladder(&kind);
}

static void open_page(const char *report)
{
    uint32_t connection;
    if (selected_connection(&connection))
        page_open(report, connection);
}

void dialog_picture_open(void)
{
    open_page("ladder");
}

void dialog_diagram_open(void)
{
    open_page("diagram");
}

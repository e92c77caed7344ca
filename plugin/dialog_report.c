/* dialog_report.c: the reports of the whole capture, in windows: the text of -z tcpstate and -z tcpstate,ss.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog.h"

#include "dialog_text.h"
#include "refresh.h"
#include "report/headlines.h"

enum { MOST_FILTERS = 3 }; /* more would make the window wider than its text */

/* The filters that the headlines print, the worst first. */
static void add_filters(dialog_text *t)
{
    tcps_totals *totals = tcps_model_totals(t->feed.model);
    GArray *headlines = tcps_headlines(totals);
    GString *filter = g_string_new(NULL);
    for (unsigned i = 0; i < headlines->len && g_hash_table_size(t->buttons) <= MOST_FILTERS; i++) {
        g_string_truncate(filter, 0);
        tcps_headline_append_filter(filter, &g_array_index(headlines, tcps_headline, i));
        dialog_text_add_filter(t, filter->str, filter->str);
    }
    g_string_free(filter, TRUE);
    g_array_unref(headlines);
    tcps_totals_free(totals);
}

static void mark_packets(uint32_t unused _U_)
{
    refresh_packet_list();
}

static void add_buttons(dialog_text *t)
{
    dialog_text_add_action(t, "Mark packets", mark_packets, 0);
    add_filters(t);
}

void dialog_report_open(void)
{
    static const dialog_text_kind kind = {"TCP State Report", "summary", add_buttons};
    dialog_text_open(&kind, TCPS_ALL_CONNECTIONS);
}

void dialog_sockets_open(void)
{
    static const dialog_text_kind kind = {"TCP State Sockets", "ss", NULL};
    dialog_text_open(&kind, TCPS_ALL_CONNECTIONS);
}

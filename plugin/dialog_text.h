/* dialog_text.h: a report in a window of Wireshark's, which follows a live capture, with buttons. (Wireshark's own statistics
 * dialogs for plugins are filled once, and have no buttons.)
 *
 * Only Wireshark has windows: elsewhere nothing happens.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_DIALOG_TEXT_H
#define TCPSTATE_DIALOG_TEXT_H

#include "feed.h"
#include "report/statistic.h"

#include <epan/funnel.h>

typedef struct dialog_text dialog_text;

typedef struct {
    const char *title;
    const char *report;                  /* its name */
    void (*add_buttons)(dialog_text *t); /* each time that it is drawn; a button that is there is not added again */
} dialog_text_kind;

struct dialog_text {
    feed feed; /* first, for its tap listener */
    tcps_request asked;
    const dialog_text_kind *kind;
    funnel_text_window_t *window;
    char *shown;
    GHashTable *buttons; /* by label */
};

/* What opens windows, filters, and looks at all packets again; NULL where there are no windows. */
const funnel_ops_t *dialog_gui(void);

/* connection: that the report is of, or TCPS_ALL_CONNECTIONS. */
void dialog_text_open(const dialog_text_kind *kind, int64_t connection);
/* A window that says just that. */
void dialog_text_say(const char *title, const char *text);

/* Buttons that apply a display filter, go to a frame, or do something else. */
void dialog_text_add_filter(dialog_text *t, const char *label, const char *filter);
void dialog_text_add_frame(dialog_text *t, const char *label, uint32_t frame);
void dialog_text_add_action(dialog_text *t, const char *label, void (*act)(uint32_t number), uint32_t number);

/* Has a report of one connection, or of all, read the capture once. To be freed with tcps_model_free; NULL where that
 * cannot be done. */
tcps_model *dialog_model(const tcps_request *asked);

#endif

/* dialog_text.c: see dialog_text.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialog_text.h"

#include "preferences.h"
#include "taps.h"

#include <epan/plugin_if.h>
#include <epan/tap.h>

const funnel_ops_t *dialog_gui(void)
{
    const funnel_ops_t *gui = funnel_get_funnel_ops();
    return gui && gui->new_text_window && gui->set_close_cb && gui->add_button && gui->retap_packets ? gui : NULL;
}

/* --- text --- */

static void append(const char *text, void *to)
{
    g_string_append(to, text);
}

/* Where nothing is new, the text stays where it was scrolled to. */
static void show(dialog_text *t, char *text)
{
    if (g_strcmp0(t->shown, text) != 0)
        dialog_gui()->set_text(t->window, text);
    g_free(t->shown);
    t->shown = text;
}

/* The capture may go on: what its end shows is raised when Wireshark says that it has ended. */
static void draw(void *data)
{
    dialog_text *t = data;
    GString *text = g_string_new(NULL);
    const tcps_sink sink = {.take = append, .data = text};
    const tcps_capture capture = taps_capture();
    feed_finish(&t->feed);
    tcps_statistic_write(&t->asked, t->feed.model, &capture, &sink);
    show(t, g_string_free(text, FALSE));
    if (t->kind->add_buttons)
        t->kind->add_buttons(t);
}

static void text_free(dialog_text *t)
{
    tcps_model_free(t->feed.model);
    g_hash_table_destroy(t->buttons);
    g_free(t->shown);
    g_free(t);
}

static void closed(void *data)
{
    remove_tap_listener(data);
    text_free(data);
}

static dialog_text *text_new(const dialog_text_kind *kind, int64_t connection)
{
    const tcps_config config = preferences_config();
    dialog_text *t = g_new0(dialog_text, 1);
    t->kind = kind;
    t->asked.report = tcps_report_named(kind->report, strlen(kind->report));
    t->asked.connection = connection;
    t->feed.model = tcps_statistic_model(&t->asked, &config);
    t->buttons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return t;
}

static bool listen(void *to, tap_draw_cb draws)
{
    GString *error =
        register_tap_listener("tcpstate", to, NULL, TL_REQUIRES_NOTHING, feed_on_reset, feed_on_entry, draws, NULL);
    if (error)
        g_string_free(error, TRUE);
    return !error;
}

void dialog_text_open(const dialog_text_kind *kind, int64_t connection)
{
    const funnel_ops_t *gui = dialog_gui();
    if (!gui)
        return; /* tshark has no windows, but -z for every entry of this menu */
    dialog_text *t = text_new(kind, connection);
    if (!listen(t, draw)) {
        text_free(t);
        return;
    }
    t->window = gui->new_text_window(gui->ops_id, kind->title);
    gui->set_close_cb(t->window, closed, t);
    gui->retap_packets(gui->ops_id);
}

void dialog_text_say(const char *title, const char *text)
{
    const funnel_ops_t *gui = dialog_gui();
    if (gui)
        gui->set_text(gui->new_text_window(gui->ops_id, title), text);
}

tcps_model *dialog_model(const tcps_request *asked)
{
    const funnel_ops_t *gui = dialog_gui();
    const tcps_config config = preferences_config();
    feed f = {.model = NULL};
    if (!gui)
        return NULL;
    f.model = tcps_statistic_model(asked, &config);
    if (listen(&f, NULL)) {
        gui->retap_packets(gui->ops_id);
        remove_tap_listener(&f);
        feed_finish(&f);
    }
    return f.model;
}

/* --- buttons --- */

typedef struct {
    funnel_bt_t wireshark; /* first: Wireshark frees it by the function that it has */
    char *filter;
    void (*act)(uint32_t number);
    uint32_t number;
} button;

static void button_free(void *data)
{
    button *b = data;
    g_free(b->filter);
    g_free(b);
}

/* Nobody reads what it returns. */
static compat_bool pressed(funnel_text_window_t *window _U_, void *data)
{
    const button *b = data;
    if (b->filter)
        plugin_if_apply_filter(b->filter, true);
    if (b->act)
        b->act(b->number);
    return true;
}

static void add(dialog_text *t, const char *label, button what)
{
    if (!g_hash_table_add(t->buttons, g_strdup(label)))
        return;
    button *b = g_new(button, 1);
    *b = what;
    b->filter = g_strdup(what.filter);
    b->wireshark = (funnel_bt_t){.tw = t->window, .func = pressed, .data = b, .free_fcn = button_free};
    dialog_gui()->add_button(t->window, &b->wireshark, label);
}

void dialog_text_add_filter(dialog_text *t, const char *label, const char *filter)
{
    add(t, label, (button){.filter = (char *)filter});
}

void dialog_text_add_frame(dialog_text *t, const char *label, uint32_t frame)
{
    add(t, label, (button){.act = plugin_if_goto_frame, .number = frame});
}

void dialog_text_add_action(dialog_text *t, const char *label, void (*act)(uint32_t number), uint32_t number)
{
    add(t, label, (button){.act = act, .number = number});
}

/* page.c: see page.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "page.h"

#include "dialog_text.h"
#include "taps.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wsutil/report_message.h>

static GPtrArray *pages; /* paths */

/* HTML has no XML declaration. */
static void append_picture(const char *svg, void *to)
{
    const char *begin = strstr(svg, "<svg");
    g_string_append(to, begin ? begin : svg);
}

static char *page_of(uint32_t connection, const tcps_request *asked, const tcps_model *model)
{
    GString *page = g_string_new("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    const tcps_capture capture = taps_capture();
    const tcps_sink sink = {.take = append_picture, .data = page};
    g_string_append_printf(page, "<title>TCP connection %u</title>\n", connection);
    tcps_statistic_write(asked, model, &capture, &sink);
    g_string_append(page, "</html>\n");
    return g_string_free(page, FALSE);
}

/* Others must not read what was captured: the file is the user's alone. Returns its path. */
static char *write_page(const char *text)
{
    char *path = NULL;
    GError *error = NULL;
    const int file = g_file_open_tmp("tcpstate_XXXXXX.html", &path, &error);
    if (file >= 0) {
        close(file);
        g_file_set_contents(path, text, -1, &error);
    }
    if (!error)
        return path;
    report_failure("tcpstate: %s", error->message);
    g_error_free(error);
    g_free(path);
    return NULL;
}

void page_open(const char *report, uint32_t connection)
{
    const funnel_ops_t *gui = dialog_gui();
    const tcps_request asked = {
        .report = tcps_report_named(report, strlen(report)), .format = TCPS_FORMAT_SVG, .connection = connection};
    tcps_model *model = dialog_model(&asked);
    if (!model || !gui->browser_open_data_file) {
        tcps_model_free(model);
        return;
    }
    char *text = page_of(connection, &asked, model);
    char *path = write_page(text);
    if (path) {
        g_ptr_array_add(pages, path);
        gui->browser_open_data_file(path);
    }
    g_free(text);
    tcps_model_free(model);
}

static void remove_pages(void)
{
    for (unsigned i = 0; i < pages->len; i++)
        g_unlink(g_ptr_array_index(pages, i));
    g_ptr_array_set_size(pages, 0);
}

void page_register(void)
{
    pages = g_ptr_array_new_with_free_func(g_free);
    register_shutdown_routine(remove_pages);
}

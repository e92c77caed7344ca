/* svg.c: see svg.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/svg.h"

void tcps_svg_escape(GString *to, const char *text)
{
    char *escaped = g_markup_escape_text(text, -1);

    g_string_append(to, escaped);
    g_free(escaped);
}

void tcps_svg_text(GString *to, int x, int y, const char *anchor, const char *class, const char *text)
{
    g_string_append_printf(to, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, class);
    tcps_svg_escape(to, text);
    g_string_append(to, "</text>\n");
}

void tcps_svg_rect(GString *to, int x, int y, int width, int height, const char *attributes)
{
    g_string_append_printf(to, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" %s/>\n", x, y, width, height,
                           attributes);
}

void tcps_svg_begin(GString *to, int width, int height, const char *title, const char *styles)
{
    g_string_append_printf(to,
                           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                           "viewBox=\"0 0 %d %d\" role=\"img\">\n"
                           "<title>%s</title>\n"
                           "%s<rect class=\"page\" width=\"100%%\" height=\"100%%\"/>\n",
                           width, height, width, height, title, styles);
}

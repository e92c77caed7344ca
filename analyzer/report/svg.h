/* svg.h: the pieces of a picture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SVG_H
#define TCPS_SVG_H

#include <glib.h>

void tcps_svg_escape(GString *to, const char *text);
void tcps_svg_text(GString *to, int x, int y, const char *anchor, const char *class, const char *text);
void tcps_svg_rect(GString *to, int x, int y, int width, int height, const char *attributes);

/* The picture's head: what precedes its pieces, which "</svg>" ends. styles: elements style and defs. */
void tcps_svg_begin(GString *to, int width, int height, const char *title, const char *styles);

#endif

/* wrap.c: breaks long lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/wrap.h"

#include <string.h>

/* A word ends at a space that is neither between backquotes nor in parentheses, unless what stands there has no place in a line. */
static size_t word_length(const char *text, size_t room)
{
    bool quoted = false;
    unsigned open = 0;
    size_t n = 0;

    for (; text[n] && (quoted || open || text[n] != ' '); n++) {
        quoted ^= text[n] == '`';
        open += text[n] == '(';
        open -= text[n] == ')' && open;
    }
    return n <= room ? n : strcspn(text, " ");
}

void tcps_wrap(GString *to, unsigned indent, const char *mark, const char *text)
{
    size_t column = indent;

    g_string_append_printf(to, "%*s%s", (int)(indent - MIN(indent, strlen(mark))), "", mark);
    for (bool first = true; *text; first = false) {
        const size_t n = word_length(text, TCPS_COLUMNS - indent);
        if (!first && column + 1 + n > TCPS_COLUMNS) {
            g_string_append_printf(to, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            g_string_append_c(to, ' ');
            column++;
        }
        g_string_append_len(to, text, (gssize)n);
        column += n;
        text += n;
        text += strspn(text, " ");
    }
    g_string_append_c(to, '\n');
}

/* printed.h: is a document what is printed of the rows that it is made from?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_PRINTED_H
#define TEST_PRINTED_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The exit status: 0, or 1 with a message. program: what prints it. */
static inline int compare_printed(const char *file, const GString *expected, const char *program)
{
    char *text = NULL;
    const bool same = g_file_get_contents(file, &text, NULL, NULL) && strcmp(text, expected->str) == 0;
    if (!same)
        fprintf(stderr, "%s is not what the rows say: print it anew with %s\n", file, program);
    g_free(text);
    return same ? 0 : 1;
}

#endif

/* output.c: see output.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output.h"

#include "signals.h"

#include <errno.h>
#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, "tcpstate: %s\n", text);
    g_free(text);
}

static void end_where_signalled(void)
{
    const int number = signals_received();
    if (!number)
        return;
    fflush(stdout);
    complain("interrupted while the report was written: it is not complete");
    exit(STATUS_SIGNAL + number);
}

static void fail(void)
{
    const int why = errno;
    end_where_signalled();
    complain("cannot write the report: %s", strerror(why));
    _Exit(STATUS_ERROR); /* what is in the buffer cannot be written either */
}

void output_take(const char *text, void *data)
{
    (void)data;
    end_where_signalled();
    if (fputs(text, stdout) == EOF)
        fail();
}

void output_flush(void)
{
    if (fflush(stdout) == EOF)
        fail();
}

void output_close(void)
{
    if (fclose(stdout) == EOF)
        fail();
}

/* output.c: see output.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t signalled; /* handlers take no other argument than the signal */

static void note_signal(int number)
{
    signalled = number;
}

void output_init(void)
{
    struct sigaction noting = {.sa_handler = note_signal},
                     ignoring = {.sa_handler = SIG_IGN}; /* no SA_RESTART: reads end */
    sigaction(SIGINT, &noting, NULL);
    sigaction(SIGTERM, &noting, NULL);
    sigaction(SIGPIPE, &ignoring, NULL);
}

int output_signal(void)
{
    return signalled;
}

void output_clear_signal(void)
{
    signalled = 0;
}

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
    if (!signalled)
        return;
    fflush(stdout);
    complain("interrupted while the report was written: it is not complete");
    exit(STATUS_SIGNAL + signalled);
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

void output_close(void)
{
    if (fflush(stdout) == EOF || fclose(stdout) == EOF)
        fail();
}

/* output.h: standard output: what is written arrives, or the program says so and ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

/* The program's exit statuses, besides 0, and STATUS_SIGNAL (signals.h). */
enum { STATUS_FOUND = 1, STATUS_ERROR = 2, STATUS_UNTOLD = 3 };

/* A tcps_sink's function, without data. Does not return where it cannot write, or a signal came. */
void output_take(const char *text, void *data);
/* What was written so far has arrived, or this does not return. */
void output_flush(void);
/* All that was written has arrived, or this does not return. */
void output_close(void);

/* "tcpstate: ..." on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* output.h: standard output and signals: what is written arrives, or the program says so and ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

/* The program's exit statuses, besides 0; and 128 and the signal's number where one ended it. */
enum { STATUS_FOUND = 1, STATUS_ERROR = 2, STATUS_UNTOLD = 3, STATUS_SIGNAL = 128 };

/* From now on SIGINT and SIGTERM end what is under way in good order, and a closed pipe is an error like others. */
void output_init(void);

/* The signal that asks for an end; 0: none. */
int output_signal(void);
/* It has been heeded: what is written from now on is not to be ended by it. */
void output_clear_signal(void);

/* A tcps_sink's function, without data. Does not return where it cannot write, or a signal came. */
void output_take(const char *text, void *data);
/* All that was written has arrived, or this does not return. */
void output_close(void);

/* "tcpstate: ..." on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

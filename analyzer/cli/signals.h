/* signals.h: what asks the program for an end, or for a report meanwhile.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>

/* The exit status where a signal ended the run is this and the signal's number. */
enum { STATUS_SIGNAL = 128 };

/* From now on SIGINT, SIGTERM and SIGHUP end the reading in good order; SIGINT or SIGTERM after that ends the program at once. SIGUSR1 waits
 * until reports are no longer held. SIGPIPE ends the program without a word, as it does with others whose reader has gone. */
void signals_init(void);

/* The signal that asks for an end of the reading; 0: none. SIGUSR1 asks for it in a copy of the process, which is made for its report
 * and sees what was read until then and no more; the process itself waits for the copy and goes on, and hears nothing of it. */
int signals_received(void);
/* It has been heeded: what is written from now on is not to be ended by it. */
void signals_heeded(void);

/* Whether SIGUSR1 has to wait: where output is being written, which a copy would write again. What it was before. */
bool signals_hold_reports(bool hold);

#endif

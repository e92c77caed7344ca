/* signals.c: see signals.h.
 *
 * A signal may come while libwiretap waits for more of a pipe. That read must neither end with an error, for the library would lose what it
 * has of the record, nor must the report wait for the next packet. So the handler copies the process, and in the copy the pipe is at its
 * end: there the reading ends as it would if no more came, while the original's read is begun anew by the system. The program has
 * one thread, so that a copy is whole wherever it was made; and handlers call nothing but what POSIX allows in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_FILES = 256 }; /* that are open at once, by far */

static volatile sig_atomic_t received; /* handlers take no other argument than the signal */
static volatile sig_atomic_t ending;   /* it was asked to end */
static volatile sig_atomic_t copy;     /* the process whose report is waited for; 0: none */

#define SAY(text) (void)!write(STDERR_FILENO, "tcpstate: " text "\n", sizeof "tcpstate: " text "\n" - 1)

/* Pipes, sockets and terminals are at their end, for a read that waits as for one that is about to. Files are left as they are. */
static bool end_input(void)
{
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct stat about;
    if (nothing < 0)
        return false;
    for (int fd = 0; fd < MOST_FILES; fd++)
        if (fd != STDOUT_FILENO && fd != STDERR_FILENO && fd != nothing && fstat(fd, &about) == 0 &&
            !S_ISREG(about.st_mode))
            dup2(nothing, fd);
    close(nothing);
    return true;
}

static void end_at_once(int number)
{
    SAY("interrupted: the report is not complete");
    if (copy)
        kill(copy, SIGTERM);
    _exit(STATUS_SIGNAL + number);
}

/* A terminal that is lost may say so more than once: SIGHUP does not ask again. */
static void note_end(int number)
{
    const int error = errno;
    if (ending && number != SIGHUP)
        end_at_once(number);
    if (!ending) {
        ending = 1;
        received = number;
        end_input();
    }
    errno = error;
}

static void become_copy(int number)
{
    signal(number, SIG_IGN);
    received = number;
    ending = 1;
    if (end_input())
        return;
    SAY("no report meanwhile: /dev/null cannot be opened");
    _exit(EXIT_FAILURE); /* it must not take what the original is to read */
}

/* Reports do not mix. Where nobody reads them any more, the original has no reader either. */
static void wait_for_copy(void)
{
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(copy, &status, 0);
    while (ended < 0 && errno == EINTR);
    copy = 0;
    if (ended > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE)
        raise(SIGPIPE);
}

static void report_meanwhile(int number)
{
    const int error = errno;
    const pid_t child = ending ? -1 : fork();
    if (child == 0) {
        become_copy(number);
    } else if (child > 0) {
        copy = child;
        wait_for_copy();
    } else if (!ending) {
        SAY("no report meanwhile: the process cannot be copied");
    }
    errno = error;
}

static bool is_ignored(int number)
{
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

void signals_init(void)
{
    const struct sigaction noting = {.sa_handler = note_end}, /* no SA_RESTART: reads end */
        reporting = {.sa_handler = report_meanwhile, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &noting, NULL);
    sigaction(SIGTERM, &noting, NULL);
    if (!is_ignored(SIGHUP)) /* nohup */
        sigaction(SIGHUP, &noting, NULL);
    signals_hold_reports(true);
    sigaction(SIGUSR1, &reporting, NULL);
    signal(SIGPIPE, SIG_DFL); /* whatever the caller does with it */
}

int signals_received(void)
{
    return received;
}

void signals_heeded(void)
{
    received = 0;
}

bool signals_hold_reports(bool hold)
{
    sigset_t reports, before;
    sigemptyset(&reports);
    sigaddset(&reports, SIGUSR1);
    sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &reports, &before);
    return sigismember(&before, SIGUSR1) == 1;
}

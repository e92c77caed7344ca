#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists this host's TCP sockets again and again until SIGINT, as ss does.

    tables.py PERIOD_S

Prints for each time a line with its number (times / PERIOD_S: the same at both hosts), and a line for each socket: that number, when
ss was called and when it had answered, in ns since the epoch, the state, the local and the remote address.
"""
import signal
import subprocess
import sys
import time


def main():
    period, stopped = float(sys.argv[1]), []
    signal.signal(signal.SIGINT, lambda *_: stopped.append(True))
    while not stopped:
        time.sleep(period - time.time() % period)
        before = time.time_ns()
        found = subprocess.run(["ss", "-Htan"], capture_output=True, text=True, check=False).stdout
        head = f"{round(before / 1e9 / period)}\t{before}\t{time.time_ns()}"
        print(head, *(f"{head}\t{state}\t{local}\t{remote}" for state, _, _, local, remote in map(str.split, found.splitlines())),
              sep="\n", flush=True)


main()

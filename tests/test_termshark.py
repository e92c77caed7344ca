#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""termshark with the settings that the user guide gives: the columns have states and findings, as of two passes."""
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import time
from fcntl import ioctl
from termios import TIOCSWINSZ

from common import CAPTURES, ROOT, skip

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
NAME = "TCP State"
# Without spaces: where there is one, the cursor may have been moved instead.
WANTED = ["Connection", "Clientstate", "SYN_RCVD~", "FIN_WAIT_2", "close_wait_lingering", "TCPState,clientCLOSED"]


def settings_of_the_guide():
    with open(os.path.join(ROOT, "docs", "user-guide.md"), encoding="utf-8") as f:
        return re.search(r"```toml\n(.*?)```", f.read(), re.S)[1]


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def make_home(home):
    os.chmod(home, 0o777)
    tshark = os.path.join(home, "tshark")
    write(tshark, f"#!/bin/sh\nexec '{ROOT}/tests/in_home' '{home}' tshark \"$@\"\n", 0o755)
    configuration = os.path.join(home, ".config")
    write(os.path.join(configuration, "termshark", "termshark.toml"), f"[main]\n  tshark = \"{tshark}\"\n")
    write(os.path.join(configuration, "termshark", "profiles", NAME, "termshark.toml"), settings_of_the_guide())
    shutil.copytree(os.path.join(ROOT, "profile", NAME), os.path.join(configuration, "wireshark", "profiles", NAME))


def start(home):
    """termshark on a terminal of its own: its process and the terminal's other end."""
    environment = dict(os.environ, HOME=home, XDG_CONFIG_HOME=os.path.join(home, ".config"), XDG_CACHE_HOME=os.path.join(home, ".cache"),
                       TERM="xterm-256color")
    process, terminal = pty.fork()
    if process == 0:
        ioctl(0, TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
        os.execvpe("termshark", ["termshark", "-C", NAME, "-r", LINGERING], environment)
    return process, terminal


def shown(home, seconds=60):
    """What termshark has written to its terminal, once all that is wanted is there, or after a while."""
    process, terminal = start(home)
    text, end = "", time.monotonic() + seconds
    while time.monotonic() < end and not all(word in text for word in WANTED):
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                text += re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][0-9A-B]|[=>])|\s", "", os.read(terminal, 65536).decode(errors="replace"))
            except OSError:  # it has ended
                break
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return text


def main():
    if not shutil.which("termshark"):
        skip("there is no termshark")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        make_home(home)
        text = shown(home)
    missing = [word for word in WANTED if word not in text]
    if missing:
        print(f"not shown: {missing}\n{text[-3000:]}")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever is done in Wireshark's window, the packet list has the states that tshark prints."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from wireshark import HEIGHT, Wireshark, need_programs

from common import CAPTURES, fields, skip

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
UNACKNOWLEDGED = os.path.join(CAPTURES, "last_ack_never.pcap")
OTHER = os.path.join(CAPTURES, "server_closes_first.pcap")
FIELDS = ["frame.number", "tcpstate.client.state_marked", "tcpstate.server.state_marked", "tcpstate.finding"]


def wanted(capture, *args):
    return [(int(n), client, server, finding.replace("|", ",")) for n, client, server, finding in fields(capture, FIELDS, "-2", *args)]


class Session:
    def __init__(self, wireshark):
        self.wireshark, self.failed = wireshark, []

    def check(self, what, holds):
        print(f"{'ok' if holds else 'not ok'}: {what}")
        if not holds:
            self.failed.append(what)

    def expect(self, what, rows):
        shown = self.wireshark.rows()
        if shown == rows and rows:
            print(f"ok: {what}: {len(rows)} rows")
            return
        self.failed.append(what)
        print(f"not ok: {what}: {len(shown)} rows, not {len(rows)}")
        for row, expected in zip(shown, rows):
            if row != expected:
                print(f"  shown {row}\n  not   {expected}")


def edited(command, *args):
    """What an editor of captures writes to {}, as tshark shows it."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "edited.pcapng")
        subprocess.run([word.format(path) for word in command], check=True, timeout=60, capture_output=True)
        os.chmod(folder, 0o755)
        return wanted(path, *args)


def without_frame(number):
    """Ignored frames keep their number and have no states."""
    rows = edited(["editcap", LINGERING, "{}", str(number)])
    rows = [(n + (n >= number), *states) for n, *states in rows]
    return sorted(rows + [(number, "", "", "")])


def change_preference(wireshark, name, value):
    """In Edit > Preferences > Advanced."""
    wireshark.keys("ctrl+shift+p", pause=0.1)
    window = wireshark.window("Preferences")
    wireshark.keys("End", pause=1)  # Advanced
    wireshark.keys("Tab")
    wireshark.type(name, pause=1)
    wireshark.xdotool("mousemove", "--window", window, 645, 115, "click", "--repeat", 2, "--delay", 80, 1)
    wireshark.keys("ctrl+a")
    wireshark.type(str(value), "Tab")
    wireshark.shot("preferences")
    wireshark.xdotool("mousemove", "--window", window, 490, 519, "click", 1)  # OK
    time.sleep(2)


def toggle_ignored(wireshark, number):
    wireshark.filter(f"frame.number == {number}")
    wireshark.keys("Tab", "ctrl+Home", "ctrl+d", pause=2)
    wireshark.filter("")


def shift_time(wireshark, by):
    wireshark.keys("ctrl+shift+t", pause=0.1)
    window = wireshark.window("Time Shift")
    wireshark.xdotool("mousemove", "--window", window, 236, 28, "click", 1)
    wireshark.type(by)
    wireshark.shot("time_shift")
    wireshark.keys("alt+a", pause=1)
    wireshark.keys("Escape", pause=1)


def merge(wireshark, path):
    wireshark.keys("alt+f", "m", pause=0.1)
    wireshark.window("Merge Capture File")
    wireshark.type(path, "Return", pause=3)


def warns_of_what_no_row_shows():
    """The button for expert infos is that of a warning. Wireshark's own are notes here, and what is wrong is 4000 rows below, and found at the
    capture's end."""
    with tempfile.TemporaryDirectory() as folder:
        others, earlier, long = (os.path.join(folder, name) for name in ("others.pcapng", "earlier.pcapng", "long.pcapng"))
        subprocess.run(["tshark", "-r", LINGERING, "-Y", "icmpv6", "-w", others], check=True, timeout=60, capture_output=True)
        subprocess.run(["editcap", "-t", "-864000", others, earlier], check=True, timeout=60, capture_output=True)
        subprocess.run(["mergecap", "-a", "-w", long, *[earlier] * 600, UNACKNOWLEDGED], check=True, timeout=60, capture_output=True)
        os.chmod(folder, 0o755)
        os.chmod(long, 0o644)
        with Wireshark("-r", long) as wireshark:
            for _ in range(20):  # it is painted when all of a file has been read
                red, green, blue = wireshark.colour(16, HEIGHT - 11)
                if red > 200 and green > 200 and blue < 150:
                    return True
                time.sleep(0.5)
    return False


def connections(condition, shots):
    """The rows of Statistics > TCP State: Connections with a filter, as that window saves them."""
    with Wireshark("-r", LINGERING, "-z", f"tcpstate-table,connections,{condition}", shots=shots) as wireshark:
        path = os.path.join(wireshark.home, "connections.txt")
        wireshark.place("TCP State: Connections", 1150, 320)
        wireshark.shot("connections")
        wireshark.click(1066, 356)  # Save as
        wireshark.window("Save Statistics As")
        wireshark.type(path, "Return", pause=1)
        with open(path, encoding="utf-8") as f:
            return [line.split() for line in f if re.match(r" *\d+ ", line)]


def main():
    need_programs()
    for program in ("editcap", "mergecap"):
        if not shutil.which(program):
            skip(f"there is no {program}")
    shots = sys.argv[1] if len(sys.argv) > 1 else None
    with Wireshark("-r", LINGERING, shots=shots) as wireshark:
        s = Session(wireshark)
        all_rows = wanted(LINGERING)
        s.expect("load", all_rows)

        wireshark.filter('tcpstate.state == "CLOSE_WAIT"')
        s.expect("refilter", [row for row in all_rows if "CLOSE_WAIT" in (row[1] + " " + row[2]).split()])
        wireshark.filter("")

        wireshark.keys("ctrl+r", pause=2)
        s.expect("reload", all_rows)

        wireshark.keys("ctrl+Home")
        wireshark.keys("ctrl+alt+shift+t", pause=0.1)
        wireshark.window("Follow TCP Stream")
        wireshark.keys("Escape", pause=1)
        s.expect("follow stream", [row for row in all_rows if row[0] <= 9])
        wireshark.filter("")

        wireshark.keys("ctrl+Home", "ctrl+m", pause=1)
        s.expect("mark", all_rows)
        wireshark.keys("ctrl+m")

        toggle_ignored(wireshark, 8)
        s.expect("ignore", without_frame(8))
        toggle_ignored(wireshark, 8)
        s.expect("ignore no more", all_rows)

        wireshark.keys("ctrl+Home", "ctrl+t", pause=1)
        s.expect("time reference", all_rows)
        wireshark.keys("ctrl+t", pause=1)

        shift_time(wireshark, "100")
        wireshark.filter("frame.offset_shift == 100")
        s.expect("time shift", all_rows)
        wireshark.filter("")

        change_preference(wireshark, "tcpstate.linger", 1000)
        s.expect("preference", wanted(LINGERING, "-o", "tcpstate.linger:1000"))
        merge(wireshark, OTHER)
        s.expect("merge", edited(["mergecap", "-w", "{}", LINGERING, OTHER], "-o", "tcpstate.linger:1000"))
    s.check("the button for expert infos tells of what no row has shown", warns_of_what_no_row_shows())
    rows = connections("tcp.flags.fin == 1 && tcpstate.connection == 0", shots)
    s.check("a table's filter picks whole connections", len(rows) == 1 and {"half-closed", "15.117467"} <= set(rows[0]))
    return bool(s.failed)


if __name__ == "__main__":
    sys.exit(main())

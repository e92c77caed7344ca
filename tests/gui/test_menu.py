#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Statistics > TCP State: each entry opens its window, and each button does what it says; at the end of a live capture, the packet
list shows what it would show had the capture been read from a file."""
import glob
import os
import re
import shutil
import struct
import subprocess
import sys
import time
import unittest

from wireshark import Wireshark, menu_labels, need_programs, wait_for

from common import CAPTURES, PROGRAM, TSHARK, fields, skip

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
FINDING_BEGAN = 9
SHOTS = sys.argv.pop(1) if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]) else None
# what opens a window, with the window's title
TITLES = {"Report": "TCP State Report", "Sockets": "TCP State Sockets", "Connections": "TCP State: Connections", "Endpoints": "TCP State: Endpoints",
          "Findings": "TCP State: Findings", "Summary": "TCP State: Summary", "Ladder of This Connection": "TCP State Ladder",
          "Ladder with Reasons": "TCP State Ladder with Reasons"}
OTHERS = ["Picture in Browser", "State Diagram in Browser", "Mark Packets Again"]
LADDER = "TCP State Ladder$"


def frames_of_connection():
    return [int(number) for number, connection in fields(LINGERING, ["frame.number", "tcpstate.connection"]) if connection == "0"]


def version():
    return tuple(map(int, re.search(r"(\d+)\.(\d+)", subprocess.run([TSHARK, "--version"], capture_output=True, text=True, check=True).stdout).groups()))


def shown(wireshark):
    return [row[0] for row in wireshark.rows()]


def make_browser(folder):
    """What Wireshark has open files: it keeps them."""
    path = os.path.join(folder, "xdg-open")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f'#!/bin/sh\ncp "${{1#file://}}" {folder}/page.part && mv {folder}/page.part {folder}/page.html\n')
    os.chmod(path, 0o755)


class Menu(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wireshark = cls.enterClassContext(Wireshark("-r", LINGERING, shots=SHOTS, prepare=make_browser))

    def setUp(self):
        self.wireshark.filter("")
        self.wireshark.select(FINDING_BEGAN)

    def test_every_entry_is_tried(self):
        self.assertEqual(menu_labels(), [*TITLES, *OTHERS])

    def test_entries_open_windows(self):
        for label, title in TITLES.items():
            with self.subTest(label):
                self.wireshark.tcp_state(label)
                self.wireshark.window(title)
                self.wireshark.shot(label.split()[0].lower())
                self.wireshark.keys("Escape", pause=1)

    def test_buttons_of_the_report_are_filters(self):
        self.wireshark.tcp_state("Report")
        self.wireshark.press("TCP State Report", 2)
        self.assertEqual(shown(self.wireshark), frames_of_connection())

    def test_ladder_is_applied_as_filter(self):
        self.wireshark.tcp_state("Ladder of This Connection")
        self.wireshark.press(LADDER, 1)
        self.assertEqual(shown(self.wireshark), frames_of_connection())

    def test_ladder_goes_to_the_first_finding(self):
        self.wireshark.select(1)
        self.wireshark.tcp_state("Ladder of This Connection")
        self.wireshark.press(LADDER, 2)
        self.wireshark.keys("ctrl+m", pause=1)
        self.wireshark.filter("frame.marked == 1")
        self.assertEqual(shown(self.wireshark), [FINDING_BEGAN])
        self.wireshark.keys("ctrl+Home", "ctrl+m", pause=1)

    def test_there_is_no_ladder_of_other_packets(self):
        self.wireshark.select(FINDING_BEGAN + 1)
        self.wireshark.tcp_state("Ladder of This Connection")
        self.wireshark.window("TCP State$")
        self.wireshark.keys("Escape", pause=1)

    def test_picture_is_opened_in_the_browser_and_removed(self):
        for report, ask in (("ladder", lambda: self.wireshark.tcp_state("Picture in Browser")), ("ladder", self.press_picture),
                            ("diagram", lambda: self.wireshark.tcp_state("State Diagram in Browser"))):
            drawn = subprocess.run([PROGRAM, "--svg", "--report", f"{report},0", LINGERING], capture_output=True, text=True, check=True).stdout
            page = os.path.join(self.wireshark.home, "page.html")
            ask()
            wait_for("page", lambda: os.path.exists(page))
            with open(page, encoding="utf-8") as f:
                self.assertIn(drawn[drawn.index("<svg"):], f.read())
            os.remove(page)

    def press_picture(self):
        self.wireshark.tcp_state("Ladder of This Connection")
        self.wireshark.press(LADDER, 3)

    def test_all_packets_are_there_when_they_are_marked_again(self):
        frames = [int(number) for number, in fields(LINGERING, ["frame.number"])]
        self.wireshark.tcp_state("Mark Packets Again")
        self.assertEqual(shown(self.wireshark), frames)
        self.wireshark.tcp_state("Report")
        self.wireshark.press("TCP State Report", 1)
        self.assertEqual(shown(self.wireshark), frames)

    @unittest.skipIf(version() < (4, 2), "it has no such menu")
    def test_menu_of_a_packet(self):
        self.wireshark.click(400, 200, button=3)
        self.wireshark.keys(*["Down"] * 6, "Right", "Return", pause=1.5)
        self.wireshark.press(LADDER, 1)
        self.assertEqual(shown(self.wireshark), frames_of_connection())


class Pages(unittest.TestCase):
    def test_pages_are_removed_at_the_end_with_a_window_open(self):
        with Wireshark("-r", LINGERING, prepare=make_browser) as wireshark:
            wireshark.select(1)
            wireshark.tcp_state("Picture in Browser")
            wait_for("page", lambda: os.path.exists(os.path.join(wireshark.home, "page.html")))
            self.assertEqual(len(glob.glob(os.path.join(wireshark.home, "tcpstate_*.html"))), 1)
            wireshark.tcp_state("Ladder of This Connection")
            wireshark.window(LADDER)
            wireshark.xdotool("windowactivate", "--sync", wireshark.window("^close_wait"))
            wireshark.keys("ctrl+q")
            self.assertEqual(wireshark.process.wait(60), 0)
            self.assertFalse(glob.glob(os.path.join(wireshark.home, "tcpstate_*.html")))


class LiveCapture(unittest.TestCase):
    def first_rows(self, wireshark):
        """Of the packet list, as a picture; but for the first row, whose colour tells what has the focus."""
        wireshark.select(1)
        wireshark.shot(f"live_{wireshark.arguments[0][1:]}")
        wireshark.xdotool("mousemove", 640, 700)
        time.sleep(0.5)
        return subprocess.run(["import", "-window", "root", "-crop", "1150x135+50+156", "txt:-"], env=wireshark.environment, capture_output=True,
                              timeout=60, check=True).stdout

    def records(self):
        """The capture as a stream: what begins it, and each frame with its header."""
        stream = subprocess.run(["editcap", "-F", "nsecpcap", LINGERING, "-"], capture_output=True, timeout=60, check=True).stdout
        pieces, at = [stream[:24]], 24
        while at < len(stream):
            length = 16 + struct.unpack_from("<8xL", stream, at)[0]
            pieces.append(stream[at:at + length])
            at += length
        return pieces

    def test_frames_are_marked_when_the_capture_ends(self):
        with Wireshark("-r", LINGERING, shots=SHOTS) as wireshark:
            from_file = self.first_rows(wireshark)
        pieces = self.records()
        reads, writes = os.pipe()
        with os.fdopen(reads, "rb") as source, os.fdopen(writes, "wb", buffering=0) as sink:
            sink.write(b"".join(pieces[:1 + FINDING_BEGAN]))  # so much is shown before the rest is there
            with Wireshark("-k", "-i", "-", stdin=source, shots=SHOTS) as wireshark:
                time.sleep(2)
                before = self.first_rows(wireshark)
                sink.write(b"".join(pieces[1 + FINDING_BEGAN:]))
                time.sleep(2)
                sink.close()
                time.sleep(3)
                after = self.first_rows(wireshark)
        self.assertNotEqual(before, from_file)
        self.assertEqual(after, from_file)


if __name__ == "__main__":
    need_programs()
    if not shutil.which("editcap"):
        skip("there is no editcap")
    unittest.main()

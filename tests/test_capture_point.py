#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a capture was made, in tshark: found out, told, and of two captures that are put into one file, whatever their clocks say."""
import json
import os
import subprocess
import tempfile
import unittest

import rewrite
from common import CAPTURES, PROGRAM, fields, tshark

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
OWN = ["tcpstate.client.state", "tcpstate.server.state", "tcpstate.client.certainty", "tcpstate.server.certainty"]


def points(*args):
    return [row[0] for row in fields(LINGERING, ["tcpstate.capture_point"], *args)]


def told(point):
    return ["-o", f"tcpstate.capture_point:{point}"]


class OneCapture(unittest.TestCase):
    def test_it_is_found_out_once_something_tells(self):
        said = points()
        self.assertEqual(said[0], "")  # a SYN alone tells nothing
        self.assertEqual(set(said), {"", "client"})
        self.assertEqual(said, points("-2"))

    def test_it_is_as_was_told(self):
        for point in "client", "server", "path":
            self.assertEqual(set(points(*told(point))) - {""}, {point})

    def test_what_was_told_decides_what_is_proven(self):
        proven = {}
        for point in "client", "server", "path":
            rows = fields(LINGERING, OWN, *told(point))
            proven[point] = sum(row[2:].count("proven") for row in rows)
        self.assertGreater(proven["client"], proven["path"])
        self.assertGreater(proven["server"], proven["path"])

    def test_another_word_is_said_to_be_wrong(self):
        p = tshark("-r", LINGERING, *told("somewhere"))
        self.assertIn('"somewhere" is none of auto, client, server, path', p.stderr)


class Checksums(unittest.TestCase):
    """A host's own capture sees what it sends before its interface fills in the checksum."""

    def hosts(self, opens):
        """Those at home by that, where opens(host, frame) tells of which frames it is open."""
        head, frames = rewrite.read(os.path.join(CAPTURES, "both_ends", "random_loss.client.pcap"))
        for frame in frames:
            if frame.tcp and opens(".".join(map(str, frame.ends()[0][0])), frame):
                frame.leave_sum_open()
        with tempfile.TemporaryDirectory() as folder:
            capture = os.path.join(folder, "open.pcap")
            rewrite.write(capture, head, frames)
            p = subprocess.run([PROGRAM, "--json", capture], capture_output=True, text=True, timeout=60, check=True)
        return [p["host"] for p in json.loads(p.stdout.splitlines()[0])["captured_at"] if p["why"] == "HOME_BY_CHECKSUMS"]

    def test_open_ones_tell(self):
        self.assertEqual(self.hosts(lambda host, frame: host == "10.77.1.2"), ["10.77.1.2"])

    def test_those_of_both_ends_do_not(self):
        self.assertEqual(self.hosts(lambda host, frame: True), [])

    def test_those_of_data_do_not(self):
        self.assertEqual(self.hosts(lambda host, frame: host == "10.77.1.2" and frame.payload() > 0), [])


class BothEnds(unittest.TestCase):
    """Each end's states are those of its own capture."""

    def merged(self, name, folder, skew):
        client, server = (os.path.join(CAPTURES, "both_ends", f"{name}.{end}.pcap") for end in ("client", "server"))
        other, to = os.path.join(folder, "server.pcap"), os.path.join(folder, "both.pcapng")
        subprocess.run(["editcap", "-t", str(skew), server, other], check=True, capture_output=True)
        subprocess.run(["mergecap", "-I", "none", "-w", to, client, other], check=True, capture_output=True)
        return [client, server], to

    def check(self, name, skew):
        with tempfile.TemporaryDirectory() as folder:
            alone, both = self.merged(name, folder, skew)
            seen = {"0": [], "1": []}
            for row in fields(both, ["frame.interface_id", "tcpstate.capture_point", *OWN]):
                seen[row[0]].append(row[1:])
            for end, point in enumerate(("client", "server")):
                states = [row[end] for row in fields(alone[end], OWN)]
                self.assertEqual([row[1 + end] for row in seen[str(end)]], states, (name, skew, point))
                # before a segment is seen again, both interfaces are one point
                self.assertIn(seen[str(end)][-1][0], {"", point}, (name, skew))

    def test_whatever_the_clocks_say(self):
        for name in "syn_lost", "syn_ack_lost", "fin_lost", "reset_forged", "overtaken":
            for skew in 0, 5, -5, 7200:
                with self.subTest(name=name, skew=skew):
                    self.check(name, skew)


if __name__ == "__main__":
    unittest.main()

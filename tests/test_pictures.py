#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ladders as pictures: every change of state is drawn, in SVG that any parser takes and in DOT that Graphviz lays out."""
import functools
import json
import os
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ET

from common import CAPTURES, ROOT, captures, tshark

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 40000  # of the captures that are drawn whole, in bytes


@functools.lru_cache(maxsize=None)
def statistic(what, capture):
    p = tshark("-q", "-r", capture, "-z", f"tcpstate,{what}")
    assert p.returncode == 0, p.stderr
    return p.stdout


def segments(capture):
    return [json.loads(line) for line in statistic("json,ladder", capture).splitlines()]


def changes(capture):
    """Each stay of an endpoint in a state with one certainty, in the words of the pictures."""
    last, found = {}, []
    for s in segments(capture):
        for end in ("client", "server"):
            now = s[end + "_state"], s[end + "_certainty"]
            if last.get((s["connection"], end)) != now:
                found.append(f"{end}: {now[0]}, {now[1]}, from frame {s['frame']}")
            last[s["connection"], end] = now
    return sorted(found)


def small_captures():
    """A third of them: drawing takes its time."""
    return [c for c in captures() if os.path.getsize(c) < LARGEST and os.path.dirname(c) == CAPTURES][::3]


def texts(root):
    return ["".join(t.itertext()) for t in root.iter(SVG + "text")]


class Svg(unittest.TestCase):
    def test_every_change_of_state_is_drawn(self):
        whole = 0
        for capture in small_captures():
            root = ET.fromstring(statistic("svg,ladder", capture))
            said = texts(root)
            drawn = sorted(t.text for t in root.iter(SVG + "title") if ", from frame " in t.text)
            if any("for lack of room" in t for t in said):
                self.assertLess(len(drawn), len(changes(capture)))
                continue
            whole += 1
            self.assertEqual(drawn, changes(capture), capture)
        self.assertGreater(whole, 10)

    def test_segments_and_findings(self):
        for capture in small_captures():
            root = ET.fromstring(statistic("svg,ladder", capture))
            said = " ".join(texts(root))
            if "for lack of room" in said:
                continue
            arrows = sum(e.get("class", "").startswith("arrow") for e in root.iter(SVG + "path"))
            folded = sum(int(n) for line in re.findall(r"more of the same: (.*?)(?= from the (?:client|server)(?!;))", said)
                         for n in re.findall(r"(\d+) segments?\b", line))
            self.assertEqual(arrows + folded, len(segments(capture)), capture)
            for row in map(json.loads, statistic("json", capture).splitlines()):
                if row["type"] == "finding":
                    self.assertIn(row["finding"], said, capture)

    def test_stands_alone_and_has_a_size(self):
        text = statistic("svg,ladder,0", LINGERING)
        root = ET.fromstring(text)
        self.assertEqual(root.get("viewBox"), f"0 0 {root.get('width')} {root.get('height')}")
        self.assertNotRegex(text.replace("http://www.w3.org/2000/svg", ""), r"https?:|href|@import|<script")
        lowest = max(float(e.get("y")) for e in root.iter() if e.get("y"))
        self.assertLess(lowest, float(root.get("height")))

    def test_picture_in_the_documentation(self):
        with open(os.path.join(ROOT, "docs", "ladder.svg"), encoding="utf-8") as f:
            self.assertEqual(f.read(), statistic("svg,ladder,0", LINGERING))

    def test_no_names_twice_over_each_other(self):
        """The boxes of a lane touch, and do not overlap."""
        for capture in small_captures():
            root = ET.fromstring(statistic("svg,ladder", capture))
            for lane in ("136", "684"):
                boxes = [(int(r.get("y")), int(r.get("height"))) for r in root.iter(SVG + "rect")
                         if r.get("x") == lane and r.get("class", "").startswith("lane")]
                bottom = 0
                for y, height in sorted(boxes):
                    self.assertGreaterEqual(y, bottom, capture)
                    self.assertGreaterEqual(height, 20, capture)
                    bottom = y + height

    def test_long_ones_are_folded_or_cut_and_say_so(self):
        said = texts(ET.fromstring(statistic("svg,ladder", os.path.join(CAPTURES, "half_close_in_use.pcap"))))
        self.assertTrue(any("more of the same" in t for t in said))
        said = texts(ET.fromstring(statistic("svg,ladder", os.path.join(CAPTURES, "random_loss.pcap"))))
        self.assertTrue(any("for lack of room" in t for t in said))


@unittest.skipUnless(shutil.which("dot"), "Graphviz is not installed")
class Dot(unittest.TestCase):
    def layout(self, text):
        p = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        return ET.fromstring(p.stdout)

    def test_graphviz_draws_every_change_of_state(self):
        for name in ("close_wait_lingering.pcapng", "zero_window_close.pcap", "simultaneous_open.pcap", "rejected_by_firewall.pcap",
                     "ipv6.pcap"):
            capture = os.path.join(CAPTURES, name)
            marks = {"proven": "", "presumed": " ~", "elapsed": " ^", "unknown": " ?"}
            expected = sorted("".join((state, marks[certainty])) for state, certainty in
                              (re.match(r"\w+: (\w+), (\w+)", c).groups() for c in changes(capture)))
            root = self.layout(statistic("dot,ladder", capture))
            names = [t.text.strip() for t in root.iter(SVG + "text")]
            self.assertEqual(sorted(n for n in names if re.fullmatch(r"[A-Z_0-9]+( [~^?])?", n) and "ACK" != n), expected, name)

    def test_finding(self):
        self.assertIn("close_wait_lingering", statistic("dot,ladder,0", LINGERING))


class Request(unittest.TestCase):
    def test_only_ladders_are_drawn(self):
        for what in ("svg,ss", "svg", "dot,connections", "dot,tcp.port == 1", "svg,json,ladder", "ladder,svg"):
            p = tshark("-q", "-r", LINGERING, "-z", f"tcpstate,{what}")
            self.assertNotEqual(p.returncode, 0, what)
            self.assertEqual(p.stdout, "")
            self.assertRegex(p.stderr, "ladder")
            self.assertEqual(len(p.stderr.strip().splitlines()), 1, p.stderr)

    def test_with_number_and_filter(self):
        for what, shown in (("ladder,1", "1"), ("ladder,tcp.port == 57800", "0"), ("ladder,0,tcp.port == 57800", "0")):
            said = texts(ET.fromstring(statistic(f"svg,{what}", LINGERING)))
            self.assertEqual([t for t in said if t.startswith("connection ")], [f"connection {shown}"], what)
        self.assertIn("No TCP segments.", texts(ET.fromstring(statistic("svg,ladder,tcp.port == 1", LINGERING))))

    def test_command(self):
        command = [os.path.join(ROOT, "scripts", "tcpstate")]
        for args, status in ((["--svg"], 0), (["--report", "ladder,1", "--dot"], 0), (["--svg", "--report", "ss"], 2),
                             (["--svg", LINGERING], 2)):
            p = subprocess.run([*command, *args, LINGERING], capture_output=True, text=True, timeout=100, check=False)
            self.assertEqual(p.returncode, status, p.stderr)
            self.assertEqual(bool(p.stderr), status != 0)
            self.assertEqual(bool(re.match(r"<\?xml|// lay out", p.stdout)), status == 0)


if __name__ == "__main__":
    unittest.main()

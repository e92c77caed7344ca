#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ladders and state diagrams as pictures: every change of state is drawn, in SVG that any parser takes and in DOT that Graphviz lays out."""
import functools
import json
import os
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ET

from common import CAPTURES, PROGRAM, ROOT, captures, tshark

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


def ways(text):
    """Of a connection, as text tells: (end, from, mark, to, mark, cause, frame)."""
    found, end = [], None
    for line in text.splitlines():
        m = re.fullmatch(r"(client|server)?\s+([A-Z_0-9]+)( [~^?])? -> ([A-Z_0-9]+)( [~^?])?\s+(.*), (\d+)", line)
        if m:
            end = m[1] or end
            found.append((end, m[2], m[3] or "", m[4], m[5] or "", m[6], m[7]))
    return found


class Diagram(unittest.TestCase):
    FOUR_WAY = """\
# connection 0: 10.77.1.1:33142 (client, by syn) - 10.77.1.2:5000 (server)
client  CLOSED ~ -> SYN_SENT             SYN sent, 1
        SYN_SENT -> ESTABLISHED          SYN,ACK received, 2
        ESTABLISHED -> CLOSE_WAIT        FIN received, 8
        CLOSE_WAIT -> LAST_ACK           FIN sent, 11
        LAST_ACK -> CLOSED               ACK received, 12
server  LISTEN ~ -> SYN_RCVD             SYN received, 1
        SYN_RCVD -> ESTABLISHED          ACK received, 3
        ESTABLISHED -> FIN_WAIT_1        FIN sent, 8
        FIN_WAIT_1 -> FIN_WAIT_2 ~       ACK received, 9
        FIN_WAIT_2 ~ -> TIME_WAIT        FIN received, 11
"""

    def capture(self, name):
        return os.path.join(CAPTURES, name)

    def end(self, name, end):
        return [(a, b, cause, int(frame)) for who, a, _, b, _, cause, frame in ways(statistic("diagram,0", self.capture(name))) if who == end]

    def test_text(self):
        self.assertEqual(statistic("diagram,0", self.capture("server_closes_first.pcap")), self.FOUR_WAY)

    def test_what_was_presumed_and_was_not_so_is_left_out(self):
        self.assertEqual([b for _, b, _, _ in self.end("simultaneous_close.pcap", "server")], ["SYN_RCVD", "ESTABLISHED", "FIN_WAIT_1", "CLOSING"])
        self.assertEqual([(a, b) for a, b, _, _ in self.end("simultaneous_open.pcap", "server")][:3],
                         [("CLOSED", "SYN_SENT"), ("SYN_SENT", "SYN_RCVD"), ("SYN_RCVD", "ESTABLISHED")])
        self.assertEqual(self.end("connection_refused.pcap", "server"), [])
        self.assertIn("server  CLOSED\n", statistic("diagram,0", self.capture("connection_refused.pcap")))

    def test_reset_and_beginnings(self):
        self.assertEqual(self.end("reset_by_client.pcap", "server")[-1], ("ESTABLISHED", "CLOSED", "RST received", 9))
        self.assertEqual(self.end("capture_starts_late.pcap", "client")[0][:2], ("UNKNOWN", "ESTABLISHED"))
        self.assertEqual(self.end("close_wait_lingering.pcapng", "server")[-1], ("ESTABLISHED", "CLOSE_WAIT", "FIN received", 8))

    def test_each_end_of_two_captures_as_its_own_tells(self):
        both = [os.path.join(CAPTURES, "both_ends", f"fin_lost.{end}.pcap") for end in ("client", "server")]
        p = subprocess.run([PROGRAM, "--report", "diagram", "--client", both[0], "--server", both[1]], capture_output=True, text=True,
                           timeout=60, check=True)
        found = ways(p.stdout)
        self.assertEqual(p.stdout.count("# connection"), 1)
        self.assertIn(("client", "ESTABLISHED", "", "FIN_WAIT_1", "", "FIN sent", "4"), found)
        self.assertIn(("server", "ESTABLISHED", "", "CLOSE_WAIT", "", "FIN received", "7"), found)

    def test_steps_are_drawn(self):
        """Each once, dashed where it is presumed; each state that was proven is one that the way comes to."""
        steps = 0
        for capture in small_captures():
            first = [s for s in segments(capture) if s["connection"] == 0]
            told = ways(statistic("diagram,0", capture))
            root = ET.fromstring(statistic("svg,diagram,0", capture))
            drawn = [e.get("class").split() for e in root.iter(SVG + "path") if e.get("class").startswith("way ")]
            self.assertEqual(len(drawn), len({(w[0], w[1], w[3]) for w in told}), capture)
            if len(drawn) == len(told):
                self.assertEqual(sorted((c[1], c[2] == "presumed") for c in drawn), sorted((w[0], w[4] == " ~") for w in told), capture)
                steps += len(drawn)
            for end in ("client", "server"):
                proven = {s[end + "_state"] for s in first if s[end + "_certainty"] == "proven"}
                self.assertLessEqual(proven - {"CLOSED"}, {w[3] for w in told if w[0] == end}, capture)
        self.assertGreater(steps, 80)

    def test_words_lie_apart(self):
        """Neither on a state nor on each other, and within the picture."""
        for name in ("server_closes_first.pcap", "simultaneous_close.pcap", "simultaneous_open.pcap", "reset_by_client.pcap",
                     "connection_refused.pcap", "close_wait_lingering.pcapng", "reset_forged.pcap", "random_loss.pcap"):
            root = ET.fromstring(statistic("svg,diagram,0", self.capture(name)))
            boxes = [tuple(int(r.get(a)) for a in ("x", "y", "width", "height")) for r in root.iter(SVG + "rect")
                     if r.get("class", "").split()[0] in ("page", "lane", "pale") and r.get("x")]
            self.assertGreater(len(boxes), 13)
            for i, (x, y, width, height) in enumerate(boxes):
                self.assertTrue(x >= 0 and x + width <= int(root.get("width")), name)
                for left, top, w, h in boxes[:i]:
                    self.assertFalse(x < left + w and left < x + width and y < top + h and top < y + height, name)

    def test_picture_in_the_documentation(self):
        with open(os.path.join(ROOT, "docs", "diagram.svg"), encoding="utf-8") as f:
            self.assertEqual(f.read(), statistic("svg,diagram,0", LINGERING))

    def test_there_may_be_none_or_too_many(self):
        self.assertIn("No TCP segments.", texts(ET.fromstring(statistic("svg,diagram,tcp.port == 1", LINGERING))))
        said = texts(ET.fromstring(statistic("svg,diagram", self.capture("syn_flood.pcap"))))
        self.assertEqual(sum(t.startswith("connection ") for t in said), 20)
        self.assertTrue(any("not drawn, for lack of room" in t for t in said))


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
                             (["--svg", "--report", "diagram,1"], 0), (["--dot", "--report", "diagram"], 2),
                             (["--svg", LINGERING], 2)):
            p = subprocess.run([*command, *args, LINGERING], capture_output=True, text=True, timeout=100, check=False)
            self.assertEqual(p.returncode, status, p.stderr)
            self.assertEqual(bool(p.stderr), status != 0)
            self.assertEqual(bool(re.match(r"<\?xml|// lay out", p.stdout)), status == 0)


if __name__ == "__main__":
    unittest.main()

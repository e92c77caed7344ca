#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture that drops frames: it says so first, and healthy connections get no finding of weight for what it misses."""
import json
import os
import random
import struct
import subprocess
import tempfile
import unittest

from common import CAPTURES, PROGRAM
from lossy import START_US, block, connections, frame, lossy, option

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")


def run(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=300, check=True).stdout


def report(*files):
    """The summary, the headlines and the findings."""
    lines = [json.loads(line) for line in run("--json", *files).splitlines()]
    return lines[0], [o for o in lines if o["type"] == "headline"], [o for o in lines if o["type"] == "finding"]


def of_weight(findings):
    return {f["finding"] for f in findings if f["severity"] in ("warn", "error")}


class Lossy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(folder.name, "x.pcap")

    def test_thirty_thousand_connections_through_one_percent_of_drop(self):
        self.assertGreater(lossy(self.path, 30000, 0.01), 5000)
        summary, headlines, findings = report(self.path)
        self.assertTrue(summary["lost"]["matters"])
        self.assertIsNone(summary["lost"]["packets"])  # the file does not tell
        self.assertGreater(summary["lost"]["connections"], 300)
        self.assertEqual(of_weight(findings + [dict(h, finding=h["text"]) for h in headlines]), set())

    def test_bursts(self):
        for burst, drop in ((60, 0.016), (800, 0.016), (400, 0.05)):
            lossy(self.path, 8000, drop, burst)
            summary, headlines, findings = report(self.path)
            doubtful = [f for f in findings if "drops" in f["doubt"]]
            self.assertEqual(of_weight(findings), set(), burst)
            self.assertGreater(len({f["finding"] for f in doubtful}), 2)  # they are there, with what they rest on
            self.assertTrue(all("the capture misses packets" in f["text"] for f in doubtful))
            self.assertFalse({h["severity"] for h in headlines} & {"warn", "error"})
            text = run(self.path)
            self.assertIn(f"The capture misses segments of {summary['lost']['connections']} of its ", text.splitlines()[2])
            self.assertNotRegex(text, r"\[(warn|error)\]|^ *\d+ (warn|error)")

    def test_nothing_is_said_where_nothing_is_missing(self):
        lossy(self.path, 3000, 0)
        summary, _, findings = report(self.path)
        self.assertEqual((summary["lost"]["matters"], summary["lost"]["connections"], of_weight(findings)), (False, 0, set()))
        self.assertNotIn("The capture", run(self.path))

    def test_little_loss_does_not_matter(self):
        lossy(self.path, 3000, 0.0003)
        summary, _, findings = report(self.path)
        self.assertGreater(summary["lost"]["connections"], 0)
        self.assertFalse(summary["lost"]["matters"])
        self.assertFalse(any(f["doubt"] for f in findings))

    def test_one_connection_that_leaks_stays_one(self):
        self.assertEqual(of_weight(report(LINGERING)[2]), {"close_wait_lingering"})

    def test_what_the_file_tells(self):
        dropped = lossy(self.path, 3000, 0.016, 30, reported=True)
        summary, _, findings = report(self.path)
        lost = summary["lost"]
        self.assertEqual((lost["packets"], lost["matters"]), (dropped, True))
        self.assertAlmostEqual(lost["share"], dropped / (dropped + summary["segments"]), 4)
        line = run(self.path).splitlines()[2]
        self.assertEqual(line, f"The capture lost {dropped:,} packets ({lost['share'] * 100:.1f} %): what that can fake is a note at most")
        self.assertEqual(of_weight(findings), set())
        self.assertTrue(any("the capture lost " in f["text"] and "drops" in f["doubt"] for f in findings))

    def test_few_drops_that_the_file_tells_are_said_and_do_not_matter(self):
        dropped = lossy(self.path, 3000, 0.0002, reported=True)
        lost = report(self.path)[0]["lost"]
        self.assertEqual((lost["packets"], lost["matters"]), (dropped, False))
        self.assertRegex(run(self.path).splitlines()[2], rf"^The capture lost {dropped} packets \(0\.0\d+ %\)$")

    def leaking(self, options, epb=b""):
        """A connection that lingers in CLOSE_WAIT, in a file that tells what was dropped."""
        sections = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1), struct.pack("<HHI", 1, 0, 96)
        with open(self.path, "wb") as to:
            to.write(block(0x0A0D0D0A, sections[0]) + block(1, sections[1]))
            a, b, at = (b"\n\0\0\1", 40000), (b"\n\0\0\2", 80), 0
            for i, (from_a, seq, ack, flags, at) in enumerate((
                    (1, 99, 0, 2, 0), (0, 299, 100, 18, 1), (1, 100, 300, 16, 2), (1, 100, 300, 17, 3), (0, 300, 101, 16, 4),
                    (0, 300, 101, 16, 60_000_000))):
                data, length = frame((START_US + at, *((a, b) if from_a else (b, a)), seq, ack, flags, 0), i, 96)
                at += START_US
                to.write(block(6, struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(data), length) + data +
                               bytes(-len(data) % 4) + epb))
            to.write(block(5, struct.pack("<III", 0, at >> 32, at & 0xFFFFFFFF) + options + option(0, b"")))
        summary, _, findings = report(self.path)
        return summary["lost"]["packets"], of_weight(findings)

    def test_each_count_that_a_file_may_have(self):
        def count(code, n):
            return option(code, struct.pack("<Q", n))
        leak = {"close_wait_lingering"}
        self.assertEqual(self.leaking(b""), (None, leak))
        self.assertEqual(self.leaking(count(4, 6)), (None, leak))  # what was received, alone
        self.assertEqual(self.leaking(count(4, 6) + count(5, 0)), (0, leak))
        self.assertEqual(self.leaking(count(4, 10000) + count(5, 9)), (9, leak))  # under one in a thousand
        self.assertEqual(self.leaking(count(4, 10000) + count(5, 10)), (10, set()))
        self.assertEqual(self.leaking(count(5, 3) + count(7, 4)), (7, set()))  # by the interface, by the operating system
        self.assertEqual(self.leaking(count(6, 100) + count(8, 60)), (40, set()))  # accepted, delivered
        self.assertEqual(self.leaking(count(5, 2**64 - 1)), (None, leak))  # not known
        self.assertEqual(self.leaking(b"", count(4, 2) + option(0, b"")), (12, set()))  # beside packets

    def test_one_direction(self):
        lossy(self.path, 15000, 0, one_sided=True)  # ports come again
        _, _, findings = report(self.path)
        self.assertEqual(of_weight(findings), set())
        self.assertTrue(any("one_direction" in f["doubt"] and "one direction alone" in f["text"] for f in findings))

    def test_options_that_were_cut_are_counted(self):
        lossy(self.path, 300, 0, snaplen=54)
        summary, _, findings = report(self.path)
        self.assertEqual((summary["lost"]["options_cut"], of_weight(findings)), (summary["segments"], set()))
        self.assertIn("segments whose options the capture cut off", run(self.path))


class Joints(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def parts(self, names, left_out):
        """Connections in several files of equal length, without those whose number is left out."""
        segments = list(connections(600, random.Random(3)))
        n = len(segments) // (len(names) + len(left_out)) + 1
        parts = [segments[i:i + n] for i in range(0, len(segments), n)]
        paths = []
        for name, part in zip(names, (p for i, p in enumerate(parts) if i not in left_out)):
            paths.append(os.path.join(self.folder, name))
            with open(paths[-1], "wb") as to:
                to.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 96, 1))
                for i, s in enumerate(part):
                    data, length = frame(s, i, 96)
                    to.write(struct.pack("<IIII", s[0] // 1_000_000, s[0] % 1_000_000, len(data), length) + data)
        return paths

    def lost(self, *paths):
        return report("--join", *paths)[0]["lost"]

    def test_a_file_that_is_missing(self):
        names = ["r_00001_20231114221320.pcap", "r_00002_20231114221322.pcap", "r_00004_20231114221326.pcap"]
        paths = self.parts(names, [2])
        lost = self.lost(*paths)
        self.assertEqual((lost["files"], lost["matters"]), (1, True))
        self.assertGreater(lost["between_files"], 1)
        self.assertIn("1 file of the ring buffer is missing between those that were read", run("--join", *paths).replace("\n", " "))
        self.assertEqual(self.lost(*paths[:2])["files"], 0)
        renamed = self.parts(["a.pcap", "b.pcap", "d.pcap"], [2])  # names tell nothing; the connections do
        lost = self.lost(*renamed)
        self.assertEqual((lost["files"], lost["matters"]), (0, True))
        self.assertGreater(lost["between_files"], 1)
        self.assertIn("between files (1 pause)", run("--join", *renamed).replace("\n", " "))

    def test_tcpdumps_names(self):
        self.assertEqual(self.lost(*self.parts(["x.pcap", "x.pcap1", "x.pcap4"], []))["files"], 2)
        self.assertEqual(self.lost(*self.parts(["x1.pcap", "y5.pcap", "x9.pcap"], []))["files"], 0)
        self.assertEqual(self.lost(*self.parts(["x.pcap9", "x.pcap0", "x.pcap1"], []))["files"], 0)  # it begins anew

    def test_nothing_is_missing(self):
        lost = self.lost(*self.parts(["r_00001_20231114221320.pcap", "r_00002_20231114221322.pcap", "s"], []))
        self.assertEqual((lost["files"], lost["between_files"], lost["matters"]), (0, 0, False))

    def test_silent_hosts_are_no_pause(self):
        parts = [os.path.join(self.folder, name) for name in ("1.pcapng", "2.pcapng")]
        for part, frames in zip(parts, ("1-15", "16-99")):
            subprocess.run(["editcap", "-r", LINGERING, part, frames], check=True)
        self.assertEqual(self.lost(*parts)["between_files"], 0)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which frames a finding stands at: the one where it began, and the one that shows it if that is of its connection. A frame that lets
it be known by its time alone has it in a field of its own. The expert info stands where it began, once that is known."""
import collections
import functools
import json
import os
import re
import shutil
import unittest

from common import CAPTURES, captures, fields, tshark
from test_sharkd import ask, texts

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")  # a frame of another host's shows it
FIELDS = ["frame.number", "tcpstate.finding", "tcpstate.finding.elsewhere", "tcpstate.finding.severity", "tcpstate.finding.began_in",
          "tcpstate.finding.found_in", "_ws.expert.message"]
EXPERT = re.compile(r"connection \d+: .+")


def statistic(what, capture, *args):
    p = tshark("-q", *args, "-r", capture, "-z", what)
    assert p.returncode == 0 and not p.stderr, p.stderr
    return p.stdout


@functools.cache
def lines(what, kind, capture):
    return [row for row in map(json.loads, statistic(what, capture).splitlines()) if row["type"] == kind]


def expected(capture, passes):
    """Of each frame: the findings that stand at it, those it shows elsewhere, and what its expert infos say."""
    own, elsewhere, infos = (collections.defaultdict(list) for _ in range(3))
    frames = {(row["connection"], row["frame"]) for row in lines("tcpstate,json,ladder", "segment", capture)}
    for f in lines("tcpstate,json", "finding", capture):
        began, found = f["began_frame"], f["found_frame"]
        text = f"connection {f['connection']}: {f['text']}"
        if passes == 2 or began == found:
            own[began].append(f["finding"])
            infos[began].append(text)
        if found in (None, began):
            continue
        if (f["connection"], found) in frames:
            own[found].append(f["finding"])
            if passes == 1:
                infos[found].append(text)
        else:
            elsewhere[found].append(f["finding"])
    return [{frame: sorted(said) for frame, said in where.items()} for where in (own, elsewhere, infos)]


@functools.cache
def examples():
    """Captures in which each kind of finding comes that comes in any."""
    seen, chosen = set(), []
    for capture in [LINGERING, *captures()]:
        kinds = {f["finding"] for f in lines("tcpstate,json", "finding", capture)}
        if not kinds <= seen:
            chosen.append(capture)
            seen |= kinds
    return chosen


def shown(rows, column, wanted=None):
    cells = {int(row[0]): [cell for cell in row[column].split("|") if cell] for row in rows}
    return {frame: sorted(cell for cell in said if not wanted or wanted.match(cell)) for frame, said in cells.items()
            if any(not wanted or wanted.match(cell) for cell in said)}


class Frames(unittest.TestCase):
    def compare(self, capture, passes):
        rows = fields(capture, FIELDS, *(["-2"] if passes == 2 else []))
        own, elsewhere, infos = expected(capture, passes)
        self.assertEqual(shown(rows, 1), own)
        self.assertEqual(shown(rows, 2), elsewhere)
        self.assertEqual(set(shown(rows, 3)), set(own), "severities")
        self.assertLessEqual(set(shown(rows, 4)) | set(shown(rows, 5)), set(own), "links")
        if passes == 2:  # in one pass, the text is that of the frame, and the report's that of the end
            self.assertEqual({frame: len(said) for frame, said in shown(rows, 6, EXPERT).items()},
                             {frame: len(said) for frame, said in infos.items()})
            for frame, said in shown(rows, 6, EXPERT).items():
                for text, whole in zip(said, infos[frame]):
                    self.assertTrue(whole.startswith(text[:230]), (text, whole))
        else:
            self.assertEqual(set(shown(rows, 6, EXPERT)), set(infos))

    def test_each_frame_has_what_is_its_own(self):
        self.assertGreater(len(examples()), 15)
        for capture in examples():
            for passes in (1, 2):
                with self.subTest(capture=os.path.basename(capture), passes=passes):
                    self.compare(capture, passes)

    def test_the_example_is_found_by_another_hosts_frame(self):
        own, elsewhere, infos = expected(LINGERING, 2)
        self.assertEqual((list(own), list(elsewhere), list(infos)), ([9], [15], [9]))
        self.assertEqual(expected(LINGERING, 1)[1:], [elsewhere, {}])

    def test_names_of_kinds_and_of_findings_match_the_same_frames(self):
        for capture in examples():
            ids = sorted({f["finding"] for f in lines("tcpstate,json", "finding", capture)})
            differ = " || ".join(f'(tcpstate.{i} && !(tcpstate.finding == "{i}")) || (!tcpstate.{i} && tcpstate.finding == "{i}")' for i in ids)
            same = " || ".join(f'(tcpstate.{i} && tcpstate.finding == "{i}")' for i in ids)
            for way in ([], ["-2"]):
                self.assertEqual(fields(capture, ["frame.number"], *way, "-Y", differ), [], (capture, way))
            self.assertTrue(fields(capture, ["frame.number"], "-2", "-Y", same), capture)

    def test_list_of_expert_infos_counts_kinds(self):
        titles = [f["title"] for f in lines("tcpstate,json", "finding", LINGERING)]
        for way in ([], ["-2"]):
            text = statistic("expert", LINGERING, *way)
            self.assertEqual(re.findall(r"^ +(\d+) .* TCPSTATE  (.*)$", text, re.M), [("1", title) for title in titles], way)

    def test_window(self):
        if not shutil.which("sharkd"):
            self.skipTest("there is no sharkd")
        began, found = (texts(frame["tree"]) for frame in ask(LINGERING, [("frame", {"frame": n, "proto": True}) for n in (9, 15)]))
        said = [line for line in began if line.startswith("Expert Info")]
        self.assertRegex("\n".join(said), r"Expert Info \(Warning/Sequence\): connection 0: 10\.77\.1\.2:5000 has been in CLOSE_WAIT")
        self.assertFalse([line for line in found if line.startswith(("Expert Info", "Finding:"))])
        self.assertTrue([line for line in found if line.startswith("Finding elsewhere: close_wait_lingering: connection 0: ")])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a state is shown: a sentence for each endpoint at each segment, the frame that decided it, what else it may be, and what would
tell; in the tree, as fields, and in ladders."""
import json
import os
import re
import unittest

from common import CAPTURES, fields, tshark

CLOSES = os.path.join(CAPTURES, "server_closes_first.pcap")
ENDS = ("client", "server")
WHAT = ("why", "evidence", "possible", "proof")
NAMES = [f"tcpstate.{end}.{what}" for end in ENDS for what in WHAT]
ALIASES = [f"tcpstate.{end}.{what}" for end in ("src", "dst") for what in WHAT]
CLAUSE = r" \(RFC \d+ §[\d.]+[^()]*\)$"


def of_segments(names, *args):
    """Cells of each frame with a segment."""
    rows = fields(CLOSES, ["tcpstate.event", *names], *args)
    return [cells for event, *cells in rows if event]


def trees():
    """The lines of each segment's tree."""
    text = tshark("-r", CLOSES, "-V", "-O", "tcpstate").stdout
    return [re.findall(r"(?m)^ *(.*)$", tree) for tree in re.findall(r"(?ms)^\[TCP State, .*?(?=^\S|\Z)", text)]


class Fields(unittest.TestCase):
    def test_last_frames_tell_why(self):
        for cell, in of_segments(["tcpstate.server.why"])[-3:]:
            self.assertRegex(cell, CLAUSE)

    def test_every_state_has_a_reason(self):
        for end in ENDS:
            for number, why, evidence in of_segments(["frame.number", f"tcpstate.{end}.why", f"tcpstate.{end}.evidence"]):
                self.assertTrue(why, f"{end} in frame {number}")
                self.assertNotEqual(evidence, number)
                self.assertNotRegex(why, rf"in frame {number}\b|[{{}}]")
                if f" in frame {evidence}" in why:
                    self.assertTrue(evidence)

    def test_what_is_proven_may_be_nothing_else(self):
        names = [f"tcpstate.{{}}.{what}" for what in ("certainty", "state", "possible", "proof")]
        doubts = 0
        for end in ENDS:
            for certainty, state, possible, proof in of_segments([name.format(end) for name in names]):
                if certainty == "proven":
                    self.assertEqual((possible, proof), ("", ""))
                if possible:
                    self.assertIn(state, re.split(", | or ", possible))
                    doubts += 1
        self.assertGreater(doubts, 0)

    def test_same_in_two_passes(self):
        self.assertEqual(of_segments(NAMES), of_segments(NAMES, "-2"))

    def test_sender_and_receiver_have_them(self):
        server = "5000"
        rows = of_segments(["tcp.srcport", *NAMES, *ALIASES])
        for port, *cells in rows:
            client, other = cells[:4], cells[4:8]
            self.assertEqual(cells[8:], other + client if port == server else client + other)

    def test_by_a_filter(self):
        shown = fields(CLOSES, ["tcpstate.server.why"], "-Y", 'tcpstate.server.why contains "FIN"')
        self.assertEqual(shown, [cells for cells in of_segments(["tcpstate.server.why"]) if "FIN" in cells[0]])
        self.assertTrue(shown)
        self.assertTrue(fields(CLOSES, ["frame.number"], "-Y", 'tcpstate.dst.possible contains " or "'))

    def test_json_has_client_and_server_alone(self):
        text = tshark("-r", CLOSES, "-T", "json").stdout
        self.assertIn('"tcpstate.server.why": ', text)
        self.assertIn('"tcpstate.client.proof": ', text)
        for alias in ALIASES:
            self.assertNotIn(alias, text)


class Tree(unittest.TestCase):
    def test_tells_what_the_fields_tell(self):
        said = set(sum(trees(), []))
        whys = {cell for cells in of_segments(["tcpstate.client.why", "tcpstate.server.why"]) for cell in cells}
        self.assertTrue(any(f"Why: {why}" in said for why in whys))
        for line in said:
            if line.startswith("Why: "):
                self.assertIn(line[len("Why: "):], whys)

    def test_says_nothing_of_what_is_ordinary(self):
        for lines in trees():
            ordinary = sum(bool(re.match(r"(Client|Server)( \(sender\))?: ESTABLISHED(, for .*)?$", line)) for line in lines)
            self.assertLessEqual(len([line for line in lines if line.startswith("Why: ")]), 2)
            if ordinary == 0:
                self.assertEqual(len([line for line in lines if line.startswith("Why: ")]), 2, lines)

    def test_head_line_says_no_reason(self):
        for lines in trees():
            self.assertNotRegex(lines[0], "RFC|may be")

    def test_says_what_would_tell(self):
        self.assertTrue([line for line in sum(trees(), []) if re.match(r"May be: \w+.* or \w+; .* would tell$", line)])


class Ladders(unittest.TestCase):
    def text(self, what):
        p = tshark("-q", "-r", CLOSES, "-z", "tcpstate," + what)
        self.assertEqual(p.returncode, 0, p.stderr)
        return p.stdout

    def test_tell_why_where_it_is_asked_for(self):
        plain, why = self.text("ladder,0").splitlines(), self.text("why,0").splitlines()
        more = [line for line in why if line not in plain]
        self.assertEqual([line for line in why if line not in more], plain)
        self.assertTrue(more)
        for line in more:
            self.assertRegex(line, r"^ {12}(client|server) [A-Z_12]+: .*\(RFC ")

    def test_json_has_the_reasons(self):
        rungs = [json.loads(line) for line in self.text("json,ladder").splitlines()]
        cells = of_segments(["tcpstate.server.why", "tcpstate.server.possible", "tcpstate.server.proof"])
        for rung, (why, possible, proof) in zip(rungs, cells):
            self.assertEqual(rung["server_why"], why)
            self.assertEqual(rung.get("server_possible", []), re.split(", | or ", possible) if possible else [])
            self.assertEqual(rung.get("server_proof", ""), proof)


if __name__ == "__main__":
    unittest.main()

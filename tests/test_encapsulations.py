#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every TCP segment is annotated once, in order, however it lies in its frame; what is no segment of its own is not.

captures/encapsulations/expected.json maps frames to [source port, destination port, seq, ack, flags, payload length, TSval] of
each segment. A frame is known by its time: -2 -R counts frames anew.
"""
import json
import os
import unittest

from common import CAPTURES, fields

FOLDER = os.path.join(CAPTURES, "encapsulations")
FIELDS = ["frame.time_epoch", "tcpstate.src.state", "tcpstate.dst.state", "tcpstate.connection", "tcp.srcport", "tcp.seq_raw"]
WAYS = {
    "one-pass": [],
    "-2": ["-2"],
    "-2 -R": ["-2", "-R", "tcp"],
    "-Y": ["-Y", "tcp"],
    "no relative sequence numbers": ["-o", "tcp.relative_sequence_numbers:FALSE"],
    "no sequence analysis": ["-o", "tcp.analyze_sequence_numbers:FALSE"],
}
FLAGS = {2: "S", 18: "SA", 16: "A", 24: "PA", 17: "FA", 4: "R", 20: "RA"}
# What a sender may be in after a segment with these flags: tells the layers of one frame apart.
SENDER = {"S": {"SYN_SENT"}, "SA": {"SYN_RCVD"}, "FA": {"FIN_WAIT_1", "LAST_ACK"}, "PA": {"ESTABLISHED"},
          "A": {"ESTABLISHED", "TIME_WAIT"}}
# The little connection that most wrappings hold, segment by segment: sender, receiver.
CONNECTION = [("SYN_SENT", "SYN_RCVD"), ("SYN_RCVD", "ESTABLISHED"), ("ESTABLISHED", "ESTABLISHED"), ("ESTABLISHED", "ESTABLISHED"),
              ("FIN_WAIT_1", "CLOSE_WAIT"), ("LAST_ACK", "TIME_WAIT"), ("TIME_WAIT", "CLOSED")]
WHOLE = ["plain", "ipip", "gre", "vxlan", "ipv6", "ipv6ext", "sameport", "reuse", "mpls"]


def split(cell):
    return cell.split("|") if cell else []


def expected(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as f:
        found = json.load(f)
    return found["exp"], found["name"]


class Encapsulations(unittest.TestCase):
    def check(self, capture, exp, names, args):
        path = os.path.join(FOLDER, capture)
        times = {cells[0]: number for number, cells in enumerate(fields(path, ["frame.time_epoch"]), 1)}
        seen = {}
        for cells in fields(path, FIELDS, *args):
            seen[str(times[cells[0]])] = [split(c) for c in cells[1:]]
        for frame, segments in exp.items():
            src, dst, connection, ports, seqs = seen.get(frame, [[], [], [], [], []])
            where = f"frame {frame} ({names[frame]})"
            self.assertEqual(len(src), len(segments), f"{where}: segments annotated")
            self.assertEqual((len(dst), len(connection)), (len(src), len(src)), f"{where}: values for each segment")
            for i, (port, _, seq, _, flags, _, _) in enumerate(segments):
                self.assertEqual((ports[i], seqs[i]), (str(port), str(seq)), f"{where}: order of the layers")
                self.assertIn(src[i], SENDER[FLAGS[flags]], f"{where}: segment {i + 1}, {FLAGS[flags]}")
            if len(segments) > 1:
                self.assertEqual(connection, sorted(connection, key=int), f"{where}: order of the connections")
        return seen

    def test_every_wrapping(self):
        exp, names = expected("expected.json")
        for way, args in WAYS.items():
            with self.subTest(way):
                self.check("cases.pcap", exp, names, args)

    def test_two_subframes_of_an_amsdu(self):
        exp, names = expected("expected_amsdu.json")
        for way, args in WAYS.items():
            with self.subTest(way):
                self.check("amsdu.pcap", exp, names, args)

    def test_connections_go_through_their_states(self):
        exp, names = expected("expected.json")
        for way, args in WAYS.items():
            seen = self.check("cases.pcap", exp, names, args)
            for wrapping in WHOLE:
                frames = [f for f in exp if names[f] == wrapping]
                self.assertEqual(len(frames), len(CONNECTION), wrapping)
                # Ports used again, with an older timestamp: only the SYN+ACK shows that the peer takes it.
                first = 1 if wrapping == "reuse" else 0
                with self.subTest(f"{wrapping}, {way}"):
                    self.assertEqual([(seen[f][0][0], seen[f][1][0]) for f in frames[first:]], CONNECTION[first:])
                    self.assertEqual(len({seen[f][2][0] for f in frames[first:]}), 1, "one connection")

    def test_one_four_tuple_on_two_vlans(self):
        for way, args in WAYS.items():
            with self.subTest(way):
                rows = fields(os.path.join(FOLDER, "vlan.pcap"), ["tcpstate.src.state"], *args)
                self.assertEqual([len(split(r[0])) for r in rows], [1] * 8)


if __name__ == "__main__":
    unittest.main()

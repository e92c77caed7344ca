#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that captures on all its interfaces at once ("any", LINKTYPE_LINUX_SLL2): one that passes on is two capture points, and what
it sends out there is not its own; what goes over its loopback interface stays on it."""
import json
import os
import struct
import subprocess
import tempfile
import unittest

import rewrite
from common import CAPTURES, PROGRAM, fields

CLIENT, SERVER, ROUTER = bytes([10, 77, 1, 1]), bytes([10, 77, 1, 2]), bytes([192, 0, 2, 1])
SOURCE = os.path.join(CAPTURES, "both_ends", "random_loss.client.pcap")
LAN, WAN, LOOPBACK = 2, 300, 1
TO_US, OUTGOING = 0, 4
ETHERNET, LOOPBACK_KIND = 1, 772
PASSES_ON_US = 30


def cooked(frame, interface, kind, packet_type):
    return struct.pack("!HHIHBB8x", 0x0800, 0, interface, kind, packet_type, 6) + frame.data[frame.ip:]


def record(frame, later_us, data):
    seconds, fraction = struct.unpack("<II", frame.header[:8])
    fraction += later_us * (1000 if record.nanoseconds else 1)
    unit = 1000000000 if record.nanoseconds else 1000000
    return struct.pack("<IIII", seconds + fraction // unit, fraction % unit, len(data), len(data)) + data


def write(to, make):
    head, frames = rewrite.read(SOURCE)
    record.nanoseconds = struct.unpack("<I", head[:4])[0] == 0xa1b23c4d
    with open(to, "wb") as f:
        f.write(head[:20] + struct.pack("<I", rewrite.COOKED_V2))
        for frame in frames:
            if frame.tcp and frame.size == 4:
                f.write(b"".join(make(frame)))


def routed(frame):
    """It comes in by one interface and goes out by the other, where the client's address is the router's."""
    outward = frame.data[frame.ip + 12:frame.ip + 16] == CLIENT
    far = rewrite.Frame(frame.header[:8], frame.header[8:], bytes(frame.data), rewrite.ETHERNET)
    at = far.ip + (12 if outward else 16)
    far.data[at:at + 4] = ROUTER
    far.data[far.ip + 8] -= outward
    frame.data[frame.ip + 8] -= not outward
    sightings = [(frame, LAN), (far, WAN)] if outward else [(far, WAN), (frame, LAN)]
    for i, (seen, interface) in enumerate(sightings):
        yield record(frame, i * PASSES_ON_US, cooked(seen, interface, ETHERNET, OUTGOING if i else TO_US))


def own(frame):
    """The client's host captures it itself."""
    outward = frame.data[frame.ip + 12:frame.ip + 16] == CLIENT
    yield record(frame, 0, cooked(frame, LAN, ETHERNET, OUTGOING if outward else TO_US))


def local(frame):
    yield record(frame, 0, cooked(frame, LOOPBACK, LOOPBACK_KIND, TO_US))


def report(capture, name):
    p = subprocess.run([PROGRAM, "--json", "--report", name, capture], capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in p.stdout.splitlines()]


class AnyInterface(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.capture = os.path.join(folder.name, "any.pcap")

    def summary(self):
        return report(self.capture, "summary")[0]

    def points(self):
        return {row[0] for row in fields(self.capture, ["tcpstate.capture_point"])}

    def test_a_router_is_two_points(self):
        write(self.capture, routed)
        (between, *_), sent = report(self.capture, "path"), len(rewrite.read(SOURCE)[1])
        for way in "outward", "homeward":
            self.assertEqual(between[way]["lost"] + between[way]["made"], 0)
        self.assertGreater(between["outward"]["arrived"], sent // 4)
        self.assertGreater(between["homeward"]["arrived"], sent // 4)

    def test_what_a_router_sends_out_is_not_its_own(self):
        write(self.capture, routed)
        # what the client's answers tell: the frames were captured at its own host
        self.assertLessEqual({p["why"] for p in self.summary()["captured_at"]}, {"HOME_BY_ANSWERS"})
        self.assertLessEqual(self.points(), {"", "client"})

    def test_a_host_is_at_home_to_itself(self):
        write(self.capture, own)
        places = self.summary()["captured_at"]
        self.assertEqual([(p["host"], p["why"]) for p in places], [("10.77.1.1", "HOME_BY_MARKS")])
        self.assertIn("client", self.points())

    def test_what_goes_over_loopback_stays(self):
        write(self.capture, local)
        places = self.summary()["captured_at"]
        self.assertEqual({(p["host"], p["why"]) for p in places}, {("10.77.1.1", "HOME_LOCAL"), ("10.77.1.2", "HOME_LOCAL")})
        self.assertEqual(self.points() - {""}, {"client|server"})  # a SYN alone is not looked at


if __name__ == "__main__":
    unittest.main()

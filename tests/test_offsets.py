#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The states do not depend on where sequence numbers begin, nor on which host has the lower address: each recording is
replayed with its numbers shifted so that they wrap at several places; and with the hosts' addresses exchanged and its first
frame at time 0, which is a time like any other."""
import os
import subprocess
import sys
import tempfile

import rewrite
from common import fields, name_of, report

FIELDS = ["tcpstate.src.state", "tcpstate.dst.state", "tcpstate.src.before", "tcpstate.dst.before", "tcpstate.src.certainty",
          "tcpstate.dst.certainty", "tcpstate.event", "tcpstate.connection", "tcpstate.closed_by", "tcpstate.role_basis"]
# The first number's distance below 2^32: the SYN itself wraps, or the data; or 2^31 is passed there.
BELOW = [1, 100, 0x80000000 + 150]


def variants(frames_of):
    for below in BELOW:
        frames = frames_of()
        rewrite.shift(frames, below)
        yield f"first number 2^32 - {below}", frames
    frames = frames_of()
    rewrite.exchange_hosts(frames)
    rewrite.begin_at_zero(frames)
    yield "hosts exchanged, from time 0", frames


def compare(capture):
    said = []
    with tempfile.TemporaryDirectory() as folder:
        plain, changed = os.path.join(folder, "plain.pcap"), os.path.join(folder, "changed.pcap")
        subprocess.run(["editcap", "-F", "nsecpcap", capture, plain], check=True, capture_output=True)
        head = rewrite.read(plain)[0]
        expected = fields(plain, FIELDS)
        for how, frames in variants(lambda: rewrite.read(plain)[1]):
            rewrite.write(changed, head, frames)
            got = fields(changed, FIELDS)
            if got == expected:
                continue
            first = next((i for i, (a, b) in enumerate(zip(expected, got)) if a != b), 0)
            said.append(f"{name_of(capture)}, {how}: frame {first + 1}:\n    {expected[first]}\n    {got[first]}")
    return said


if __name__ == "__main__":
    sys.exit(report(compare))

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes captures as inputs of fuzz_analyzer (their form: steps.c) and fuzz_decode, into FOLDER/analyzer and FOLDER/decode:
`seeds.py FOLDER [CAPTURE...]`, of all in captures/ if none is named. What the form of steps cannot hold (many connections, exact
times and numbers far apart) becomes something near it."""
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import CAPTURES, captures, fields, name_of  # noqa: E402

NAMES = ["frame.number", "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "tcp.flags",
         "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "tcp.window_size_value", "tcp.options.timestamp.tsval",
         "tcp.options.timestamp.tsecr", "tcp.options.wscale.shift", "tcp.options.sack_le", "tcp.options.sack_re", "tcp.option_kind"]
FIN, SYN, RST, ACK = 1, 2, 4, 16
MSS, WSCALE, SACK_PERMITTED, TIMESTAMPS, IP_ID = 1, 2, 4, 8, 32
PAIRS, STEPS = 8, 400
ISN, NEXT, FAR = 0, 1, 2
SEGMENT, ICMP = 0, 12


def isn_of(pair, end):
    """As steps.c has it."""
    return ((0xffffff00 if pair & 1 else 1000000 * pair) + 64 * end) & 0xffffffff


def signed(number):
    return (number + 0x80000000) % 0x100000000 - 0x80000000


def time_code(seconds):
    """The nearest of the steps in time that one byte can tell."""
    ns, back = abs(round(seconds * 1e9)), 0x80 if seconds < 0 else 0
    exponent = 0
    while ns > 8 and exponent < 15:
        ns, exponent = ns // 10, exponent + 1
    return 0 if ns == 0 and not back else back | exponent << 3 | max(ns - 1, 0) & 7


class Pair:
    """Two ends, numbered; where the numbers of each begin in the capture and in the input."""

    def __init__(self, number):
        self.number, self.first, self.next = number, {}, {end: isn_of(number, end) for end in (0, 1)}

    def shifted(self, end, seq):
        """The number as it stands in the input."""
        first = self.first.setdefault(end, seq)
        return (isn_of(self.number, end) + seq - first) & 0xffffffff

    def code(self, end, seq):
        """From what it is counted, and how far that is."""
        number = self.shifted(end, seq)
        for base, start in ((NEXT, self.next[end]), (ISN, isn_of(self.number, end))):
            if -32768 <= (far := signed(number - start)) < 32768:
                return base, far
        return FAR, signed(number - isn_of(self.number, end)) >> 16


def row_of(cells):
    """What belongs to the outermost packet, as numbers where it is one."""
    row = dict(zip(NAMES, (c.split("|") for c in cells)))
    return lambda name, n=0: row[name][n] if len(row[name]) > n and row[name][n] else None


def number(text):
    return int(text, 0) if text else 0


def step(pair, sender, get, n, kind, wait, frame):
    """STEP_BYTES of one TCP layer of the frame, the n-th."""
    flags = number(get("tcp.flags", n))
    seq, ack, length = number(get("tcp.seq_raw", n)), number(get("tcp.ack_raw", n)), number(get("tcp.len", n))
    seq_base, seq_far = pair.code(sender, seq)
    ack_base, ack_far = pair.code(1 - sender, ack) if flags & ACK else (ISN, 0)
    unit = 0 if length == 0 else 1 if length < 256 else 2
    coded = length if unit < 2 else length >> 10
    pair.next[sender] = (pair.shifted(sender, seq) + coded * (1 if unit < 2 else 1024) + bool(flags & SYN) + bool(flags & FIN)) \
        if not flags & RST else pair.next[sender]
    kinds = [number(get("tcp.option_kind", i)) for i in range(8)]
    has = IP_ID | (MSS if 2 in kinds else 0) | (WSCALE if 3 in kinds else 0) | (SACK_PERMITTED if 4 in kinds else 0) | \
        (TIMESTAMPS if 8 in kinds else 0)
    left, right = number(get("tcp.options.sack_le")), number(get("tcp.options.sack_re"))
    return struct.pack("<BBBhhBBBBBBBBB", kind << 4 | sender << 3 | pair.number, flags & 0xff,
                       seq_base | ack_base << 2 | unit << 4, seq_far, ack_far, min(coded, 255),
                       number(get("tcp.window_size_value")) // 257, has, time_code(wait), frame & 1, 1,
                       number(get("tcp.options.wscale.shift")) & 15 | (0x10 if right else 0),
                       (left - ack) & 0xff, min((right - left) & 0xffffffff, 255))


def steps(capture):
    pairs, before = {}, None
    for cells in fields(capture, NAMES):
        get = row_of(cells)
        if not get("tcp.srcport"):
            continue
        icmp = bool(get("ip.src", 1))  # quoted in an error, mostly
        ends = [(get("ip.src", icmp) or get("ipv6.src"), get("tcp.srcport")), (get("ip.dst", icmp) or get("ipv6.dst"), get("tcp.dstport"))]
        key = tuple(sorted(ends))
        pair, first = pairs.setdefault(key, (Pair(len(pairs) % PAIRS), ends[0]))
        sender = 0 if ends[0] == first else 1
        now = float(get("frame.time_epoch"))
        frame = number(get("frame.number"))
        yield step(pair, sender, get, 0, ICMP if icmp else SEGMENT, now - (before or now), frame)
        before = now


LINKS = {1: 1, 113: 2, 276: 3, 0: 4, 108: 5, 101: 6, 9: 7}  # of a classic pcap file: decode.h's
FRAMES = 24


def frames(capture):
    with open(capture, "rb") as f:
        head = f.read(24)
        link = LINKS.get(struct.unpack_from("<I", head, 20)[0], 0)
        while head := f.read(16):
            captured, reported = struct.unpack_from("<II", head, 8)
            yield struct.pack(">BHB", link, captured, min((reported - captured) // 8, 127)) + f.read(captured)


def write_frames(folder, capture):
    if capture.endswith(".pcap"):
        with open(os.path.join(folder, name_of(capture)), "wb") as f:
            f.write(b"".join(x for x, _ in zip(frames(capture), range(FRAMES))))


def write(folder, capture):
    data = b"".join(x for x, _ in zip(steps(capture), range(STEPS)))
    for name, head in (("all", b"\x67\x00\x00"), ("impatient", b"\xef\x01\x05")):
        with open(os.path.join(folder, f"{name_of(capture)}.{name}"), "wb") as f:
            f.write(head + data)


def main():
    folder, *named = sys.argv[1:]
    strange = os.path.join(CAPTURES, "encapsulations")
    more = [] if named else [os.path.join(strange, f) for f in os.listdir(strange) if f.endswith(".pcap")]
    for target in ("analyzer", "decode"):
        os.makedirs(os.path.join(folder, target), exist_ok=True)
    for capture in named or captures():
        write(os.path.join(folder, "analyzer"), capture)
    for capture in (named or captures()) + more:
        write_frames(os.path.join(folder, "decode"), capture)


if __name__ == "__main__":
    main()

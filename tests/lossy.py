#!/usr/bin/env python3
"""Healthy connections as a capture shows them that drops frames: nothing is wrong with any of them, whatever is missing.

    lossy.py FILE [--connections N] [--drop PERCENT] [--burst FRAMES] [--seed N] [--reported]
             [--one-sided] [--snaplen N]

Connections are closed in every way, segments get lost on the path and are repeated, ports are used again. Then the capture drops
frames at random, the same for the same seed. --reported: as pcapng that ends with what the interface dropped.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import argparse
import heapq
import random
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
START_US = 1_700_000_000_000_000
CLIENTS, PORTS = 40, 250  # of them, one comes again after a hundred seconds


class Talk:
    """Two ends, and the segments between them, with their times."""

    def __init__(self, rand, number, start_us):
        self.rand, self.now, self.segments = rand, start_us, []
        client, port = number % CLIENTS, 32768 + number // CLIENTS % PORTS
        self.ends = (bytes([10, 1, 0, 1 + client]), port), (bytes([10, 2, 0, 1]), 8000 + number % 5)
        self.seq = [rand.getrandbits(32), rand.getrandbits(32)]
        self.ack = [0, 0]
        self.rtt = rand.choice((300, 2000, 12000, 60000))

    def put(self, end, flags, seq, length):
        self.segments.append((self.now, self.ends[end], self.ends[1 - end], seq, self.ack[end], flags, length))

    def wait(self, us):
        self.now += us

    def lost_on_the_way(self):
        """Captured, not received: the sender repeats it after its timeout."""
        return self.rand.random() < 0.004

    def say(self, end, flags, length=0):
        while True:
            self.wait(self.rtt // 2 + self.rand.randrange(200))
            self.put(end, flags, self.seq[end], length)
            if not self.lost_on_the_way():
                break
            self.wait(1_000_000 if flags & SYN else 200_000 + 2 * self.rtt)
        self.seq[end] = (self.seq[end] + length + bool(flags & SYN) + bool(flags & FIN)) % 2**32
        self.ack[1 - end] = self.seq[end]

    def acknowledge(self, end):
        self.wait(self.rtt // 2)
        self.put(end, ACK, self.seq[end], 0)

    def open(self):
        self.say(0, SYN)
        self.say(1, SYN | ACK)
        self.acknowledge(0)

    def talk(self):
        for _ in range(self.rand.randrange(1, 6)):
            self.say(0, PSH | ACK, self.rand.randrange(40, 1200))
            for _ in range(self.rand.randrange(1, 8)):
                self.say(1, ACK, 1400)
            self.say(1, PSH | ACK, self.rand.randrange(1, 1400))
            self.acknowledge(0)
            if self.rand.random() < 0.2:
                self.wait(self.rand.randrange(4_000_000))


def in_four(t, first):
    t.say(first, FIN | ACK)
    t.acknowledge(1 - first)
    t.say(1 - first, FIN | ACK)
    t.acknowledge(first)


def in_three(t, first):
    t.say(first, FIN | ACK)
    t.say(1 - first, FIN | ACK)
    t.acknowledge(first)


def with_data(t, first):
    t.say(first, FIN | PSH | ACK, 300)
    t.say(1 - first, FIN | PSH | ACK, 40)
    t.acknowledge(first)


def at_once(t, first):
    unaware = t.ack[1 - first]
    t.say(first, FIN | ACK)
    t.ack[1 - first] = unaware
    t.say(1 - first, FIN | ACK)
    t.acknowledge(first)
    t.ack[1 - first] = t.seq[first]
    t.acknowledge(1 - first)


def half_first(t, first):
    t.say(first, FIN | ACK)
    t.acknowledge(1 - first)
    for _ in range(5):
        t.say(1 - first, PSH | ACK, 1000)
        t.acknowledge(first)
    t.say(1 - first, FIN | ACK)
    t.acknowledge(first)


def lost_last_ack(t, first):
    in_four(t, first)
    t.wait(200_000 + 2 * t.rtt)
    t.put(1 - first, FIN | ACK, (t.seq[1 - first] - 1) % 2**32, 0)
    t.acknowledge(first)


def and_reset(t, first):
    in_three(t, first)
    t.put(1 - first, RST | ACK, t.seq[1 - first], 0)


def idle(t, first):
    for _ in range(3):
        t.wait(15_000_000)
        t.put(first, ACK, (t.seq[first] - 1) % 2**32, 0)
        t.acknowledge(1 - first)
    in_three(t, first)


def later(t, first):
    t.say(first, FIN | ACK)
    t.acknowledge(1 - first)
    t.wait(5_000_000)
    t.say(1 - first, FIN | ACK)
    t.acknowledge(first)


WAYS = in_four, in_three, with_data, at_once, half_first, lost_last_ack, and_reset, idle, later


def connections(n, rand):
    """All segments, in the order of their times."""
    times = sorted(rand.randrange(n * 10_000) for _ in range(n))
    waiting = []
    for number, at in enumerate(times):
        t = Talk(rand, number, START_US + at)
        t.open()
        t.talk()
        WAYS[number % len(WAYS)](t, rand.randrange(2))
        for segment in t.segments:
            heapq.heappush(waiting, segment)
        until = START_US + times[number + 1] if number + 1 < n else float("inf")
        while waiting and waiting[0][0] < until:
            yield heapq.heappop(waiting)


def frame(segment, ident, snaplen):
    at, (src, sport), (dst, dport), seq, ack, flags, length = segment
    clock = (at // 1000) % 2**32
    options = b"\1\1\x08\x0a" + struct.pack(">II", clock, clock if flags & ACK else 0)
    if flags & SYN:
        options = b"\2\4\5\xb4\4\2\x08\x0a" + struct.pack(">II", clock, clock if flags & ACK else 0) + b"\1\3\3\x07"
    tcp = struct.pack(">HHIIBBHHH", sport, dport, seq, ack if flags & ACK else 0, (20 + len(options)) << 2, flags, 64240, 0, 0)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(options) + length, ident & 0xFFFF, 0x4000, 64, 6, 0, src, dst)
    return (b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip + tcp + options)[:snaplen], 14 + 40 + len(options) + length


def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def write(path, frames, reported):
    """The frames that are not None. Returns how many were dropped."""
    kept = dropped = 0
    at = START_US
    with open(path, "wb") as to:
        if reported:
            to.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 96)))
        else:
            to.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 96, 1))
        for at, made in frames:
            if made is None:
                dropped += 1
                continue
            data, length = made
            kept += 1
            if reported:
                to.write(block(6, struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(data), length) + data))
            else:
                to.write(struct.pack("<IIII", at // 1_000_000, at % 1_000_000, len(data), length) + data)
        if reported:
            counts = option(4, struct.pack("<Q", kept + dropped)) + option(5, struct.pack("<Q", dropped)) + option(0, b"")
            to.write(block(5, struct.pack("<III", 0, at >> 32, at & 0xFFFFFFFF) + counts))
    return dropped


def drops(drop, burst, rand):
    """For each frame whether it is dropped, so many in a row."""
    while True:
        fate = rand.random() < drop / burst
        for _ in range(burst if fate else 1):
            yield fate


def lossy(path, n, drop, burst=1, seed=1, reported=False, one_sided=False, snaplen=96):
    """drop: the share, from 0 to 1. Returns how many frames were dropped."""
    lost = drops(drop, burst, random.Random(seed + 1))
    rand = random.Random(seed)
    segments = ((i, s) for i, s in enumerate(connections(n, rand)) if not one_sided or s[1][1] > 9000)
    return write(path, ((s[0], None if next(lost) else frame(s, i, snaplen)) for i, s in segments), reported)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--connections", type=int, default=30000)
    parser.add_argument("--drop", type=float, default=1.0, help="percent")
    parser.add_argument("--burst", type=int, default=1, help="frames that are dropped in a row")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reported", action="store_true")
    parser.add_argument("--one-sided", action="store_true", help="what clients sent, alone")
    parser.add_argument("--snaplen", type=int, default=96)
    a = parser.parse_args()
    print(lossy(a.file, a.connections, a.drop / 100, a.burst, a.seed, a.reported, a.one_sided, a.snaplen), "frames dropped")


if __name__ == "__main__":
    main()

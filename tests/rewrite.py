# SPDX-License-Identifier: GPL-2.0-or-later
"""Rewrites the TCP segments of a classic pcap file (Ethernet or Linux cooked; IPv4 or IPv6, no tunnels): shifted sequence
numbers, hosts exchanged. Checksums are left as they are: a wrong one tells no more than a right one."""
import struct

ETHERNET, COOKED, COOKED_V2 = 1, 113, 276
LINK_HEADER = {ETHERNET: 14, COOKED: 16, COOKED_V2: 20}
SYN, RST, ACK = 0x02, 0x04, 0x10


class Frame:
    """A captured frame with one TCP header in it; `tcp` is None where there is none (whole)."""

    def __init__(self, stamp, caplen_and_len, data, link):
        self.header, self.data = stamp + caplen_and_len, bytearray(data)
        self.ip, self.tcp = LINK_HEADER[link], None
        at = 0 if link == COOKED_V2 else self.ip - 2
        kind = self.short(at) if len(data) >= self.ip + 40 else 0
        if kind == 0x0800 and data[self.ip + 9] == 6:
            self.tcp, self.size, self.addresses = self.ip + 4 * (data[self.ip] & 15), 4, self.ip + 12
        elif kind == 0x86dd and data[self.ip + 6] == 6:
            self.tcp, self.size, self.addresses = self.ip + 40, 16, self.ip + 8

    def short(self, at):
        return struct.unpack_from("!H", self.data, at)[0]

    def ends(self):
        """Source and destination, each address and port."""
        found = []
        for i in range(2):
            at = self.addresses + i * self.size
            found.append((bytes(self.data[at:at + self.size]), self.short(self.tcp + 2 * i)))
        return tuple(found)

    def flags(self):
        return self.data[self.tcp + 13]

    def number(self, at, add):
        """The 32-bit number at that place, after adding."""
        value = (struct.unpack_from("!I", self.data, at)[0] + add) & 0xffffffff
        struct.pack_into("!I", self.data, at, value)
        return value

    def payload(self):
        """How many bytes of data it carries."""
        whole = self.short(self.ip + 2) if self.size == 4 else self.short(self.ip + 4) + 40
        return self.ip + whole - self.tcp - 4 * (self.data[self.tcp + 12] >> 4)

    def leave_sum_open(self):
        """As before the network interface has filled in the checksum: the sum of the pseudo-header alone."""
        size = self.payload() + 4 * (self.data[self.tcp + 12] >> 4)
        total = 6 + size + sum(self.short(at) for at in range(self.addresses, self.addresses + 2 * self.size, 2))
        while total >> 16:
            total = (total & 0xffff) + (total >> 16)
        struct.pack_into("!H", self.data, self.tcp + 16, total)

    def sack_edges(self):
        """Where the edges of its SACK blocks are."""
        at, end = self.tcp + 20, min(self.tcp + 4 * (self.data[self.tcp + 12] >> 4), len(self.data))
        while at + 1 < end and self.data[at] != 0:
            if self.data[at] == 1:
                at += 1
                continue
            if self.data[at] == 5:
                yield from range(at + 2, min(at + self.data[at + 1], end - 3), 4)
            at += max(self.data[at + 1], 2)


def read(path):
    with open(path, "rb") as f:
        data = f.read()
    link = struct.unpack_from("<I", data, 20)[0]
    frames, at = [], 24
    while at + 16 <= len(data):
        caplen = struct.unpack_from("<I", data, at + 8)[0]
        frames.append(Frame(data[at:at + 8], data[at + 8:at + 16], data[at + 16:at + 16 + caplen], link))
        at += 16 + caplen
    return data[:24], frames


def write(path, head, frames):
    with open(path, "wb") as f:
        f.write(head)
        for frame in frames:
            f.write(frame.header + frame.data)


def first_numbers(frames):
    """(source, destination) -> the first sequence number sent that way; a refusing RST's own number means nothing."""
    first = {}
    for frame in frames:
        if frame.tcp and not frame.flags() & RST:
            first.setdefault(frame.ends(), frame.number(frame.tcp + 4, 0))
    return first


def shift(frames, below_wrap):
    """Shifts each direction of each four-tuple so that its first number is 2^32 - below_wrap."""
    by = {ends: (-below_wrap - number) & 0xffffffff for ends, number in first_numbers(frames).items()}
    for frame in frames:
        if not frame.tcp:
            continue
        ends = frame.ends()
        back = by.get(ends[::-1], 0)
        flags = frame.flags()
        if not (flags & RST and frame.number(frame.tcp + 4, 0) == 0):
            frame.number(frame.tcp + 4, by.get(ends, 0))
        if flags & ACK and not (flags & RST and frame.number(frame.tcp + 8, 0) == 0):
            frame.number(frame.tcp + 8, back)
        for at in frame.sack_edges():
            frame.number(at, back)


def exchange_hosts(frames):
    """Gives each of two hosts the other's address; ports stay with their owners."""
    for frame in frames:
        if frame.tcp:
            a, b = frame.addresses, frame.addresses + frame.size
            frame.data[a:b], frame.data[b:b + frame.size] = frame.data[b:b + frame.size], frame.data[a:b]


def begin_at_zero(frames):
    """Sets the clock back, so that the first frame was captured at time 0. Stamps: seconds and nanoseconds, little-endian."""
    second, fraction = struct.unpack_from("<II", frames[0].header)
    for frame in frames:
        now, part = struct.unpack_from("<II", frame.header)
        spent = (now - second) * 10**9 + part - fraction
        frame.header = struct.pack("<II", *divmod(spent, 10**9)) + frame.header[8:]

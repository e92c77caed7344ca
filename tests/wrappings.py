# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of a short connection in each wrapping that analyzer/decode knows, and in some that are broken: for test_oracle.py."""
import os
import struct

A4, B4 = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
A6, B6, C6 = (bytes.fromhex("20010db8000000000000000000000" + n) for n in ("001", "002", "003"))
TCP, V4, V6, GRE, UDP, AH, FRAGMENT = 6, 4, 41, 47, 17, 51, 44
SYN, ACK, PSH, FIN = 2, 16, 8, 1


def tcp(sport, dport, seq, ack, flags, data=b"", options=b""):
    return struct.pack(">HHIIBBHHH", sport, dport, seq, ack, (5 + len(options) // 4) << 4, flags, 500, 0, 0) + options + data


def ip4(payload, src, dst, proto=TCP, ident=1, frag=0, length=None, options=b""):
    header = 20 + len(options)
    total = header + len(payload) if length is None else length
    return struct.pack(">BBHHHBBH", 0x40 | header // 4, 0, total, ident, frag, 64, proto, 0) + src + dst + options + payload


def ip6(payload, src, dst, proto=TCP, length=None):
    return struct.pack(">IHBB", 6 << 28, len(payload) if length is None else length, proto, 64) + src + dst + payload


def eth(kind, payload):
    return b"\2\0\0\0\0\2\2\0\0\0\0\1" + struct.pack(">H", kind) + payload


def kind_of(packet):
    return 0x86dd if packet[0] >> 4 == 6 else 0x800


def inner(packet):
    return V6 if packet[0] >> 4 == 6 else V4


def connection(port, v6=False, proto=None, around=None, **ip):
    """IP packets of a connection to the port: around puts something between IP and TCP, as the protocol proto."""
    steps = [(0, 100, 0, SYN, b"", b"\2\4\5\xb4\1\3\3\7"), (1, 300, 101, SYN | ACK, b"", b"\2\4\5\xb4"), (0, 101, 301, ACK, b"", b""),
             (0, 101, 301, PSH | ACK, b"x" * 40, b""), (1, 301, 141, FIN | ACK, b"", b""), (0, 141, 302, FIN | ACK, b"", b"")]
    for n, (back, seq, ack, flags, data, options) in enumerate(steps):
        ends = (port, 40000) if back else (40000, port)
        a, b = (A6, B6) if v6 else (A4, B4)
        src, dst = (b, a) if back else (a, b)
        body = tcp(*ends, seq, ack, flags, data, options)
        body = around(body) if around else body
        if v6:
            yield ip6(body, src, dst, TCP if proto is None else proto, **ip)
        else:
            yield ip4(body, src, dst, TCP if proto is None else proto, n + 1, **ip)


def gre(flags, kind, packet, words=0):
    return ip4(struct.pack(">HH", flags, kind) + b"\0\0\0\7" * words + packet, B4, A4, GRE)


def udp(packet, sport, dport, extra=0):
    return ip4(struct.pack(">HHHH", sport, dport, 8 + len(packet) + extra, 0) + packet, B4, A4, UDP)


def vxlan(packet, sport=50000, dport=4789, extra=0):
    return udp(b"\x08\0\0\0\0\0\1\0" + eth(kind_of(packet), packet), sport, dport, extra)


def fragments4(packet, cut, backwards=False, ident=77):
    head, body = packet[:20], packet[20:]
    src, dst = head[12:16], head[16:20]
    parts = [ip4(body[:cut], src, dst, TCP, ident, 0x2000), ip4(body[cut:], src, dst, TCP, ident, cut // 8)]
    return parts[::-1] if backwards else parts


def fragments6(packet, cut, ident=77):
    src, dst, body = packet[8:24], packet[24:40], packet[40:]
    return [ip6(struct.pack(">BBHI", TCP, 0, offset | more, ident) + part, src, dst, FRAGMENT)
            for part, offset, more in ((body[:cut], 0, 1), (body[cut:], cut, 0))]


def authentication(body):
    return struct.pack(">BBHII", TCP, 4, 0, 1, 1) + b"\0" * 12 + body


def ethernet_frames():
    ports = iter(range(6000, 7000))

    def wrap(function, **how):
        return [function(p) for p in connection(next(ports), **how)]

    def plain(packet):
        return eth(kind_of(packet), packet)

    def tags(*kinds):
        def tagged(packet):
            frame = struct.pack(">H", kind_of(packet)) + packet
            for kind in reversed(kinds):
                frame = struct.pack(">HH", kind, 5) + frame
            return eth(struct.unpack(">H", frame[:2])[0], frame[2:])
        return tagged

    def outer(function):
        return lambda packet: plain(function(packet))

    def pppoe(packet):
        body = (b"\0\x57" if packet[0] >> 4 == 6 else b"\0\x21") + packet
        return eth(0x8864, struct.pack(">BBHH", 0x11, 0, 1, len(body)) + body + b"\0" * 9)

    def snap(packet):
        body = b"\xaa\xaa\3\0\0\0" + struct.pack(">H", kind_of(packet)) + packet
        return eth(len(body), body + b"\0" * 7)

    yield from wrap(plain)
    yield from wrap(plain, v6=True)
    yield from wrap(lambda packet: plain(packet) + b"\0" * 11)  # padding
    for kinds in ((0x8100,), (0x88a8, 0x8100), (0x9100, 0x8100)):
        yield from wrap(tags(*kinds))
    yield from wrap(tags(0x8100), v6=True)
    yield from wrap(lambda packet: eth(0x8847, b"\0\1\0\x40\0\2\1\x40" + packet))
    yield from wrap(lambda packet: eth(0x8847, b"\0\2\1\x40" + packet), v6=True)
    yield from wrap(pppoe)
    yield from wrap(pppoe, v6=True)
    yield from wrap(snap)
    yield from wrap(plain, options=b"\1" * 4)
    yield from wrap(plain, around=authentication, proto=AH)
    yield from wrap(plain, around=authentication, proto=AH, v6=True)
    yield from wrap(outer(lambda p: ip4(p, B4, A4, inner(p))))
    yield from wrap(outer(lambda p: ip4(p, B4, A4, inner(p))), v6=True)
    yield from wrap(outer(lambda p: ip6(p, B6, C6, inner(p))))
    yield from wrap(outer(lambda p: ip6(p, B6, C6, inner(p))), v6=True)
    yield from wrap(outer(lambda p: gre(0, kind_of(p), p)))
    yield from wrap(outer(lambda p: gre(0xb000, kind_of(p), p, 3)), v6=True)
    yield from wrap(outer(lambda p: gre(0, 0x6558, plain(p))))
    yield from wrap(outer(lambda p: gre(0x3081, 0x880b, b"\xff\3\0\x21" + p, 3)))
    yield from wrap(outer(vxlan))
    yield from wrap(outer(vxlan), v6=True)
    yield from wrap(outer(lambda p: vxlan(p, 4789, 50000)))
    yield from wrap(outer(lambda p: vxlan(p, extra=50)))  # longer than there is
    yield from wrap(outer(lambda p: vxlan(p, extra=-30)))
    yield from wrap(plain, v6=True, proto=0, around=lambda b: bytes((60, 0)) + b"\1\4\0\0\0\0" + bytes((TCP, 0)) + b"\1\4\0\0\0\0" + b)
    for kind, left in ((0, 1), (0, 0), (2, 1), (4, 1), (4, 0)):
        yield from wrap(plain, v6=True, proto=43, around=lambda b, k=kind, n=left: bytes((TCP, 2, k, n)) + b"\0" * 4 + C6 + b)
    yield from wrap(plain, v6=True, proto=FRAGMENT, around=lambda b: struct.pack(">BBHI", TCP, 0, 0, 9) + b)  # of one piece
    yield from wrap(plain, length=0)  # left to the network card
    yield from wrap(plain, length=10)
    yield from wrap(plain, length=5000)
    yield from wrap(lambda p: plain(b"\x46" + p[1:]))  # a longer header than there is
    yield from wrap(lambda p: plain(b"\x44" + p[1:]))
    yield from wrap(lambda p: eth(0x86dd, p))  # the wrong version
    for backwards in (False, True):
        for n, packet in enumerate(connection(next(ports))):
            for part in fragments4(packet, 16, backwards, 1000 + n):
                yield plain(part)
    for n, packet in enumerate(connection(next(ports), v6=True)):
        for part in fragments6(packet, 24 if len(packet) > 70 else 16, 2000 + n):
            yield plain(part)
    for packet in connection(next(ports)):
        yield plain(fragments4(packet, 16, False, 3000)[0])  # the rest never comes
    for packet in connection(next(ports)):
        whole = ip4(packet, B4, A4, V4)  # a tunnel's packet in fragments
        head, tail = whole[:20 + 32], whole[20 + 32:]
        ident = struct.unpack(">H", packet[4:6])[0] + 4000
        yield plain(ip4(head[20:], B4, A4, V4, ident, 0x2000))
        yield plain(ip4(tail, B4, A4, V4, ident, 4))


def loopback(order):
    for n, family in enumerate((2, 24, 28, 30)):
        for packet in connection(6000 + n, v6=family != 2):
            yield struct.pack(order + "I", family) + packet


def cooked(packet):
    return struct.pack(">HHH8sH", 0, 1, 6, b"\0" * 8, kind_of(packet)) + packet


def cooked_2(packet):
    return struct.pack(">HHIHBB8s", kind_of(packet), 0, 1, 1, 0, 6, b"\0" * 8) + packet


def both(wrap):
    for n, v6 in enumerate((False, True)):
        for packet in connection(6000 + n, v6=v6):
            yield wrap(packet)


def links():
    """By name: the link type (https://www.tcpdump.org/linktypes.html), and frames."""
    return {"ethernet": (1, ethernet_frames()), "cooked": (113, both(cooked)), "cooked_2": (276, both(cooked_2)),
            "null": (0, loopback("<")), "null_other_order": (0, loopback(">")), "loop": (108, loopback(">")),
            "raw": (101, both(bytes)), "raw_ipv4": (228, connection(6000)), "raw_ipv6": (229, connection(6000, v6=True)),
            "ppp": (9, both(lambda p: (b"\xff\3\0\x57" if p[0] >> 4 == 6 else b"\xff\3\0\x21") + p))}


def write(path, link, frames, snap=65535):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, link))
        for n, frame in enumerate(frames):
            f.write(struct.pack("<IIII", 1700000000 + n // 100, n % 100 * 10000, min(snap, len(frame)), len(frame)) + frame[:snap])


def write_all(folder):
    """The files, in that folder."""
    for name, (link, frames) in links().items():
        write(os.path.join(folder, name + ".pcap"), link, frames)
    for snap in list(range(14, 80, 4)) + [100, 130]:
        write(os.path.join(folder, f"ethernet_snap_{snap}.pcap"), 1, ethernet_frames(), snap)
    return sorted(os.path.join(folder, name) for name in os.listdir(folder))

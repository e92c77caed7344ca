# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of what services and their clients do to each other, as classic pcap files: for test_screen.py."""
import struct

from wrappings import ACK, FIN, SYN, tcp

RST = 4
RAW_IP = 101


def address(text):
    return bytes(int(byte) for byte in text.split("."))


class Capture:
    """Segments by time; hosts are "10.9.0.2:7001"."""

    def __init__(self, start=1_700_000_000):
        self.start, self.frames, self.n = start, [], 0

    def segment(self, at, source, destination, flags, seq, ack=0, data=b""):
        (src, sport), (dst, dport) = (end.split(":") for end in (source, destination))
        packet = tcp(int(sport), int(dport), seq & 0xffffffff, ack & 0xffffffff, flags, data)
        self.n += 1
        header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(packet), self.n & 0xffff, 0, 64, 6, 0)
        self.frames.append((at, len(self.frames), header + address(src) + address(dst) + packet))

    def opened(self, at, client, server, iss=1000, irs=5000):
        """Open, and 10 bytes each way: the client is at iss + 11, the server at irs + 11."""
        self.segment(at, client, server, SYN, iss)
        self.segment(at + 0.001, server, client, SYN | ACK, irs, iss + 1)
        self.segment(at + 0.002, client, server, ACK, iss + 1, irs + 1)
        self.segment(at + 0.003, client, server, ACK, iss + 1, irs + 1, b"0123456789")
        self.segment(at + 0.004, server, client, ACK, irs + 1, iss + 11, b"0123456789")
        self.segment(at + 0.005, client, server, ACK, iss + 11, irs + 11)

    def closed(self, at, first, other, seq=1011, ack=5011, wait=0.001):
        """Both close; wait: how long the other one takes."""
        self.half_closed(at, first, other, seq, ack)
        self.segment(at + 0.001 + wait, other, first, FIN | ACK, ack, seq + 1)
        self.segment(at + 0.002 + wait, first, other, ACK, seq + 1, ack + 1)

    def half_closed(self, at, first, other, seq=1011, ack=5011):
        self.segment(at, first, other, FIN | ACK, seq, ack)
        self.segment(at + 0.001, other, first, ACK, ack, seq + 1)

    def refused(self, at, client, server, iss=1000):
        self.segment(at, client, server, SYN, iss)
        self.segment(at + 0.001, server, client, RST | ACK, 0, iss + 1)

    def write(self, path):
        with open(path, "wb") as f:
            f.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 65535, RAW_IP))
            for at, _, frame in sorted(self.frames):
                ns = round(at * 1e9)
                f.write(struct.pack("<IIII", self.start + ns // 10**9, ns % 10**9, len(frame), len(frame)) + frame)


def died():
    """A service with 30 connections is killed; 15 more are refused."""
    c = Capture()
    for i in range(30):
        c.opened(0.1 * i, f"10.9.0.1:{40000 + i}", "10.9.0.2:7001")
        c.segment(20 + 0.0005 * i, "10.9.0.2:7001", f"10.9.0.1:{40000 + i}", RST | ACK, 5011, 1011)
    for i in range(15):
        c.refused(21 + 5 * i, f"10.9.0.1:{41000 + i}", "10.9.0.2:7001")
    return c


def restarted(at=120):
    """The same, but it takes connections again."""
    c = died()
    c.opened(at, "10.9.0.1:50000", "10.9.0.2:7001")
    c.closed(at + 1, "10.9.0.1:50000", "10.9.0.2:7001")
    return c


def leaks():
    """A service leaks 20 sockets, and a client of another one 8; the others close in order."""
    c = Capture()
    for i in range(20):
        c.opened(0.5 * i, f"10.9.0.7:{40000 + i}", "10.9.0.2:8003")
        c.half_closed(0.5 * i + 0.1, f"10.9.0.7:{40000 + i}", "10.9.0.2:8003")
    for i in range(8):
        c.opened(2 + 0.5 * i, f"10.9.0.1:{41000 + i}", "10.9.0.3:80")
        c.half_closed(2 + 0.5 * i + 0.1, "10.9.0.3:80", f"10.9.0.1:{41000 + i}", 5011, 1011)
    healthy(100, c)
    return c


def healthy(n=300, c=None):
    c = c or Capture()
    for i in range(n):
        c.opened(0.2 * i, f"10.9.0.5:{20000 + i}", "10.9.0.9:80")
        c.closed(0.2 * i + 0.05, f"10.9.0.5:{20000 + i}", "10.9.0.9:80", wait=0.014)
    return c


def flood(n=400):
    """SYNs from everywhere, an eighth of which is answered; a true client in between."""
    c = Capture()
    for i in range(n):
        client = f"10.{i // 200}.{i % 200}.7:{1024 + i}"
        c.segment(0.01 * i, client, "10.9.0.2:443", SYN, 1000 + i)
        for wait in (0.001, 1, 3) if i % 8 == 0 else ():
            c.segment(0.01 * i + wait, "10.9.0.2:443", client, SYN | ACK, 5000, 1001 + i)
    c.opened(2, "10.9.0.1:40000", "10.9.0.2:443")
    c.closed(6, "10.9.0.1:40000", "10.9.0.2:443")
    c.opened(20, "10.9.0.1:40001", "10.9.0.9:80")
    return c


def full():
    """A service that resets and refuses much, and takes a connection in between: it is there."""
    return restarted(at=50)


def resets_now_and_then():
    c = Capture()
    for i in range(30):
        c.opened(10 * i, f"10.9.0.1:{40000 + i}", "10.9.0.2:7001")
        c.segment(10 * i + 3, "10.9.0.2:7001", f"10.9.0.1:{40000 + i}", RST | ACK, 5011, 1011)
    for i in range(15):
        c.refused(310 + i, f"10.9.0.1:{41000 + i}", "10.9.0.2:7001")
    return c


def idle_timeout(idle=(400, 400.2, 399.9), services=1):
    """A device resets connections of a service that have been idle; one that is idle is closed in order."""
    c = Capture()
    for i, wait in enumerate(idle):
        service = f"10.9.0.{2 + i % services}:7001"
        c.opened(30 * i, f"10.9.0.1:{40000 + i}", service)
        c.segment(30 * i + 0.005 + wait, service, f"10.9.0.1:{40000 + i}", RST | ACK, 5011, 1011)
    c.opened(5, "10.9.0.1:50000", "10.9.0.2:7001")
    c.closed(300, "10.9.0.1:50000", "10.9.0.2:7001")
    return c


def idle_timeouts_of_several():
    return idle_timeout((400, 400.2, 399.9, 300), 2)


def idle_for_any_time():
    return idle_timeout((400, 300, 500))


def late_closes(n=5):
    """A service closes half a minute after its clients."""
    c = Capture()
    for i in range(n):
        c.opened(0.5 * i, f"10.9.0.7:{40000 + i}", "10.9.0.2:8003")
        c.closed(0.5 * i + 0.1, f"10.9.0.7:{40000 + i}", "10.9.0.2:8003", wait=30)
    return c


def fins_not_acknowledged(n=5):
    """FINs that may never have arrived."""
    c = Capture()
    for i in range(n):
        c.opened(0.5 * i, f"10.9.0.7:{40000 + i}", "10.9.0.2:8003")
        c.segment(0.5 * i + 0.1, f"10.9.0.7:{40000 + i}", "10.9.0.2:8003", FIN | ACK, 1011, 5011)
    return healthy(300, c)


def unanswered(n=20):
    """SYNs, four each, that nothing answers; too few for a flood."""
    c = Capture()
    for i in range(n):
        for wait in (0, 1, 3, 7):
            c.segment(0.5 * i + wait, f"10.9.0.4:{40000 + i}", "10.9.0.8:443", SYN, 1000 + i)
    return c


def scan(n=300):
    """One host asks for a port of many."""
    c = Capture()
    for i in range(n):
        c.refused(0.1 * i, f"10.9.0.1:{40000 + i}", f"10.9.{1 + i // 200}.{i % 200}:23")
    return c


def everything():
    """More than fits a screen, and of the warnings the effect first."""
    c = unanswered()
    for i in range(4):
        c.opened(0.5 * i, f"10.9.0.7:{40000 + i}", "10.9.0.2:8003")
        c.half_closed(0.5 * i + 0.1, f"10.9.0.7:{40000 + i}", "10.9.0.2:8003")
    for i in range(6):
        client, server = f"10.9.0.{20 + i}:40000", f"10.9.0.{40 + i}:{100 + i}"
        c.opened(20 + i, client, server)
        c.segment(21 + i, server, client, RST | ACK, 5011, 1011)
        c.refused(30 + i, f"10.9.0.{20 + i}:40001", f"10.9.0.{60 + i}:80")
    for i in range(5):  # both close at once
        client, server = f"10.9.0.{80 + i}:40000", f"10.9.0.{100 + i}:80"
        c.opened(40 + i, client, server)
        for end, other, seq, ack in ((client, server, 1011, 5011), (server, client, 5011, 1011)):
            c.segment(41 + i, end, other, FIN | ACK, seq, ack)
            c.segment(41.02 + i, end, other, ACK, seq + 1, ack + 1)
    for i in range(2):  # the last FIN, again and again
        client, server = f"10.9.0.120:{40000 + i}", "10.9.0.121:80"
        c.opened(50 + i, client, server)
        c.half_closed(51 + i, client, server)
        for wait in (0, 0.3, 0.9, 2, 5, 12):
            c.segment(51.5 + i + wait, server, client, FIN | ACK, 5011, 1012)
    for i in range(2):  # nothing comes back, nor to its repeats
        client, server = f"10.9.0.130:{40000 + i}", "10.9.0.131:80"
        c.opened(50 + i, client, server)
        for wait in (0, 0.3, 0.9, 2, 5, 12, 26):
            c.segment(51 + i + wait, client, server, ACK, 1011, 5011, b"0123456789")
    for i in range(2):  # half-open
        client, server = f"10.9.0.140:{40000 + i}", "10.9.0.141:80"
        c.opened(50 + i, client, server)
        c.segment(70 + i, client, server, ACK, 1011, 5011, b"0123456789")
        c.segment(70.01 + i, server, client, RST, 5011)
    return c


def two_days():
    c = healthy(3)
    c.refused(86400, "10.9.0.1:41000", "10.9.0.2:7001")
    return c


def fast(n=2000):
    c = Capture()
    for i in range(n):
        c.opened(0.0005 * i, f"10.9.0.5:{20000 + i}", "10.9.0.9:80")
    return c


def piles_of_hosts(hosts=6, n=25):
    """Clients of one service that close first."""
    c = Capture()
    for host in range(hosts):
        for i in range(n):
            c.opened(3 * host + 0.1 * i, f"10.9.0.{20 + host}:{40000 + i}", "10.9.0.9:80")
            c.closed(3 * host + 0.1 * i + 0.05, f"10.9.0.{20 + host}:{40000 + i}", "10.9.0.9:80")
    return c

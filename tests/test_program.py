#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The program tcpstate: options, messages, exit statuses; pipes, files that are cut, output that cannot be written."""
import errno
import gzip
import json
import os
import pty
import re
import struct
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree as ET

import lossy
from common import CAPTURES, PROGRAM, reports, tshark

GOOD = os.path.join(CAPTURES, "client_closes_first.pcap")
LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
CLOSED = os.path.join(CAPTURES, "server_closes_first.pcap")
FLOOD = os.path.join(CAPTURES, "syn_flood.pcap")


def run(*args, **more):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=60, check=False, **more)


def with_statistics(source, target, end_after):
    """A pcap file as pcapng, whose interface statistics say that the capture ended so many seconds after its last packet. The last one's time,
    since the first."""
    with open(source, "rb") as f:
        data = f.read()
    per_second = 10**9 if struct.unpack_from("<I", data)[0] == 0xA1B23C4D else 10**6
    out = lossy.block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += lossy.block(1, struct.pack("<HHI", struct.unpack_from("<I", data, 20)[0], 0, 0) + lossy.option(9, b"\x09") + bytes(4))
    at, times = 24, []
    while at + 16 <= len(data):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", data, at)
        times.append(seconds * 10**9 + fraction * (10**9 // per_second))
        body = struct.pack("<IIIII", 0, times[-1] >> 32, times[-1] & 0xffffffff, captured, length)
        out += lossy.block(6, body + data[at + 16:at + 16 + captured] + bytes(-captured % 4))
        at += 16 + captured
    end = times[-1] + end_after * 10**9
    stamp = struct.pack("<II", end >> 32, end & 0xffffffff)
    out += lossy.block(5, struct.pack("<I", 0) + stamp + lossy.option(3, stamp) + bytes(4))
    with open(target, "wb") as f:
        f.write(out)
    return (times[-1] - times[0]) / 1e9


class Program(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, data, name="input.pcap"):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def refused(self, *args, says):
        p = run(*args)
        self.assertEqual((p.returncode, p.stdout), (2, ""), p.stderr)
        self.assertEqual(len(p.stderr.splitlines()), 1, p.stderr)
        self.assertRegex(p.stderr, "^tcpstate: ")
        self.assertRegex(p.stderr, says)


def read(name):
    with open(name, "rb") as f:
        return f.read()


class Options(Program):
    def test_wrong_ones_get_a_line_that_says_what_is_allowed(self):
        self.refused(says="no capture is named")
        self.refused("--nonsense", GOOD, says="unknown option --nonsense")
        self.refused("--report", says="--report needs an argument")
        self.refused("--report", "nonsense", GOOD, says=", ".join(reports()))
        self.refused("--report", "ladder,x", GOOD, says='"x"')
        self.refused("--report", "ladder,99", GOOD, says="there is no connection 99")
        self.refused("--report", "ss,1x", GOOD, says="ss,TIME")
        self.refused("--report", "connections,tcp", GOOD, says='"tcp"')
        self.refused("--svg", "--report", "ss", GOOD, says="svg,ladder")
        self.refused("--svg", "--report", "why", GOOD, says="svg,ladder")
        self.refused("--report", "why,x", GOOD, says='"x"')
        self.refused("--why", "--report", "ss", GOOD, says="--report ladder or ladder,N")
        self.refused("--why", "--svg", GOOD, says="svg,ladder")
        self.refused("--why", "--fail-on", "reset", GOOD, says="of other reports, those with --json")
        self.refused("--svg", "--fail-on", "reset", GOOD, says="of other reports, those with --json")
        self.refused("--report", "ss", "--fail-on", "reset", GOOD, says="of other reports, those with --json")
        self.refused("--junit", "--json", GOOD, says="goes with --fail-on alone")
        self.refused("--time-zone", "Europe/Nowhere", GOOD, says="no time zone")
        self.refused("--time-zone", "", GOOD, says="no time zone")
        self.refused("-o", "tcpstate.time_zone:" + "x" * 100, GOOD, says="no time zone")
        self.refused("--dot", GOOD, CLOSED, says="one capture at a time")
        self.refused("--fail-on", "nonsense", GOOD, says="ids are: .*close_wait_lingering")
        self.refused("--fail-on", "", GOOD, says="close_wait_lingering,missing_final_ack")
        self.refused("--fail-on", "reset,", GOOD, says="a severity .chat, note, warn, error.")
        self.refused("-o", "tcpstate.nonsense:1", GOOD, says="names are: .*two_msl")
        self.refused("-o", "tcpstate.two_msl:x", GOOD, says="must be a number")
        self.refused("-o", "tcp.desegment_tcp_streams:TRUE", GOOD, says="tcpstate.NAME:VALUE")

    def test_help_and_version(self):
        p = run("--help")
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        for word in ("--report", "--json", "--fail-on", "--join", "two_msl", "Exit status", "ladder,N", "ss,TIME"):
            self.assertIn(word, p.stdout)
        self.assertLessEqual(max(map(len, p.stdout.splitlines())), 80)
        self.assertRegex(run("--version").stdout, r"^tcpstate \d+\.\d+\.\d+, .*Wireshark \d+\.\d+\n$")

    def test_same_text_as_tshark(self):
        for report in ("summary", "connections", "ss", "ss,0.05", "endpoints", "ladder", "ladder,1", "why", "why,1", "diagram", "diagram,1"):
            said = tshark("-q", "-r", LINGERING, "-z", f"tcpstate,{report}").stdout
            self.assertEqual(run("--report", report, LINGERING).stdout, without_streams(said) if report == "connections" else said)
        self.assertEqual(run("--svg", GOOD).stdout, tshark("-q", "-r", GOOD, "-z", "tcpstate,svg,ladder").stdout)
        self.assertEqual(run(GOOD).stdout, tshark("-q", "-r", GOOD, "-z", "tcpstate").stdout)

    def test_why_is_for_ladders(self):
        for options, report in ((["--report", "ladder"], "why"), (["--report", "ladder,1"], "why,1"), (["--report=why,1"], "why,1"),
                                ([], "why")):
            self.assertEqual(run("--why", *options, LINGERING).stdout, run("--report", report, LINGERING).stdout)
        self.assertEqual(run("--why", "--json", LINGERING).stdout, run("--json", "--report", "ladder", LINGERING).stdout)

    def test_preferences(self):
        usual, short = (run("--report", "ss", "-o", f"tcpstate.two_msl:{s}", os.path.join(CAPTURES, "random_loss.pcap")).stdout
                        for s in (60, 1))
        self.assertLess(short.count("TIME-WAIT"), usual.count("TIME-WAIT"))
        self.assertIn("201 of 100 ", run("--report", "endpoints", "-o", "tcpstate.backlog:100", FLOOD).stdout)
        row = json.loads(run("--json", "-o", "tcpstate.capture:a b", "-o", "tcpstate.host:h", GOOD).stdout.splitlines()[0])
        self.assertEqual((row["capture"], row["host"]), ("a b", "h"))

    def test_fail_on(self):
        for args, status in ((["close_wait_lingering", LINGERING], 1), (["missing_final_ack,close_wait_lingering", CLOSED, LINGERING], 1),
                             (["missing_final_ack", CLOSED], 3), (["connection_refused", CLOSED], 0),
                             (["close_wait_lingering", "none.pcap", LINGERING], 2)):
            p = run("--fail-on", *args)
            self.assertEqual(p.returncode, status, (args, p.stderr))
            self.assertEqual(f"{LINGERING}: close_wait_lingering: 10.77.1.2:5000 has been" in p.stdout, LINGERING in args)

    def test_fail_on_severity(self):
        for what, status in (("warn", 1), ("note,error", 1), ("error", 0), ("error,close_wait_lingering", 1)):
            p = run("--fail-on", what, LINGERING)
            self.assertEqual((p.returncode, p.stderr), (status, ""), what)
            self.assertEqual("close_wait_lingering" in p.stdout, status == 1, what)

    def test_fail_on_with_json_prints_the_report(self):
        for more in ((), ("--report", "connections")):
            p = run("--json", "--fail-on", "close_wait_lingering", *more, LINGERING)
            self.assertEqual((p.returncode, p.stdout), (1, run("--json", *more, LINGERING).stdout))
        self.assertEqual(run("--json", "--fail-on", "reset", LINGERING).returncode, 0)

    def test_fail_on_where_the_capture_cannot_tell(self):
        p = run("--fail-on", "close_wait_lingering", GOOD)  # less than a second
        self.assertEqual(p.returncode, 3)
        self.assertRegex(p.stderr, r"cannot show: close_wait_lingering \(needs more than 10.0 s\)\n$")
        self.assertEqual(run("--fail-on", "handshake_incomplete", "-o", "tcpstate.handshake:0", GOOD).returncode, 0)
        p = run("--fail-on", "warn", GOOD)  # that is said, and other findings could be made
        self.assertEqual(p.returncode, 0)
        self.assertIn("cannot show: ", p.stderr)
        self.assertEqual(run("--fail-on", "close_wait_lingering", GOOD, LINGERING).returncode, 1)
        self.assertEqual(run("--fail-on", "close_wait_lingering", GOOD, "none.pcap").returncode, 2)
        p = run("--report", "ss,99999", GOOD)
        self.assertEqual((p.returncode, p.stdout), (3, ""))
        self.assertRegex(p.stderr, r"client_closes_first\.pcap is from 2026-11-22 \d\d:\d\d:\d\d\.\d{3} \(0\.000000 s\) to .* UTC; it does not tell "
                                   r"the sockets at 2026-11-23 .* \(99999\.000000 s\)\.\n$")

    def test_junit(self):
        none = os.path.join(self.folder, "a<b&.pcap")
        p = run("--junit", "--fail-on", "warn,not_closed", LINGERING, GOOD, none)
        self.assertEqual(p.returncode, 2)
        suites = {s.get("name"): s for s in ET.fromstring(p.stdout)}
        self.assertEqual(list(suites), [LINGERING, GOOD, none])
        for name, suite in suites.items():
            cases = {case.get("name"): [c.tag for c in case] for case in suite}
            self.assertEqual(len(cases), int(suite.get("tests")))
            for tag, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
                self.assertEqual(sum(tag in c for c in cases.values()), int(suite.get(count)), (name, tag))
            self.assertEqual(cases["capture"], ["error"] if name == none else [])
            self.assertNotIn("mid_stream", cases)
        failure = suites[LINGERING].find("testcase[@name='close_wait_lingering']/failure")
        self.assertEqual(failure.get("type"), "warn")
        self.assertIn("10.77.1.2:5000 has been in CLOSE_WAIT for 15.1 s", failure.text)
        self.assertIsNotNone(suites[GOOD].find("testcase[@name='close_wait_lingering']/skipped"))
        self.assertEqual([run("--junit", path).returncode for path in (LINGERING, CLOSED)], [1, 0])

    def test_time_zone(self):
        def first(*options, **env):
            return run(*options, LINGERING, **env).stdout.splitlines()[0]
        self.assertIn(" 07:37:39.394 to 07:37:54.578 UTC ", first("--utc"))
        self.assertIn(" 13:07:39.394 to 13:07:54.578 UTC+05:30 ", first("--time-zone", "+05:30"))
        self.assertEqual(first("-o", "tcpstate.time_zone:+05:30"), first("--time-zone", "+05:30"))
        self.assertIn(" 03:07:39.394 to 03:07:54.578 UTC-04:30 ", first(env={**os.environ, "TZ": "-04:30"}))
        sockets = [run("--report", f"ss,{time}", *zone, LINGERING).stdout for time, *zone in
                   (("2026-11-22T07:37:41Z",), ("2026-11-22T13:07:41", "--time-zone", "+05:30"), ("2026-11-22T07:37:41", "--utc"))]
        self.assertIn("CLOSE-WAIT", sockets[0])
        self.assertEqual(sockets, sockets[:1] * 3)

    def test_several_files(self):
        p = run("--report", "connections", LINGERING, CLOSED)
        self.assertEqual(re.findall("^== (.*)$", p.stdout, re.M), [LINGERING, CLOSED])
        p = run("--json", "--report", "connections", LINGERING, CLOSED)
        self.assertEqual([json.loads(line)["capture"] for line in p.stdout.splitlines()], [LINGERING, LINGERING, CLOSED])


def without_streams(text):
    """Without Wireshark's own number in the rows of connections, which the program does not know."""
    return re.sub(r"^(\d+ +)\d(?= )", r"\1-", text, flags=re.M)


class Files(Program):
    def test_no_capture(self):
        self.refused(os.path.join(self.folder, "none.pcap"), says="none.pcap: No such file")
        self.refused(self.folder, says="directory")
        self.refused(self.file(b"this is no capture\n" * 20), says="isn't a capture file")

    def test_no_frames_and_no_tcp(self):
        header = read(GOOD)[:24]
        frame = b"\0" * 8 + b"\x3c\0\0\0" * 2 + b"\xff" * 6 + b"\x02" * 6 + b"\x08\x06" + b"\0" * 46
        for data in (header, header + frame):
            p = run(self.file(data))
            self.assertEqual((p.returncode, p.stderr, p.stdout), (0, "", "No TCP segments.\n"))
            p = run("--fail-on", "warn", self.file(data))
            self.assertEqual((p.returncode, p.stdout), (3, ""))
            self.assertIn("there are no TCP segments in it", p.stderr)
            p = run("--junit", self.file(data))
            self.assertEqual(p.returncode, 3)
            self.assertIsNotNone(ET.fromstring(p.stdout).find("testsuite/testcase[@name='capture']/error"))

    def test_cut_in_a_frame(self):
        whole = run("--report", "ladder", GOOD).stdout.splitlines()
        p = run("--report", "ladder", self.file(read(GOOD)[:-40]))
        self.assertEqual(p.returncode, 2)
        self.assertRegex(p.stderr, r"^tcpstate: \S+input.pcap: the file is cut short .* after frame \d+; what comes before is reported\n$")
        self.assertEqual(p.stdout.splitlines()[:6], whole[:6])
        self.assertEqual(run("--fail-on", "close_wait_lingering", self.file(read(LINGERING)[:-3])).returncode, 2)

    def test_compressed(self):
        self.assertEqual(run(self.file(gzip.compress(read(GOOD)), "x.pcap.gz")).stdout, run(GOOD).stdout)

    def test_link_type_that_is_not_known(self):
        path = os.path.join(CAPTURES, "encapsulations", "amsdu.pcap")
        p = run("--json", "--report", "connections", path)
        self.assertEqual((p.returncode, p.stdout), (2, ""))
        self.assertRegex(p.stderr, r"1 frame is of a link type .*802\.11.*: tshark -q -r \S+amsdu.pcap -z tcpstate,json,connections\n$")

    def test_join_takes_files_as_one_capture(self):
        parts = [os.path.join(self.folder, name) for name in ("1.pcapng", "2.pcapng")]
        for part, frames in zip(parts, ("1-12", "13-99")):
            subprocess.run(["editcap", "-r", LINGERING, part, frames], check=True)
        for report in ("summary", "connections", "ladder"):
            self.assertEqual(run("--join", "--report", report, *parts).stdout, run("--report", report, LINGERING).stdout)
        self.assertEqual(run("--join", "--fail-on", "close_wait_lingering", *parts).returncode, 1)
        self.assertEqual(run("--join", "--fail-on", "close_wait_lingering", parts[0], "none").returncode, 2)

    def test_join_goes_by_the_first_packets_times(self):
        """tcpdump -C makes x.pcap, x.pcap1, ... x.pcap10: a shell puts x.pcap10 before x.pcap2."""
        capture = os.path.join(CAPTURES, "random_loss.pcap")
        parts = [os.path.join(self.folder, f"x.pcap{i or ''}") for i in range(12)]
        for i, part in enumerate(parts):
            subprocess.run(["editcap", "-F", "nsecpcap", "-r", capture, part, f"{200 * i + 1}-{200 * i + 200}"], check=True)
        for report in ("summary", "connections"):
            self.assertEqual(run("--join", "--report", report, *sorted(parts)).stdout, run("--report", report, capture).stdout)
        self.assertNotIn("ring buffer", run("--join", *reversed(parts)).stdout)

    def test_files_that_overlap_are_no_ring(self):
        files = [os.path.join(CAPTURES, "both_ends", f"random_loss.{end}.pcap") for end in ("client", "server")]
        for args in (["--join", *files], ["--client", files[0], "--client", files[1], "--server", files[1]]):
            p = run(*args)
            self.assertEqual((p.returncode, p.stdout), (2, ""))
            self.assertRegex(p.stderr, r"it begins 16\.\d{3} s before the files before it end: .* --client, --server and --point")

    def test_the_end_is_where_the_file_says(self):
        """A TIME_WAIT at the last packet, and the quiet time behind it."""
        target = os.path.join(self.folder, "x.pcapng")
        last = with_statistics(os.path.join(CAPTURES, "fin_lost.pcap"), target, 30)
        usual = run("--report", "ss", os.path.join(CAPTURES, "fin_lost.pcap")).stdout
        self.assertIn(f"{last + 30:.6f} s after the start", run("--report", "ss", target).stdout)
        self.assertNotEqual(run("--report", "ss", target).stdout, usual)
        self.assertEqual(run("--report", f"ss,{last + 29:.3f}", target).returncode, 0)
        self.assertEqual(run("--report", f"ss,{last + 31:.3f}", target).returncode, 3)
        summary = json.loads(run("--json", target).stdout.splitlines()[0])
        self.assertAlmostEqual(summary["duration"], last + 30, places=3)
        for odd in (-5, 10**8):  # before the last packet; a writer's mistake
            with_statistics(os.path.join(CAPTURES, "fin_lost.pcap"), target, odd)
            summary = json.loads(run("--json", target).stdout.splitlines()[0])
            self.assertAlmostEqual(summary["duration"], last, places=3)


def packets(data):
    """The records of a pcap file: seconds, fraction, bytes."""
    at, found = 24, []
    while at < len(data):
        seconds, fraction, n, _ = struct.unpack_from("<IIII", data, at)
        found.append((seconds, fraction, data[at + 16:at + 16 + n]))
        at += 16 + n
    return found


def pcap(records, order="<", magic=0xa1b2c3d4, version=(2, 4), link=1):
    """Each record is (seconds, fraction, bytes, how much of it is said to be captured or None)."""
    data = struct.pack(order + "IHHiIII", magic, *version, 0, 0, 65535, link)
    for seconds, fraction, frame, said in records:
        n = len(frame) if said is None else said
        data += struct.pack(order + "IIII", seconds, fraction, n, max(n, len(frame))) + frame
    return data


class PlainFiles(Program):
    """What the program reads itself is what libwiretap, which reads what is compressed, makes of it."""
    def setUp(self):
        super().setUp()
        self.records = [(s, f // 1000, frame, None) for s, f, frame in packets(read(GOOD))]  # it has nanoseconds
        self.assertGreater(len(self.records), 5)

    def read_alike(self, data, what):
        plain, compressed = self.file(data), self.file(gzip.compress(data, 1), "input.pcap.gz")
        results = []
        for report in ("ladder", "connections"):
            p, q = (run("--json", "--report", report, "-o", "tcpstate.capture:x", path) for path in (plain, compressed))
            self.assertEqual((p.returncode, p.stdout, p.stderr), (q.returncode, q.stdout, q.stderr.replace(".gz", "")), what)
            results.append((p.returncode, p.stdout))
        return results

    def test_byte_orders_and_units_of_time(self):
        expected = self.read_alike(pcap(self.records), "plain")
        self.assertEqual(expected[0][0], 0)
        self.assertIn('"LAST_ACK"', expected[0][1])
        self.assertEqual(self.read_alike(pcap(self.records, ">"), "swapped"), expected)
        finer = [(s, f * 1000, frame, n) for s, f, frame, n in self.records]
        for order in "<>":
            self.assertEqual(self.read_alike(pcap(finer, order, 0xa1b23c4d), "nanoseconds"), expected)

    def test_old_and_odd_headers(self):
        for version in ((2, 3), (2, 2), (2, 5), (1, 0)):
            self.read_alike(pcap(self.records, version=version), version)
        for link in (0, 12, 101, 113, 147, 0x14000001, 0x10000):
            self.read_alike(pcap(self.records, link=link), link)
        self.read_alike(pcap(self.records, magic=0xa1b2cd34), "another variant")

    def test_doubtful_records(self):
        for at in (0, 3, len(self.records) - 1):
            seconds, fraction, frame, _ = self.records[at]
            for odd in ((seconds, 10 ** 6), (seconds, 4 * 10 ** 9), (2 ** 31, fraction), (2 ** 32 - 1, fraction)):
                self.read_alike(pcap(self.records[:at] + [(*odd, frame, None)] + self.records[at + 1:]), (odd, at))
        for said in (262144, 262145, 0xffffffff):
            self.read_alike(pcap([*self.records[:4], (*self.records[4][:3], said)]), said)
        longest = (*self.records[3][:2], self.records[3][2].ljust(262144, b"x"), None)
        segments = self.read_alike(pcap(self.records), "plain")[0][1].count("\n")
        for times in (1, 3):
            status, out = self.read_alike(pcap(self.records[:3] + [longest] * times + self.records[4:]), times)[0]
            self.assertEqual((status, out.count("\n")), (0, segments - 1 + times))

    def test_cut_anywhere(self):
        whole = pcap(self.records)
        for n in (*range(20, 64), *range(len(whole) - 40, len(whole))):
            self.read_alike(whole[:n], n)


class Pipes(Program):
    def test_from_a_pipe(self):
        for capture in (GOOD, LINGERING):
            with open(capture, "rb") as f:
                p = run("-", stdin=f)
            piped = subprocess.run([PROGRAM, "-"], input=read(capture), capture_output=True, timeout=60, check=False)
            self.assertEqual((p.returncode, p.stderr), (0, ""))
            self.assertEqual((p.stdout, piped.stdout.decode()), (run(capture).stdout,) * 2)

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full")
    def test_full_disk(self):
        for args in (["--json", "--report", "connections", GOOD], [GOOD], ["--help"]):
            with open("/dev/full", "wb") as full:
                p = subprocess.run([PROGRAM, *args], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
            self.assertEqual((p.returncode, p.stderr), (2, "tcpstate: cannot write the report: No space left on device\n"))


def blocked_in_read(pid):
    """How often of three times, a little apart, the process sleeps: it waits for more input then."""
    times = 0
    for _ in range(3):
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            times += f.read().rsplit(")", 1)[1].split()[0] == "S"
        time.sleep(0.02)
    return times


def wait_until_blocked(pid):
    deadline = time.monotonic() + 20
    while blocked_in_read(pid) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)


def all_of_terminal(screen):
    """What was written to it: it may come in pieces, and after the last one there is an error when nobody has it open."""
    said = b""
    try:
        while piece := os.read(screen, 1000):
            said += piece
    except OSError as e:
        if e.errno != errno.EIO:
            raise
    return said


def many_connections(test):
    """More of a report than a pipe holds."""
    data = bytearray(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    for n in range(2000):
        packet = struct.pack(">BBHHHBBH4s4sHHIIBBHHH", 0x45, 0, 40, n, 0, 64, 6, 0, bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2)),
                             1024 + n, 80, n, 0, 0x50, 2, 100, 0, 0)
        data += struct.pack("<IIII", n, 0, 40, 40) + packet
    return test.file(bytes(data), "many.pcap")


class Terminal(Program):
    def test_progress_is_for_terminals_alone(self):
        capture, (screen, terminal) = many_connections(self), pty.openpty()
        with subprocess.Popen([PROGRAM, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=terminal) as p:
            wait_until_blocked(p.pid)
            time.sleep(1.2)  # it begins to tell after a second
            p.stdin.write(read(capture))
            p.stdin.close()
            p.stdout.read()
        os.close(terminal)
        self.assertRegex(all_of_terminal(screen), rb"^\r1024 frames read\r\x1b\[K$")
        os.close(screen)
        self.assertEqual(run(capture).stderr, "")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults: captures cut off anywhere, output that cannot be written, readers that go away, signals. What was analysed is reported, or
an error says that it was not; and nothing that is not whole looks whole."""
import fcntl
import json
import os
import resource
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from common import CAPTURES, CUT_SHORT, PROGRAM, ROOT, TSHARK, captures

SCRIPT = os.path.join(ROOT, "scripts", "tcpstate")
LONG = os.path.join(CAPTURES, "random_loss.pcap")
SMALL = ("fin_with_data", "client_closes_first", "connection_refused")
PROGRAM_ERROR, INTERRUPTED = 2, 130
PATIENCE = 120
FILE_HEADER, RECORD_HEADER = 24, 16
JSON_LADDER = {"program": [PROGRAM, "--json", "--report", "ladder", LONG],
               "script": [SCRIPT, "--json", "--report", "ladder", LONG],
               "tshark": [TSHARK, "-q", "-r", LONG, "-z", "tcpstate,json,ladder"]}


def capture(name):
    with open(os.path.join(CAPTURES, name + ".pcap"), "rb") as f:
        return f.read()


def ends_of_records(data):
    """Where the file header and each record end."""
    ends = [FILE_HEADER]
    while ends[-1] < len(data):
        ends.append(ends[-1] + RECORD_HEADER + struct.unpack_from("<I", data, ends[-1] + 8)[0])
    return ends


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, **more)


def whole_lines(text):
    """The rows of the lines that are complete; a rest that is not must be no JSON document."""
    *lines, rest = text.split("\n")
    if rest:
        try:
            json.loads(rest)
        except ValueError:
            rest = ""
    if rest:
        raise AssertionError("a document without its end of line: " + rest)
    return [json.loads(line) for line in lines]


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(folder.name, 0o755)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(data)
        return path


class CutOff(Folder):
    def everywhere(self, name):
        """What the program prints of the capture cut at every byte: rows and complaints by the number of bytes."""
        data = capture(name)
        paths = [self.write(f"{n}.pcap", data[:n]) for n in range(len(data) + 1)]
        p = run([PROGRAM, "--json", "--report", "ladder", *paths])
        self.assertEqual(p.returncode, PROGRAM_ERROR)
        rows, said = {}, {}
        for row in whole_lines(p.stdout):
            rows.setdefault(row.pop("capture"), []).append(row)
        for line in p.stderr.splitlines():
            said.setdefault(line.removeprefix("tcpstate: ").split(": ")[0], []).append(line)
        return [(rows.get(path, []), said.get(path, [])) for path in paths]

    def test_at_every_byte(self):
        for name in SMALL:
            ends = ends_of_records(capture(name))
            shown = self.everywhere(name)
            whole, none = shown[-1]
            self.assertEqual(none, [])
            self.assertGreater(len(whole), 2)
            for n, (rows, said) in enumerate(shown):
                with self.subTest(capture=name, bytes=n):
                    complete = sum(end <= n for end in ends[1:])
                    self.assertEqual(rows, [row for row in whole if row["frame"] <= complete])
                    self.assertEqual(len(said), 0 if n in (0, *ends) else 1, said)  # an empty file is an empty capture

    def test_of_tshark_at_some(self):
        data = capture(SMALL[0])
        ends = ends_of_records(data)
        for n in (FILE_HEADER + 1, ends[2] - 1, ends[2], ends[3] + RECORD_HEADER, ends[4] + 40, len(data) - 1):
            with self.subTest(bytes=n):
                p = run([TSHARK, "-q", "-r", self.write("cut.pcap", data[:n]), "-z", "tcpstate,json,ladder"])
                self.assertIn(p.returncode, (0,) if n in ends else CUT_SHORT)
                self.assertEqual(max((row["frame"] for row in whole_lines(p.stdout)), default=0), sum(end <= n for end in ends[1:]))
                self.assertEqual("cut short" in p.stderr, n not in ends)


class CutFrames(Folder):
    """A snap length of 54 bytes leaves the TCP header in an Ethernet frame with IPv4, and none of its options."""

    def states(self, path):
        """(state, certainty) by frame, connection and end."""
        rows = whole_lines(run([PROGRAM, "--json", "--report", "ladder", path]).stdout)
        return {(row["frame"], row["connection"], end): (row[end + "_state"], row[end + "_certainty"])
                for row in rows if row["type"] == "segment" for end in ("client", "server")}

    def test_tell_the_same_states(self):
        ends = same = 0
        for path in captures():
            cut = os.path.join(self.folder, "cut.pcap")
            subprocess.run(["editcap", "-s", "54", "-F", "pcap", path, cut], check=True, capture_output=True)
            whole, shown = self.states(path), self.states(cut)
            for key in whole.keys() & shown.keys():
                ends += 1
                same += whole[key][0] == shown[key][0]
                if whole[key][1] == shown[key][1] == "proven":
                    self.assertEqual(whole[key][0], shown[key][0], (path, key))
        self.assertGreater(ends, 10000)
        self.assertGreater(same / ends, 0.99)


class Output(Folder):
    def test_full_disk(self):
        reports = [[PROGRAM, LONG], [PROGRAM, "--report", "connections", LONG], [SCRIPT, LONG], [SCRIPT, "--fail-on", "reset", LONG],
                   [TSHARK, "-q", "-r", LONG, "-z", "tcpstate"], *JSON_LADDER.values()]
        for command in reports:
            with self.subTest(command=command), open("/dev/full", "w", encoding="utf-8") as full:
                p = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False)
                self.assertGreater(p.returncode, 0)
                self.assertRegex(p.stderr, "No space left on device")
                self.assertEqual(len(p.stderr.splitlines()), 1, p.stderr)

    def test_disk_that_fills_up(self):
        """A limit on the size of files stands in for the disk's."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
        for name, command in JSON_LADDER.items():
            path = os.path.join(self.folder, name)
            with self.subTest(name), open(path, "w", encoding="utf-8") as to:
                p = subprocess.run(command, stdout=to, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False,
                                   preexec_fn=limit)
                self.assertGreater(p.returncode, 0)
                self.assertRegex(p.stderr, "cannot write the report: File too large")
                with open(path, encoding="utf-8") as f:
                    self.assertGreater(len(whole_lines(f.read())), 10)

    def test_reader_goes_away(self):
        for name, command in JSON_LADDER.items():
            with self.subTest(name):
                # pylint: disable=consider-using-with
                p = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                self.assertEqual(json.loads(p.stdout.readline())["type"], "segment")
                p.stdout.close()
                said = p.stderr.read()
                p.stderr.close()
                self.assertNotEqual(p.wait(PATIENCE), 0)
                self.assertRegex(said, r"^$|cannot write the report: Broken pipe")


class Interrupted(Folder):
    def interrupted(self, command, data, number):
        """Sends the signal when all data has been taken from standard input, which goes on."""
        # pylint: disable=consider-using-with
        p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False)
        p.stdin.write(data)
        p.stdin.flush()
        while struct.unpack("i", fcntl.ioctl(p.stdin, termios.FIONREAD, b"\0" * 4))[0] > 0:
            time.sleep(0.02)
        time.sleep(0.3)  # what was taken last is looked at
        p.send_signal(number)
        # standard input stays open until the program has ended
        out, said = p.stdout.read().decode(), p.stderr.read().decode()
        p.stdin.close()
        p.stdout.close()
        p.stderr.close()
        return p.wait(PATIENCE), out, said

    def test_program_reports_what_it_has_read(self):
        data = capture("random_loss")
        end = ends_of_records(data)[1000]
        for number, status in ((signal.SIGINT, INTERRUPTED), (signal.SIGTERM, 143)):
            ended, out, said = self.interrupted([PROGRAM, "--json", "--report", "ladder", "-"], data[:end], number)
            self.assertEqual(ended, status)
            self.assertRegex(said, r"^tcpstate: -: interrupted after frame \d+; what comes before is reported\n$")
            after = int(said.split("frame ")[1].split(";")[0])
            whole = whole_lines(run(JSON_LADDER["program"]).stdout)
            self.assertEqual([row["frame"] for row in whole_lines(out)], [row["frame"] for row in whole if row["frame"] <= after])
            self.assertGreater(after, 900)

    def test_script_says_so(self):
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        os.chmod(fifo, 0o644)
        # pylint: disable=consider-using-with
        p = subprocess.Popen([SCRIPT, "--json", fifo], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        with open(fifo, "wb") as to:  # tshark is reading
            to.write(capture("random_loss")[:30000])
            to.flush()
            time.sleep(1)
            os.killpg(p.pid, signal.SIGINT)
            time.sleep(0.2)
        out, said = p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, INTERRUPTED)
        self.assertRegex(said, "interrupted: not all of the capture is reported")
        whole_lines(out)


if __name__ == "__main__":
    unittest.main()

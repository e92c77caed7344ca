#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals to the program tcpstate, while it waits at a pipe and while it reads: which end it, with which report, and what SIGUSR1 prints
meanwhile; a reader that goes away."""
import gzip
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree as ET

import lossy
from common import CAPTURES, PROGRAM
from test_faults import ends_of_records
from test_program import wait_until_blocked

LONG = os.path.join(CAPTURES, "random_loss.pcap")
LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
CONNECTIONS = ("--json", "--report", "connections")
PATIENCE = 60
ENDS = {signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGTERM: 143}
ENDED = r"^tcpstate: -: interrupted after frame (\d+); what comes before is reported\n$"
MEANWHILE = r"^tcpstate: -: this is the report after frame (\d+); reading goes on\n$"


def read(name):
    with open(name, "rb") as f:
        return f.read()


def report_of(data, *args):
    p = subprocess.run([PROGRAM, *args, "-"], input=data, capture_output=True, timeout=PATIENCE, check=False)
    return p.stdout.decode()


def wait_until_heard(pid):
    """By a handler."""
    deadline, caught = time.monotonic() + PATIENCE, 0
    while not caught >> (signal.SIGUSR1 - 1) & 1 and time.monotonic() < deadline:
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            caught = int(dict(line.split(":", 1) for line in f)["SigCgt"], 16)


class Signals(unittest.TestCase):
    def start(self, *args, **more):
        # pylint: disable=consider-using-with
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        p = subprocess.Popen([PROGRAM, *args], **pipes)
        watch = threading.Timer(PATIENCE, p.kill)
        watch.start()
        self.addCleanup(watch.cancel)
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        for stream in (p.stdin, p.stdout, p.stderr):
            if stream:
                self.addCleanup(stream.close)
        return p

    def give(self, p, data):
        p.stdin.write(data)
        p.stdin.flush()
        wait_until_heard(p.pid)
        wait_until_blocked(p.pid)

    def ask(self, p, wanted):
        """For a report meanwhile: what is printed, which is to be as long as that."""
        p.send_signal(signal.SIGUSR1)
        self.assertRegex(p.stderr.readline().decode(), MEANWHILE)
        return p.stdout.read(len(wanted.encode())).decode()

    def end(self, p):
        """After all input; what else was printed, and said."""
        p.stdin.close()
        out, said = p.stdout.read().decode(), p.stderr.read().decode()
        return p.wait(PATIENCE), out, said


class AtPipe(Signals):
    def test_each_end_has_a_report(self):
        data = read(LINGERING)
        for number, status in ENDS.items():
            with self.subTest(number):
                p = self.start(*CONNECTIONS, "-")
                self.give(p, data)
                p.send_signal(number)
                out, said = p.stdout.read().decode(), p.stderr.read().decode()  # the pipe stays open
                self.assertEqual((p.wait(PATIENCE), out), (status, report_of(data, *CONNECTIONS)))
                self.assertRegex(said, ENDED)

    def test_reports_meanwhile_are_those_of_what_was_read(self):
        data, ends = read(LONG), ends_of_records(read(LONG))
        for args in (CONNECTIONS, ("--json", "--report", "ladder"), ("--json",)):
            with self.subTest(args):
                p, at = self.start(*args, "-"), 0
                for n in (1, 2, 500, 501):
                    self.give(p, data[at:ends[n]])
                    at = ends[n]
                    wanted = report_of(data[:at], *args)
                    self.assertEqual(self.ask(p, wanted), wanted)
                p.stdin.write(data[at:])
                self.assertEqual(self.end(p), (0, report_of(data, *args), ""))

    def test_no_packet_has_come(self):
        head = lossy.block(0x0A0D0D0A, b"\x4d\x3c\x2b\x1a\1\0\0\0" + b"\xff" * 8) + lossy.block(1, b"\1\0\0\0\0\0\4\0")
        p = self.start("-")
        self.give(p, head[:10])
        p.send_signal(signal.SIGUSR1)
        self.assertEqual(p.stderr.readline(), b"tcpstate: -: there is nothing to report yet; reading goes on\n")
        self.give(p, head[10:])  # as of dumpcap
        wanted = report_of(head) + "\n"
        self.assertIn("No TCP segments", wanted)
        self.assertEqual(self.ask(p, wanted), wanted)
        self.assertEqual(self.end(p), (0, report_of(head), ""))

    def test_in_the_middle_of_a_packet(self):
        """What is there of it is neither lost nor read by the copy; in compressed data neither."""
        data, ends = read(LONG), ends_of_records(read(LONG))
        whole = report_of(data, *CONNECTIONS)
        for middle in (ends[700] + 5, ends[700] + 16, ends[700] + 30):
            with self.subTest(middle):
                p = self.start(*CONNECTIONS, "-")
                self.give(p, data[:middle])
                wanted = report_of(data[:ends[700]], *CONNECTIONS)
                for _ in range(3):
                    self.assertEqual(self.ask(p, wanted), wanted)
                p.stdin.write(data[middle:])
                self.assertEqual(self.end(p), (0, whole, ""))
        packed = gzip.compress(data)
        p = self.start(*CONNECTIONS, "-")
        self.give(p, packed[:len(packed) // 2])
        p.send_signal(signal.SIGUSR1)
        self.assertRegex(p.stderr.readline().decode(), MEANWHILE)
        p.stdin.write(packed[len(packed) // 2:])
        status, out, said = self.end(p)
        self.assertEqual((status, out[-len(whole):], said), (0, whole, ""))

    def test_last_report_is_that_of_a_run_without(self):
        """Whatever was asked for meanwhile, and at whatever moment it came."""
        data = read(LONG)
        p, done = self.start(*CONNECTIONS, "-", stderr=subprocess.DEVNULL), threading.Event()
        def pester():
            while not done.is_set():
                p.send_signal(signal.SIGUSR1)
                done.wait(0.001)
        asking = threading.Thread(target=pester)
        lines = []
        reading = threading.Thread(target=lambda: lines.extend(p.stdout))
        self.give(p, data[:100])
        reading.start()
        asking.start()
        for at in range(100, len(data), 997):
            p.stdin.write(data[at:at + 997])
            p.stdin.flush()
        done.set()
        asking.join()
        p.stdin.close()
        reading.join()
        self.assertEqual(p.wait(PATIENCE), 0)
        self.assertGreater(len(lines), 3)
        wanted = report_of(data, *CONNECTIONS).encode()
        self.assertEqual(b"".join(lines)[-len(wanted):], wanted)
        self.assertTrue(all(json.loads(line) for line in lines))

    def test_junit_stays_one_document(self):
        data = read(LINGERING)
        p = self.start("--junit", "-")
        self.give(p, data)
        p.send_signal(signal.SIGUSR1)
        self.assertRegex(p.stderr.readline().decode(), MEANWHILE)
        status, out, _ = self.end(p)
        self.assertEqual((status, len(ET.fromstring(out).findall("testsuite"))), (1, 2))

    def test_one_thread(self):
        """Of several, a copy made by a handler would not be whole."""
        p = self.start("-")
        self.give(p, read(LONG))
        self.assertEqual(len(os.listdir(f"/proc/{p.pid}/task")), 1)

    def test_nohup(self):
        p = self.start(*CONNECTIONS, "-", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        data = read(LINGERING)
        self.give(p, data)
        p.send_signal(signal.SIGHUP)
        self.assertEqual(self.end(p), (0, report_of(data, *CONNECTIONS), ""))


class AtFile(Signals):
    def test_pipe_that_is_not_open_yet(self):
        """It is not opened a second time, nor is anything taken from it."""
        with tempfile.TemporaryDirectory() as folder:
            fifo, data = os.path.join(folder, "fifo"), read(LINGERING)
            os.mkfifo(fifo)
            args = ("--dot", "--report", "ladder,0")
            p = self.start(*args, fifo)
            wait_until_heard(p.pid)
            wait_until_blocked(p.pid)
            p.send_signal(signal.SIGUSR1)
            with open(os.open(fifo, os.O_RDWR), "wb") as to:  # does not wait for a reader, as the program may be gone
                to.write(data)
                to.flush()
                self.assertRegex(p.stderr.readline().decode(), r"/fifo: this is the report after frame \d+; reading goes on\n$")
            out = p.stdout.read().decode()
            self.assertEqual((p.wait(PATIENCE), out), (0, report_of(data, *args)))  # the copy has no connection to draw

    def test_several_files(self):
        """The report of the first is neither written again nor is the next file begun in the copy."""
        data = read(LINGERING)
        p = self.start("--report", "connections", LONG, "-")
        self.give(p, data)
        first = subprocess.run([PROGRAM, "--report", "connections", LONG], capture_output=True, text=True, check=True).stdout
        second = report_of(data, "--report", "connections")
        p.send_signal(signal.SIGUSR1)
        self.assertRegex(p.stderr.readline().decode(), MEANWHILE)
        self.assertEqual(self.end(p)[:2], (0, f"== {LONG}\n\n{first}\n== -\n\n{second}\n{second}\n"))

    def test_while_a_file_is_read(self):
        """Whenever it comes: each report is whole, and the last one is of the whole file."""
        with tempfile.TemporaryDirectory() as folder:
            data, ends = read(LONG), ends_of_records(read(LONG))
            name = os.path.join(folder, "long.pcap")
            with open(name, "wb") as f:
                f.write(data)
                for _ in range(60):
                    f.write(data[ends[0]:])
            wanted = subprocess.run([PROGRAM, *CONNECTIONS, name], capture_output=True, check=True).stdout
            with open(os.path.join(folder, "out"), "w+b") as to:
                p, said = self.start(*CONNECTIONS, name, stdin=subprocess.DEVNULL, stdout=to), []
                wait_until_heard(p.pid)
                while p.poll() is None and len(said) < 20:
                    p.send_signal(signal.SIGUSR1)
                    said.append(p.stderr.readline())
                self.assertEqual(p.wait(PATIENCE), 0)
                to.seek(0)
                out = to.read()
            self.assertEqual(out[-len(wanted):], wanted)
            self.assertTrue(all(json.loads(line) for line in out.splitlines()))
            self.assertTrue(any(b"reading goes on" in line for line in said), said)


class Twice(Signals):
    def full(self, *args):
        """A run that has written what the pipe holds, and waits for a reader."""
        p = self.start("--json", "--report", "ladder", "-", *args)
        self.give(p, read(LONG))
        return p

    def test_second_ends_at_once(self):
        for second in (signal.SIGINT, signal.SIGTERM):
            p = self.full()
            p.send_signal(signal.SIGINT)
            self.assertRegex(p.stderr.readline().decode(), ENDED)
            wait_until_blocked(p.pid)  # nobody reads its report
            p.send_signal(second)
            self.assertEqual(p.wait(PATIENCE), ENDS[second])
            self.assertEqual(p.stderr.read(), b"tcpstate: interrupted: the report is not complete\n")

    def test_second_hangup_does_not(self):
        p = self.full()
        p.send_signal(signal.SIGHUP)
        self.assertRegex(p.stderr.readline().decode(), ENDED)
        wait_until_blocked(p.pid)
        p.send_signal(signal.SIGHUP)
        out = p.stdout.read()
        self.assertEqual((p.wait(PATIENCE), out.decode()), (129, report_of(read(LONG), "--json", "--report", "ladder")))

    def test_while_a_report_is_written_meanwhile(self):
        p = self.full()
        p.send_signal(signal.SIGUSR1)
        self.assertRegex(p.stderr.readline().decode(), MEANWHILE)
        wait_until_blocked(p.pid)
        p.send_signal(signal.SIGINT)
        p.send_signal(signal.SIGTERM)
        self.assertIn(p.wait(PATIENCE), (130, 143))
        p.stdout.read()  # its end comes: no copy stays behind


class ReaderGone(Signals):
    def gone(self, *args, **more):
        p = self.start(*args, **more)
        p.stdout.readline()
        p.stdout.close()
        said = p.stderr.read()
        return p.wait(PATIENCE), said

    def test_ends_as_others_do(self):
        for more in ({}, {"restore_signals": False}):  # Python ignores SIGPIPE, and hands that on
            self.assertEqual(self.gone("--json", "--report", "ladder", LONG, **more), (-signal.SIGPIPE, b""))

    def test_in_a_shell(self):
        command = f'"{PROGRAM}" --json --report ladder "{LONG}" | head -n 1 >/dev/null; echo "${{PIPESTATUS[0]}}"'
        p = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual((p.stdout, p.stderr), ("141\n", ""))

    def test_of_a_report_meanwhile(self):
        p = self.start("--json", "--report", "ladder", "-")
        self.give(p, read(LONG))
        p.stdout.close()
        p.send_signal(signal.SIGUSR1)
        self.assertRegex(p.stderr.read().decode(), MEANWHILE)
        self.assertEqual(p.wait(PATIENCE), -signal.SIGPIPE)


if __name__ == "__main__":
    unittest.main()

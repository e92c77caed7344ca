#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad input: one clear line on stderr and the exit status that tshark's users expect."""
import os
import tempfile
import unittest

from common import CUT_SHORT, CAPTURES, fields, tshark

GOOD = os.path.join(CAPTURES, "client_closes_first.pcap")
CANNOT_USE = (1, 2)  # tshark's own: INVALID_OPTION, INVALID_FILE and kin


def complaints(stderr):
    return [line for line in stderr.splitlines() if line.strip()]


class BadInput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(folder.name, 0o755)

    def file(self, data):
        path = os.path.join(self.folder, "input.pcap")
        with open(path, "wb") as f:
            f.write(data)
        return path

    def good(self):
        with open(GOOD, "rb") as f:
            return f.read()

    def refused(self, *args, says, lines=1):
        p = tshark(*args)
        self.assertNotEqual(p.returncode, 0)
        self.assertGreater(p.returncode, 0, "ended by a signal")
        self.assertLessEqual(len(complaints(p.stderr)), lines, p.stderr)
        self.assertRegex(p.stderr, says)
        self.assertNotIn("Traceback", p.stderr)
        return p

    def test_missing_file(self):
        self.refused("-q", "-r", os.path.join(self.folder, "none.pcap"), "-z", "tcpstate", says="doesn't exist|No such file")

    def test_folder(self):
        self.refused("-q", "-r", self.folder, "-z", "tcpstate", says="directory")

    def test_no_capture(self):
        self.refused("-q", "-r", self.file(b"this is no capture\n" * 20), "-z", "tcpstate", says="isn't a capture file")

    def test_empty_file(self):
        p = tshark("-q", "-r", self.file(b""), "-z", "tcpstate")
        self.assertGreaterEqual(p.returncode, 0, "ended by a signal")
        self.assertLessEqual(len(complaints(p.stderr)), 1, p.stderr)

    def test_capture_without_frames(self):
        p = tshark("-q", "-r", self.file(self.good()[:24]), "-z", "tcpstate")
        self.assertEqual((p.returncode, p.stderr.strip()), (0, ""))
        self.assertRegex(p.stdout, "(?i)no TCP")

    def test_cut_in_a_frame_is_analysed_up_to_the_cut(self):
        whole = fields(GOOD, ["frame.number", "tcpstate.src.state", "tcpstate.dst.state"])
        path = self.file(self.good()[:len(self.good()) // 2])
        p = tshark("-q", "-r", path, "-z", "tcpstate,ladder")
        self.assertIn(p.returncode, CUT_SHORT)
        self.assertRegex(p.stderr, "cut short")
        self.assertEqual(len(complaints(p.stderr)), 1, p.stderr)
        self.assertIn("ESTABLISHED", p.stdout)
        cut = fields(path, ["frame.number", "tcpstate.src.state", "tcpstate.dst.state"])
        self.assertGreater(len(cut), 3)
        self.assertEqual(cut, whole[:len(cut)])

    def test_capture_without_tcp(self):
        header = self.good()[:24]
        path = self.file(header + b"\0" * 8 + b"\x3c\0\0\0" * 2 + b"\xff" * 6 + b"\x02" * 6 + b"\x08\x06" + b"\0" * 46)
        for what in ("tcpstate", "tcpstate,ladder"):
            p = tshark("-q", "-r", path, "-z", what)
            self.assertEqual((p.returncode, p.stderr.strip()), (0, ""))
            self.assertRegex(p.stdout, "(?i)no TCP")

    def test_wrong_statistic(self):
        self.refused("-q", "-r", GOOD, "-z", "tcpstate,nonsense", says="nonsense")
        self.refused("-q", "-r", GOOD, "-z", "tcpstate,ladder,x1", says="x1")
        self.refused("-q", "-r", GOOD, "-z", "tcpstate,ladder,-1", says="-1")

    def test_unknown_connection(self):
        p = tshark("-q", "-r", GOOD, "-z", "tcpstate,ladder,99")
        self.assertRegex(p.stdout + p.stderr, "99")
        self.assertLessEqual(len(complaints(p.stdout + p.stderr)), 2)

    def test_bad_filter(self):
        for what in ("tcpstate,tcp.port ==", "tcpstate,ladder,0,no.such.field == 1"):
            self.refused("-q", "-r", GOOD, "-z", what, says="tcp.port|no.such.field|filter", lines=3)

    def test_missing_field(self):
        self.refused("-r", GOOD, "-Y", "tcpstate.nonsense == 1", says="tcpstate.nonsense", lines=3)
        self.refused("-r", GOOD, "-T", "fields", "-e", "tcpstate.nonsense", says="tcpstate.nonsense", lines=2)

    def test_bad_preference(self):
        p = tshark("-r", GOOD, "-o", "tcpstate.nonsense:1")
        self.assertEqual(p.returncode, 1)
        self.assertRegex(p.stderr, "tcpstate.nonsense")


if __name__ == "__main__":
    unittest.main()

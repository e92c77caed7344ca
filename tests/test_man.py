#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page tcpstate(1) names what `tcpstate --help` names, and is written without mistakes."""
import os
import re
import shutil
import subprocess
import unittest

from common import PROGRAM, ROOT

PAGE = os.path.join(ROOT, "docs", "tcpstate.1")


def output(*command):
    p = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return p.stdout


def options_in(text):
    return set(re.findall(r"(?m)^ +(--?[a-z-]+)", text)) | set(re.findall(r"(?m)^ +--[a-z-]+, (--[a-z-]+)", text))


class Page(unittest.TestCase):
    def setUp(self):
        with open(PAGE, encoding="utf-8") as f:
            self.page = f.read()
        self.help = output(PROGRAM, "--help")

    def test_has_every_option_and_no_other(self):
        told = {"-" + name for name in re.findall(r"(?m)^\.It Fl (-?[a-z-]+)", self.page)}
        self.assertEqual(told, options_in(self.help))
        self.assertGreater(len(told), 7)

    def test_has_every_report(self):
        reports = set(re.findall(r"(?m)^ {22}([a-z]+)(?:,[A-Z]+)? {2,}", self.help.split("--json")[0]))
        self.assertGreaterEqual(reports, {"summary", "ladder", "ss"})
        for name in reports:
            self.assertRegex(self.page, rf"(?m)^\.It Cm {name}\b")

    def test_has_every_exit_status(self):
        for status in re.findall(r"(?m)^ +(\d+)  ", self.help.split("Exit status:")[1]):
            self.assertRegex(self.page, rf"(?m)^\.It {status}\b")

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_complains_of_nothing(self):
        p = subprocess.run(["mandoc", "-Tlint", "-W", "style", PAGE], capture_output=True, text=True, timeout=60, check=False)
        said = [line for line in (p.stdout + p.stderr).splitlines() if "mandoc.db" not in line]  # the machine's, not ours
        self.assertEqual(said, [])

    @unittest.skipUnless(shutil.which("man"), "man is not installed")
    def test_man_warns_of_nothing(self):
        p = subprocess.run(["man", "--warnings", "-l", PAGE], capture_output=True, text=True, timeout=60, check=False,
                           env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertIn("EXIT STATUS", p.stdout)


if __name__ == "__main__":
    unittest.main()

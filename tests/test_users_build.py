#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user waits for before there is a plugin: its objects and the program's, each once, and no test."""
import json
import os
import subprocess
import tempfile
import unittest

from common import ROOT

TESTS = ("tests/", "bench/")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout


class FreshBuild(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.build = folder.name
        run("cmake", "-S", ROOT, "-B", cls.build, "-G", "Ninja")

    def objects(self, target):
        """What is compiled for it."""
        planned = [line.split()[-1] for line in run("ninja", "-C", self.build, "-t", "commands", target).splitlines() if " -c " in line]
        return [os.path.relpath(source, ROOT) for source in planned]

    def test_plugin_and_program_alone(self):
        compiled = self.objects("all")
        self.assertEqual([source for source in compiled if source.startswith(TESTS)], [])
        self.assertEqual(len(compiled), len(set(compiled)))
        for needed in ("plugin/plugin.c", "analyzer/cli/main.c", "analyzer/infer/belief.c"):
            self.assertIn(needed, compiled)

    def test_all_is_built_for_tests(self):
        everything = self.objects("everything")
        self.assertLessEqual(set(self.objects("all")), set(everything))
        for test in ("tests/test_seq.c", "tests/fuzz/fuzz_decode.c", "bench/analyzer_bench.c"):
            self.assertIn(test, everything)

    def test_ctest_builds_first(self):
        tests = json.loads(run("ctest", "--test-dir", self.build, "--show-only=json-v1"))["tests"]
        properties = {test["name"]: {p["name"]: p["value"] for p in test["properties"]} for test in tests}
        self.assertEqual(properties["build"]["FIXTURES_SETUP"], ["everything"])
        for name in set(properties) - {"build", "house"}:
            self.assertEqual(properties[name].get("FIXTURES_REQUIRED"), ["everything"], name)


if __name__ == "__main__":
    unittest.main()

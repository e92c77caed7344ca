#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A plugin that was built for another Wireshark: Wireshark says so, in its own words, goes on without it, and does not crash."""
import os
import re
import shutil
import struct
import subprocess
import tempfile
import unittest

from common import CAPTURES, ROOT, skip

PLUGINS = os.path.join(ROOT, "build", "default", "plugins")
CAPTURE = os.path.join(CAPTURES, "fin_with_data.pcap")


def readelf(option, path):
    return subprocess.run(["readelf", option, "-W", path], capture_output=True, text=True, check=True).stdout


def place_of(symbol, path):
    """Where in the file its value stands."""
    address = int(re.search(rf"([0-9a-f]+) +4 OBJECT +GLOBAL +DEFAULT +\d+ {symbol}$", readelf("--dyn-syms", path), re.M)[1], 16)
    for offset, start, size in re.findall(r"LOAD +0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+)", readelf("-l", path)):
        offset, start, size = (int(x, 16) for x in (offset, start, size))
        if start <= address < start + size:
            return address - start + offset
    raise ValueError(symbol)


class OtherVersion(unittest.TestCase):
    def tshark(self, folder):
        """tshark with the plugins in that folder. As root it would not look there: so as nobody."""
        environment = {"HOME": folder, "PATH": os.environ["PATH"], "WIRESHARK_PLUGIN_DIR": folder}
        command = ["tshark", "-r", os.path.join(folder, "capture.pcap")]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)

    def with_minor(self, change):
        """What tshark says of a plugin whose minor version is another one."""
        version, = (name for name in os.listdir(PLUGINS) if re.fullmatch(r"\d+\.\d+", name))
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            shutil.copy(CAPTURE, os.path.join(folder, "capture.pcap"))
            epan = os.path.join(folder, version, "epan")
            os.makedirs(epan)
            plugin = shutil.copy(os.path.join(PLUGINS, version, "epan", "tcpstate.so"), epan)
            at = place_of("plugin_want_minor", plugin)
            with open(plugin, "r+b") as f:
                f.seek(at)
                minor, = struct.unpack("<i", f.read(4))
                self.assertEqual(minor, int(version.split(".")[1]))
                f.seek(at)
                f.write(struct.pack("<i", minor + change))
            return self.tshark(folder)

    def test_is_told_by_wireshark(self):
        p = self.with_minor(1)
        self.assertEqual(p.returncode, 0)
        self.assertRegex(p.stderr, r"plugin 'tcpstate.so' was compiled for Wireshark version 4\.\d+")
        self.assertGreater(len(p.stdout.splitlines()), 5)

    def test_the_right_one_is_loaded(self):
        p = self.with_minor(0)
        self.assertEqual((p.returncode, p.stderr), (0, ""))


if __name__ == "__main__":
    if not shutil.which("readelf"):
        skip("readelf is not installed")
    unittest.main()

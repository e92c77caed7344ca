#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`cmake --install` puts everything where Wireshark looks for it, for whoever runs it, and leaves what is there.

Usage: test_install.py BUILD_FOLDER"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from common import ROOT

NAME = "TCP State"
PROFILE = os.path.join(ROOT, "profile", NAME)
PROGRAM = os.path.join("analyzer", "cli", "tcpstate")
BUILD = ""


class Installing(unittest.TestCase):
    """From a build folder of its own, with what was built in the one that is tested."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.destination, self.build = (os.path.join(self.folder, name) for name in ("destination", "build"))
        os.mkdir(self.destination)

    def configure(self, *options):
        subprocess.run(["cmake", "-S", ROOT, "-B", self.build, "-G", "Ninja", "-DBUILD_TESTING=OFF", *options], capture_output=True,
                       timeout=300, check=True)
        shutil.copytree(os.path.join(BUILD, "plugins"), os.path.join(self.build, "plugins"), symlinks=True, dirs_exist_ok=True,
                        ignore=lambda folder, names: [name for name in names if os.path.islink(os.path.join(folder, name))])
        shutil.copy(os.path.join(BUILD, PROGRAM), os.path.join(self.build, PROGRAM))
        subprocess.run(["chmod", "-R", "a+rwX", self.folder], check=True)

    def install(self, root):
        if root and os.geteuid() != 0:
            self.skipTest("only root can install as root")
        become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 and not root else []
        if subprocess.run([*become, "test", "-r", PROFILE], check=False).returncode != 0:
            self.skipTest("the checkout is not readable for other users")
        environment = {k: v for k, v in os.environ.items() if k not in ("XDG_CONFIG_HOME", "WIRESHARK_CONFIG_DIR")}
        p = subprocess.run([*become, "cmake", "--install", self.build], capture_output=True, text=True, timeout=300, check=False,
                           env=dict(environment, DESTDIR=self.destination, HOME="/home/somebody"))
        self.assertEqual(p.returncode, 0, p.stderr)
        return p.stdout, p.stderr

    def folders(self):
        """Where the plugin, the program and the profile are."""
        found = {}
        for folder, _, names in os.walk(self.destination):
            for name in set(names) & {"tcpstate.so", "tcpstate", "colorfilters"}:
                self.assertNotIn(name, found)
                found[name] = folder[len(self.destination):]
        return [found[name] for name in ("tcpstate.so", "tcpstate", "colorfilters")]

    def system_folders(self):
        """Where Wireshark says that it looks."""
        said = subprocess.run(["tshark", "-G", "folders"], capture_output=True, text=True, timeout=60, check=True).stdout
        looks = dict(re.findall(r"^(Global [^:]*):\s+(/\S+)", said, re.M))
        plugin, program, profile = self.folders()
        self.assertEqual(plugin, f"{looks['Global Plugins']}/epan")
        self.assertEqual((program, profile), ("/usr/local/bin", f"{looks['Global configuration']}/profiles/{NAME}"))

    def personal_folders(self):
        plugin, program, profile = self.folders()
        self.assertRegex(plugin, r"^/home/somebody/\.local/lib/wireshark/plugins/\d\.\d+/epan$")
        self.assertEqual((program, profile), ("/home/somebody/.local/bin", f"/home/somebody/.config/wireshark/profiles/{NAME}"))

    def test_root_installs_for_all(self):
        self.configure()
        _, warned = self.install(root=True)
        self.assertEqual(warned, "")
        self.system_folders()

    def test_others_install_for_themselves(self):
        self.configure()
        _, warned = self.install(root=False)
        self.assertEqual(warned, "")
        self.personal_folders()

    def test_root_is_warned_of_personal_folders(self):
        self.configure("-DTCPSTATE_INSTALL=user")
        _, warned = self.install(root=True)
        self.personal_folders()
        self.assertIn("-DTCPSTATE_INSTALL=system", warned)
        self.assertIn("Wireshark", warned)

    def test_twice_and_over_a_changed_file(self):
        self.configure()
        self.install(root=False)
        profile = self.destination + self.folders()[2]
        self.assertEqual(sorted(os.listdir(profile)), sorted(os.listdir(PROFILE)))
        changed = os.path.join(profile, "colorfilters")
        with open(changed, "w", encoding="utf-8") as f:
            f.write("# mine\n")
        said, _ = self.install(root=False)
        self.assertIn(f"Kept, for it is not the one of this version: {changed}", said)
        with open(changed, encoding="utf-8") as f:
            self.assertEqual(f.read(), "# mine\n")
        os.remove(changed)
        with open(os.path.join(profile, "recent"), "a", encoding="utf-8") as f:
            f.write("gui.zoom_level: 1\n")
        said, _ = self.install(root=False)
        self.assertNotIn("Kept", said)
        self.assertIn(f"Left as Wireshark has written it: {profile}/recent", said)
        self.assertTrue(os.path.getsize(changed) > 100)


if __name__ == "__main__":
    BUILD = sys.argv.pop(1)
    unittest.main()

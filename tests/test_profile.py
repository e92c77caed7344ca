#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile "TCP State": Wireshark takes every filter, rule and column in it."""
import itertools
import json
import math
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import vision

from common import CAPTURES, ROOT

NAME = "TCP State"
PROFILE = os.path.join(ROOT, "profile", NAME)
LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
UAT_STRING = re.compile(r'"([^"]*)"')


def lines_of(name):
    with open(os.path.join(PROFILE, name), encoding="utf-8") as f:
        return [line for line in f.read().splitlines() if line and not line.startswith("#")]


def cells(line):
    return [re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), cell) for cell in UAT_STRING.findall(line)]


def our_colors():
    """(name, background, foreground) of the rules that are ours; colours as linear light, 0 to 1."""
    for line in lines_of("colorfilters"):
        _, name, expression, colors = line.split("@")
        if "tcpstate." in expression or expression == "tcp":
            yield (name, *(vision.light([int(value) / 65535 for value in color.split(",")]) for color in re.findall(r"\[(.*?)\]", colors)))


class Profile(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.home)
        os.chmod(self.home, 0o755)
        shutil.copytree(PROFILE, os.path.join(self.home, ".config", "wireshark", "profiles", NAME))

    def tshark(self, *args, capture=LINGERING):
        p = subprocess.run([os.path.join(ROOT, "tests", "in_home"), self.home, "tshark", "-C", NAME, "-r", capture, *args],
                           capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual((p.returncode, p.stderr), (0, ""), args)
        return p.stdout

    def test_columns_show_states(self):
        titles = [cell for cell in UAT_STRING.findall("\n".join(lines_of("preferences"))) if not cell.startswith("%")]
        self.assertIn("Client state", titles)
        frame8 = self.tshark("-2").splitlines()[7]
        self.assertRegex(frame8, r" 0 FIN_WAIT_1 +CLOSE_WAIT ~ .* 10\.77\.1\.2 .*FIN, ACK")

    def test_filters_of_buttons(self):
        buttons = [cells(line) for line in lines_of("dfilter_buttons")]
        self.assertGreaterEqual(len(buttons), 10)
        for shown, label, expression, comment in buttons:
            self.assertEqual(shown, "TRUE")
            self.assertTrue(label and comment)
            self.tshark("-Y", expression)

    def test_buttons_find_something(self):
        expected = {"Closing//Who never closed?": LINGERING, "Opening//Who was refused?": "connection_refused.pcap",
                    "Opening//Who got no answer?": "syn_unanswered.pcap", "Opening//Half-open": "handshake_never_complete.pcap",
                    "Opening//SYN flood": "syn_flood.pcap", "Opening//Refused reuse": "time_wait_refuses_syn.pcap",
                    "Closing//Who closed first?": LINGERING, "Closing//Missing final ACK": "last_ack_never.pcap",
                    "Closing//TIME_WAIT": LINGERING, "Trouble//Aborts": "reset_by_client.pcap", "Trouble//Peer vanished": "peer_vanished.pcap",
                    "Trouble//Warnings and errors": LINGERING, "Changes": LINGERING}
        buttons = {label: expression for _, label, expression, _ in map(cells, lines_of("dfilter_buttons"))}
        self.assertEqual(set(buttons), set(expected))
        for label, capture in expected.items():
            found = self.tshark("-2", "-Y", buttons[label], capture=os.path.join(CAPTURES, capture))
            self.assertTrue(found, label)

    def colors(self, capture, *args):
        """The name of the rule that colours each frame."""
        return self.tshark("--color", "-2", *args, "-T", "fields", "-e", "frame.coloring_rule.name", capture=capture).split("\n")

    def test_coloring_rules(self):
        rules = [line.split("@")[1:3] for line in lines_of("colorfilters")]
        for _, expression in rules:
            self.tshark("-Y", expression)
        shown = self.colors(LINGERING)
        self.assertEqual(shown[8], "Lingering CLOSE_WAIT")
        self.assertEqual(shown[24:27], ["CLOSE_WAIT", "TIME_WAIT", "TIME_WAIT"])
        self.assertLessEqual(set(shown) - {""}, {name for name, _ in rules})

    def test_warnings_of_wireshark_stay(self):
        """What Wireshark warns of by itself has its colour here, too."""
        warnings = {"Bad TCP", "ICMP errors", "ICMP", "ARP", "Checksum Errors"}
        seen = set()
        for name in ("random_loss.pcap", "rejected_by_firewall.pcap", "fin_unanswered.pcap", "peer_rebooted.pcap"):
            capture = os.path.join(CAPTURES, name)
            usual, ours = self.colors(capture, "-C", "Default"), self.colors(capture)
            for rule, shown in zip(usual, ours):
                if rule in warnings:
                    self.assertEqual(shown, rule, name)
                    seen.add(rule)
        self.assertEqual(seen, {"Bad TCP", "ICMP", "ARP"})
        with open(os.path.join(self.wireshark_folder(), "colorfilters"), encoding="utf-8") as f:
            usual = [line.split("@") for line in f.read().splitlines() if line.startswith("@")]
        ours = {rule[1]: rule[2:] for rule in map(lambda line: line.split("@"), lines_of("colorfilters"))}
        for _, name, *rest in usual:
            if name in warnings:
                self.assertEqual(ours[name], rest)
        self.assertLess(max(map(list(ours).index, warnings)), list(ours).index(next(our_colors())[0]))

    def wireshark_folder(self):
        said = subprocess.run(["tshark", "-G", "folders"], capture_output=True, text=True, timeout=60, check=True).stdout
        return re.search(r"^Global configuration:\s+(\S+)", said, re.M)[1]

    def test_colors_can_be_told_apart(self):
        names = [name for name, _, _ in our_colors()]
        self.assertEqual(len(names), 10)
        for eyes, see in vision.EYES.items():
            seen = [vision.lab(see(background)) for _, background, _ in our_colors()]
            for (one, a), (other, b) in itertools.combinations(zip(names, seen), 2):
                self.assertGreaterEqual(math.dist(a, b), 12, f"{one} and {other}, {eyes}")

    def test_text_can_be_read(self):
        for name, background, foreground in our_colors():
            self.assertGreaterEqual(vision.contrast(background, foreground), 4.5, name)

    def test_sharkd_has_columns_and_colors(self):
        if not shutil.which("sharkd"):
            self.skipTest("there is no sharkd")
        requests = [{"jsonrpc": "2.0", "id": 1, "method": "load", "params": {"file": LINGERING}},
                    {"jsonrpc": "2.0", "id": 2, "method": "frames", "params": {}}]
        p = subprocess.run([os.path.join(ROOT, "tests", "in_home"), self.home, "sharkd", "-C", NAME], capture_output=True, text=True,
                           input="".join(json.dumps(request) + "\n" for request in requests), timeout=300, check=False)
        frame9 = json.loads(p.stdout.splitlines()[-1])["result"][8]
        self.assertEqual(frame9["c"][2:6], ["0", "FIN_WAIT_2", "CLOSE_WAIT", "close_wait_lingering"])
        self.assertEqual((frame9["bg"], frame9["fg"]), ("6b2f9d", "ffffff"))

    def test_recipes_of_the_guide(self):
        with open(os.path.join(ROOT, "docs", "user-guide.md"), encoding="utf-8") as f:
            recipes = re.findall(r"^\|[^|]+\| `([^`]+)` \|$", f.read(), re.M)
        self.assertGreaterEqual(len(recipes), 8)
        for expression in recipes:
            self.tshark("-Y", expression)

    def test_graphs(self):
        for line in lines_of("io_graphs"):
            enabled, _, expression, _, _, axis, field, _, _ = cells(line)
            self.assertIn(enabled, ("Enabled", "Disabled"))
            statistic = axis.replace("Y Field", field) + field if field else "FRAMES()"
            self.tshark("-q", "-z", f"io,stat,0,{statistic}" + (f"&&{expression}" if field and expression else ""))
            if expression:
                self.tshark("-Y", expression)

    def test_plots_are_of_states(self):
        plots = [cells(line) for line in lines_of("plots")]
        self.assertEqual([plot[6] for plot in plots], ["tcpstate.client.state_number", "tcpstate.server.state_number"])
        for enabled, _, _, expression, _, _, field, _ in plots:
            self.assertEqual(enabled, "TRUE")  # Wireshark takes no other word
            self.assertTrue(self.tshark("-Y", f"{expression} && {field}"))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which items are in a visible tree: those of client and server always, those under other names only where they are asked for; and
each of those is there however it is asked for."""
import json
import os
import unittest

from common import CAPTURES, fields, tshark

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
PARTY = ["state", "before", "certainty", "since", "time_in_state", "until", "lasts"]
ALIASES = [f"tcpstate.{end}.{what}" for end in ("src", "dst") for what in PARTY] + ["tcpstate.state"]
TWINS = [f"tcpstate.{end}.{what}" for end in ("client", "server", "src", "dst") for what in ("state_number", "before_number", "state_marked")]
GAUGES = [f"tcpstate.server.{state}_count" for state in ("time_wait", "close_wait", "half_open")] + ["tcpstate.client.time_wait_count"]
ALL_SHOWN = ["-o", "protocols.display_hidden_proto_items:TRUE"]


def names_in(tree):
    """The fields of a frame in JSON, with their values."""
    found = []
    for name, value in tree.items():
        if isinstance(value, dict):
            found += names_in(value)
        else:
            found.append((name, value))
    return found


def frames_in_json(*args):
    p = tshark("-r", LINGERING, "-T", "json", *args)
    assert p.returncode == 0, p.stderr
    return [dict(names_in(frame["_source"]["layers"].get("tcpstate", {}))) for frame in json.loads(p.stdout)]


def expected(alias):
    """What client and server have, by who sent the segment: a cell for each frame."""
    end, what = alias.split(".")[1:]
    names = [f"tcpstate.client.{what}", f"tcpstate.server.{what}"]
    rows = fields(LINGERING, ["tcp.srcport", *names], "-2")
    return [server if (port == "5000") == (end == "src") else client for port, client, server in rows]


class NobodyAsks(unittest.TestCase):
    def test_there_are_no_aliases(self):
        lines = tshark("-r", LINGERING, "-2", "-V", *ALL_SHOWN).stdout
        self.assertIn("Client time in state", lines)
        self.assertNotIn("State of either endpoint", lines)
        names = {name for frame in frames_in_json() for name in frame}
        self.assertEqual(names & {*ALIASES, *TWINS, "tcpstate.state_number"}, set())

    def test_what_a_line_says_has_no_line_of_its_own(self):
        lines = [line.strip() for line in tshark("-r", LINGERING, "-V", "-Y", "frame.number == 9").stdout.splitlines()]
        self.assertIn("Server (sender): CLOSE_WAIT, for 49 ms", lines)
        self.assertIn("Client: FIN_WAIT_1 → FIN_WAIT_2", lines)
        self.assertIn("Since: 8", lines)
        self.assertNotIn("Since: 9", lines)
        self.assertFalse([line for line in lines if line.startswith(("Certainty", "State before", "Time in state", "Client told"))])

    def test_client_and_server_have_all_fields(self):
        names = [f"tcpstate.{end}.{what}" for end in ("client", "server") for what in PARTY]
        names += [f"tcpstate.{what}" for what in ("event", "connection", "role_basis", "closed_by", "transition")]
        for args in [], ["-2"]:
            for frame, cells in zip(frames_in_json(*args), fields(LINGERING, names, *args)):
                for name, cell in zip(names, cells):
                    self.assertEqual(name in frame, cell != "", name)

    def test_gauges_are_there_unless_zero(self):
        for frame, cells in zip(frames_in_json(), fields(LINGERING, GAUGES)):
            for name, cell in zip(GAUGES, cells):
                self.assertEqual(frame.get(name, "0"), cell or "0", name)


class SomebodyAsks(unittest.TestCase):
    def test_to_print_one(self):
        for alias in ALIASES[:-1]:
            self.assertEqual([cell for cell, in fields(LINGERING, [alias], "-2")], expected(alias), alias)
        self.assertEqual(fields(LINGERING, ["tcpstate.state"]),
                         [["|".join(cell for cell in cells if cell)] for cells in fields(LINGERING, ["tcpstate.client.state", "tcpstate.server.state"])])

    def test_to_print_twins(self):
        for cells in fields(LINGERING, TWINS, "-Y", "tcpstate.event"):
            self.assertNotIn("", cells)

    def test_to_print_a_gauge_that_is_zero(self):
        for gauge in GAUGES:
            values = [cell for cell, in fields(LINGERING, [gauge], "-Y", "tcpstate.event")]
            self.assertIn("0", values, gauge)
            self.assertNotIn("", values, gauge)

    def test_by_a_filter(self):
        rows = fields(LINGERING, ALIASES, "-2", "-E", "occurrence=f")
        for alias, cells in zip(ALIASES, zip(*rows)):
            value = next(cell for cell in cells if cell)
            value = f'"{value}"' if value[0].isalpha() else value
            shown = fields(LINGERING, ["frame.number"], "-2", "-Y", f"{alias} == {value}")
            self.assertTrue(shown, alias)
            lines = tshark("-r", LINGERING, "-2", "-V", "-Y", f"{alias} == {value}").stdout
            self.assertEqual(lines.count("Frame Number: "), len(shown), alias)

    def test_by_a_filter_for_a_gauge_that_is_zero(self):
        for gauge in GAUGES:
            lines = tshark("-r", LINGERING, "-V", "-Y", f"{gauge} == 0").stdout
            self.assertTrue("Frame Number: 7\n" in lines, gauge)

    def test_by_a_column(self):
        names = [*ALIASES, *(name for name in TWINS if name.endswith("marked")), *GAUGES]
        columns = ",".join(f'"x","%Cus:{name}:1:R"' for name in names)
        rows = fields(LINGERING, names, "-2", "-E", "occurrence=f")
        for args in [], ["-P", "-V"]:  # without a visible tree, and with one
            p = tshark("-r", LINGERING, "-2", *args, "-T", "tabs", "-o", f"gui.column.format:{columns}")
            lines = [[cell.strip() for cell in line.split("\t")] for line in p.stdout.splitlines()]
            for row in rows:
                self.assertIn(row, lines, args)


if __name__ == "__main__":
    unittest.main()

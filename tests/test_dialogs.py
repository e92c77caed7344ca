#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What Wireshark's dialogs show, as tshark and sharkd show it: the tables and the tree of Statistics, and the flow graph, say what
the reports and the packets' trees say; a dialog that is filled again shows the same."""
import collections
import json
import os
import re
import shutil
import unittest

from common import CAPTURES, captures, fields, tshark
from test_sharkd import ask

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
FLOOD = os.path.join(CAPTURES, "syn_flood.pcap")
NAMES = ["close_wait_lingering.pcapng", "random_loss.pcap", "time_wait_reopened.pcap", "rejected_by_firewall.pcap"]
PICKS = ["tcp.flags.fin == 1", "tcp.flags.syn == 1 && tcp.flags.ack == 0 && frame.number > 5", "tcp.len > 100000"]
EXAMPLES = [os.path.join(CAPTURES, name) for name in NAMES]


def statistic(what, capture, *args):
    p = tshark("-q", *args, "-r", capture, "-z", what)
    assert p.returncode == 0 and not p.stderr, p.stderr
    return p.stdout


def table_of(text):
    """The rows of a table: a dictionary each."""
    lines = [line for line in text.splitlines() if line.endswith("|")]
    titles, *rows = ([cell.strip() for cell in line.split("|")[:-1]] for line in lines)
    return [dict(zip(titles, row)) for row in rows]


def table(name, capture, *args, condition=""):
    return table_of(statistic(f"tcpstate-table,{name}{condition}", capture, *args))


def report(name, capture, *args):
    rows = [json.loads(line) for line in statistic(f"tcpstate,json,{name}", capture, *args).splitlines()]
    return [row for row in rows if row["type"] in name.split(",")[0]]


def address(row, end):
    host = row[f"{end}_address"]
    return f"[{host}]:{row[f'{end}_port']}" if ":" in host else f"{host}:{row[f'{end}_port']}"


def expected_connection(row):
    spent = {state: sum(row[f"{end}_times"].get(state, 0) for end in ("client", "server")) for state in ("CLOSE_WAIT", "TIME_WAIT")}
    return {"Connection": str(row["connection"]), "Client": address(row, "client"), "Server": address(row, "server"),
            "Client state": row["client_state"], "Server state": row["server_state"], "Closed by": row["closed_by"] or "",
            "Segments": str(row["client_segments"] + row["server_segments"]), "Repeats": str(row["repeats"]),
            "CLOSE_WAIT (s)": f"{spent['CLOSE_WAIT']:.6f}", "TIME_WAIT (s)": f"{spent['TIME_WAIT']:.6f}",
            "Findings": ", ".join(row["findings"])}


class Tables(unittest.TestCase):
    def test_connections_are_those_of_the_report(self):
        for capture in EXAMPLES:
            shown = table("connections", capture, "-2")
            wanted = [expected_connection(row) for row in report("connections", capture)]
            self.assertEqual([{title: row[title] for title in wanted[0]} for row in shown], wanted, capture)

    def test_connections_with_a_filter(self):
        rows = table("connections", LINGERING, condition=",tcpstate.connection == 1")
        self.assertEqual([row["Connection"] for row in rows], ["1"])

    def test_findings_are_those_of_the_packets(self):
        for capture in EXAMPLES:
            found = collections.Counter(finding for cell, in fields(capture, ["tcpstate.finding"], "-2") for finding in cell.split("|") if finding)
            shown = collections.Counter(row["Finding"] for row in table("findings", capture, "-2"))
            self.assertEqual(set(shown), set(found), capture)
            for row in table("findings", capture, "-2"):
                self.assertIn(row["Severity"], ("chat", "note", "warn", "error"))

    def test_findings_with_a_filter(self):
        self.assertEqual(table("findings", LINGERING, condition=",tcpstate.connection == 1"), [])
        for way in ([], ["-2"]):
            self.assertEqual(table("findings", LINGERING, *way, condition=",tcp.flags.fin == 1"), table("findings", LINGERING, "-2"), way)

    def test_filters_pick_connections_and_cut_none(self):
        """Those that any frame let through belongs to; their rows are those of the whole table."""
        n = 0
        for capture in EXAMPLES:
            for condition in PICKS:
                numbers = {c for cell, in fields(capture, ["tcpstate.connection"], "-Y", condition) for c in cell.split("|") if c}
                n += len(numbers)
                for name in ("connections", "findings"):
                    wanted = [row for row in table(name, capture) if row["Connection"] in numbers]
                    self.assertEqual(table(name, capture, condition=f",{condition}"), wanted, (capture, name, condition))
        self.assertGreater(n, 20)

    def test_endpoints_are_those_of_the_report(self):
        for capture in EXAMPLES:
            shown = {(row["Endpoint"], row["Role"]): row for row in table("endpoints", capture)}
            rows = report("endpoints", capture)
            self.assertEqual(len(shown), len(rows), capture)
            for row in rows:
                host = f"[{row['address']}]" if ":" in row["address"] else row["address"]
                name = (f"{host}:{row['port']}", "service") if row["role"] == "service" else (host, "client host")
                peaks = row["states"]
                self.assertEqual(shown[name]["TIME_WAIT at most"], str(peaks.get("TIME_WAIT", {}).get("peak", 0)), name)
                self.assertEqual((shown[name]["Opened"], shown[name]["Closed"]), (str(row["opened"]), str(row["closed"])), name)

    def test_endpoints_with_a_filter_are_those_of_the_report(self):
        rows = table("endpoints", LINGERING, condition=",tcpstate.connection == 0 && tcp.flags.fin == 1")
        self.assertEqual([(row["Role"], row["Endpoint"], row["Opened"], row["CLOSE_WAIT"]) for row in rows],
                         [("client host", "10.77.1.1", "1", "0"), ("service", "10.77.1.2:5000", "1", "1")])

    def test_endpoints_are_in_the_order_of_addresses(self):
        rows = [(row["Role"], row["Endpoint"]) for row in table("endpoints", FLOOD)]
        wanted = sorted(rows, key=lambda row: (row[0], [int(n) for n in re.split("[.:]", row[1])]))
        self.assertEqual(rows, wanted)
        self.assertNotEqual(rows, sorted(rows))
        self.assertEqual(list(table("endpoints", LINGERING)[0])[0], "Role", "Wireshark sorts by the first column, as text")

    def test_summary_counts_what_the_reports_have(self):
        for capture in EXAMPLES:
            for condition in ("", *PICKS):
                comma = condition and f",{condition}"
                shown = collections.defaultdict(dict)
                for row in map(json.loads, statistic(f"tcpstate,json{comma}", capture).splitlines()):
                    if row["type"] == "finding":
                        shown["Findings"][row["finding"]] = shown["Findings"].get(row["finding"], 0) + 1
                rows = table_of(statistic(f"tcpstate_summary,tree{comma}", capture))
                counts = {about: {row["What"]: int(row["Count"]) for row in rows if row["About"] == about} for about in {row["About"] for row in rows}}
                connections = report(f"connections{comma}", capture)
                self.assertEqual({what: n for what, n in counts.get("Findings", {}).items() if what != "all"}, shown["Findings"], (capture, condition))
                self.assertEqual(counts.get("Connections by outcome", {}).get("all", 0), len(connections))
                closed = collections.Counter(row["closed_by"] for row in connections if row["closed_by"])
                self.assertEqual({who: n for who, n in counts.get("Closed first", {}).items() if who != "all"}, dict(closed), (capture, condition))
                self.assertTrue(all(int(row["Count"]) for row in rows), "rows of nothing")
                self.assertFalse(rows and [title for title in rows[0] if "Rate" in title or "Burst" in title])

    def test_summary_has_the_findings_of_all_captures(self):
        n = 0
        for capture in captures():
            found = collections.Counter(row["Finding"] for row in table("findings", capture))
            rows = table_of(statistic("tcpstate_summary,tree", capture))
            self.assertEqual({row["What"]: int(row["Count"]) for row in rows if row["About"] == "Findings" and row["What"] != "all"}, dict(found), capture)
            n += bool(found)
        self.assertGreater(n, 30)


class FlowGraph(unittest.TestCase):
    def test_each_arrow_is_a_segment(self):
        for capture in EXAMPLES:
            text = statistic("flow,tcpstate,standard", capture)
            segments = fields(capture, ["tcp.srcport"], "-Y", "tcpstate.state")
            self.assertEqual(len(re.findall(r"--->|<---", text)), len(segments), capture)

    def test_comment_is_the_line_of_the_ladder(self):
        comments = re.findall(r"\|(\w+(?: [~^?])? \| \w+(?: [~^?])?): ", statistic("flow,tcpstate,standard", LINGERING))
        ladder = re.findall(r"^ *\d+ +[\d.]+  (\w+(?: [~^?])?) .* (\w+(?: [~^?])?)$", statistic("tcpstate,ladder", LINGERING), re.M)
        self.assertEqual(comments, [" | ".join(states) for states in ladder])
        self.assertEqual(len(comments), 20)

    def test_comment_names_the_findings_of_the_frame(self):
        for capture in EXAMPLES:
            named = re.findall(r"! (\w+), ", statistic("flow,tcpstate,standard", capture, "-2"))
            rows = fields(capture, ["tcpstate.finding"], "-2", "-Y", "tcpstate.event")
            self.assertEqual(named, [finding for cell, in rows for finding in cell.split("|") if finding], capture)
        self.assertIn("CLOSE_WAIT: ! close_wait_lingering, server acknowledges", statistic("flow,tcpstate,standard", LINGERING, "-2"))


class Sharkd(unittest.TestCase):
    def setUp(self):
        if not shutil.which("sharkd"):
            self.skipTest("there is no sharkd")

    def test_dialogs_filled_again(self):
        taps = ["nstat:tcpstate-table,connections", "nstat:tcpstate-table,findings", "nstat:tcpstate-table,endpoints", "nstat:tcpstate_summary,tree",
                "seqa:tcpstate"]
        requests = [("tap", {"tap0": tap}) for tap in taps * 2]
        answers = [answer["taps"][0] for answer in ask(LINGERING, requests)]
        self.assertEqual(answers[:len(taps)], answers[len(taps):])
        rows = answers[0]["tables"][0]["i"]
        self.assertEqual([row[6] for row in rows], ["CLOSE_WAIT", "CLOSED"])
        self.assertAlmostEqual(rows[0][9], 15.117467, 5)
        self.assertEqual(len(answers[4]["flows"]), 20)

    def test_states_are_offered_and_drawn(self):
        field = "tcpstate.server.state_number"
        _, offered, drawn, shown = ask(LINGERING, [
            ("check", {"filter": field}), ("complete", {"field": "tcpstate.server.state_n"}), ("iograph", {"graph0": f"max:{field}", "filter0": field, "interval": 1000}),
            ("frames", {"filter": f"{field} == CLOSE_WAIT"})])
        self.assertEqual([name["f"] for name in offered["field"]], [field])
        self.assertEqual(drawn["iograph"][0]["items"], [8.0, "f", 9.0])  # in second 0 CLOSE_WAIT, in second 15 LAST_ACK
        self.assertEqual([frame["num"] for frame in shown], [8, 9, 24, 25])


if __name__ == "__main__":
    unittest.main()

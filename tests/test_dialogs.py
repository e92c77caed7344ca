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

from common import CAPTURES, fields, tshark
from test_sharkd import ask

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
NAMES = ["close_wait_lingering.pcapng", "random_loss.pcap", "time_wait_reopened.pcap", "rejected_by_firewall.pcap"]
EXAMPLES = [os.path.join(CAPTURES, name) for name in NAMES]


def statistic(what, capture, *args):
    p = tshark("-q", *args, "-r", capture, "-z", what)
    assert p.returncode == 0 and not p.stderr, p.stderr
    return p.stdout


def table(name, capture, *args, condition=""):
    """The rows of a table: a dictionary each."""
    lines = statistic(f"tcpstate-table,{name}{condition}", capture, *args).splitlines()
    lines = [line for line in lines if line.endswith("|")]
    titles, *rows = ([cell.strip() for cell in line.split("|")[:-1]] for line in lines)
    return [dict(zip(titles, row)) for row in rows]


def report(name, capture, *args):
    rows = [json.loads(line) for line in statistic(f"tcpstate,json,{name}", capture, *args).splitlines()]
    return [row for row in rows if row["type"] in name]


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
        self.assertTrue(table("findings", LINGERING, "-2", condition=",tcpstate.connection == 0"))
        self.assertEqual(table("findings", LINGERING, condition=",tcpstate.connection == 1"), [])
        self.assertTrue(table("findings", LINGERING, "-2", condition=",tcp.flags.fin == 1 && tcpstate.connection == 0"))

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

    def test_summary_counts_connections(self):
        for capture in EXAMPLES:
            text = statistic("tcpstate_summary,tree", capture)
            self.assertEqual(int(re.search(r"^Connections by outcome +(\d+)", text, re.M)[1]), len(report("connections", capture)))
            counts = dict(re.findall(r"^ (\S.*?\S) {2,}(\d+) ", text, re.M))
            # those that only the end of the capture shows come after the last segment, and are not counted in one pass
            rows = map(json.loads, statistic("tcpstate,json", capture).splitlines())
            found = collections.Counter(row["finding"] for row in rows if row["type"] == "finding" and not row["at_end"])
            shown = dict(re.findall(r"^ (\S.*?\S) {2,}(\d+) ", statistic("tcpstate_summary,tree", capture, "-2"), re.M))
            for rule, n in found.items():
                self.assertGreaterEqual(int(shown.get(rule, 0)), n, (capture, rule))
            closed = collections.Counter(row["closed_by"] for row in report("connections", capture) if row["closed_by"])
            self.assertEqual({who: int(counts.get(who, 0)) for who in closed}, dict(closed), capture)


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


class Sharkd(unittest.TestCase):
    def setUp(self):
        if not shutil.which("sharkd"):
            self.skipTest("there is no sharkd")

    def test_dialogs_filled_again(self):
        taps = ["nstat:tcpstate-table,connections", "nstat:tcpstate-table,findings", "nstat:tcpstate-table,endpoints", "stat:tcpstate_summary",
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

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports for people and for programs: gauges, endpoints, JSON, and what scripts/tcpstate makes of them."""
import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from common import CAPTURES, ROOT, captures, fields, reports, tshark

try:
    import jsonschema
except ImportError:  # Debian: python3-jsonschema
    jsonschema = None

WITH_JSON = ["," + name for name in reports(function="JSON(")]
LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
CLOSED = os.path.join(CAPTURES, "server_closes_first.pcap")
FLOOD = os.path.join(CAPTURES, "syn_flood.pcap")


class Gauges(unittest.TestCase):
    def maximum(self, capture, field):
        """As Wireshark's I/O graph takes it."""
        p = tshark("-q", "-r", capture, "-z", f"io,stat,0,MAX({field}){field}")
        self.assertEqual(p.returncode, 0, p.stderr)
        return int(re.search(r"<> +\S+ *\| +(\d+) \|", p.stdout)[1])

    def test_in_the_io_graph(self):
        self.assertEqual(self.maximum(FLOOD, "tcpstate.server.half_open_count"), 201)
        self.assertEqual(self.maximum(LINGERING, "tcpstate.server.close_wait_count"), 2)
        self.assertEqual(self.maximum(os.path.join(CAPTURES, "server_closes_first.pcap"), "tcpstate.server.time_wait_count"), 1)
        self.assertEqual(self.maximum(os.path.join(CAPTURES, "client_closes_first.pcap"), "tcpstate.client.time_wait_count"), 1)

    def test_same_in_two_passes(self):
        for name in ("server.half_open_count", "server.time_wait_count"):
            field = f"tcpstate.{name}"
            self.assertEqual(fields(FLOOD, [field]), fields(FLOOD, [field], "-2"))


@functools.lru_cache(maxsize=None)
def statistic(what, capture=LINGERING, *args):
    p = tshark("-q", "-r", capture, *args, "-z", "tcpstate" + ("," + what if what else ""))
    assert p.returncode == 0, p.stderr
    return p.stdout


def lines(what, capture=LINGERING, *args):
    return [json.loads(line) for line in statistic("json" + what, capture, *args).splitlines()]


class Summary(unittest.TestCase):
    def test_who_closed_first_and_where_sockets_pile_up(self):
        text = statistic("")
        self.assertIn("Closed first: the client 2\n", text)
        self.assertNotIn("pile up", text)  # one socket is no pile
        self.assertIn("10.77.1.2:5000: 17 handshakes answered and not completed (asked 201 times, completed 1)", statistic("", FLOOD))
        leaks = os.path.join(CAPTURES, "cases", "blank_connects_leak_close_wait.pcap")
        self.assertIn("192.0.2.2:55555: 4 sockets in CLOSE_WAIT for more than 10.0 s, at most 59.8 s; 4 at the end\n", statistic("", leaks))
        self.assertNotIn("pile up", statistic("", CLOSED))

    def test_filters_shown_select_frames(self):
        for name in ("cases/blank_connects_leak_close_wait.pcap", "random_loss.pcap", "syn_flood.pcap"):
            capture = os.path.join(CAPTURES, name)
            text = statistic("", capture)
            filters = re.findall(r"^      (ip.addr == .*)$", text, re.M) + re.findall(r"-> ladder,\d+(?:;  |\n +)((?:tcpstate|ip)\.[^;\n]*)", text)
            self.assertTrue(filters)
            for one in filters:
                self.assertTrue(fields(capture, ["frame.number"], "-2", "-Y", one), one)

    def test_filters_of_outcomes_show_those_connections(self):
        for name in ("syn_flood.pcap", "random_loss.pcap", "self_connect.pcap", "time_wait_reopened.pcap"):
            capture = os.path.join(CAPTURES, name)
            text = statistic("", capture)
            self.assertTrue(all(len(line) <= 100 for line in text.splitlines()))
            rows = re.findall(r"^ +(\d+)  \S.*  (tcpstate.connection in \{.*\})( and more)?$", text, re.M)
            self.assertTrue(rows)
            for n, one, more in rows:
                seen = {c for row in fields(capture, ["tcpstate.connection"], "-Y", one) for c in row[0].split("|")}
                self.assertTrue(seen, one)
                if not more:
                    self.assertEqual(len(seen), int(n), one)

    def test_one_is_no_plural(self):
        text = statistic("", os.path.join(CAPTURES, "time_wait_reopened.pcap"), "-o", "tcpstate.time_wait_sockets:0")
        self.assertIn("has had 1 socket in TIME_WAIT at once\n", text)
        self.assertNotRegex(text, r"\b1 sockets\b|\b0 %")

    def test_one_socket_has_no_second_direction(self):
        self.assertNotIn("one direction", statistic("", os.path.join(CAPTURES, "self_connect.pcap")))

    def test_flaws_of_the_capture(self):
        def said(name):
            return statistic("", os.path.join(CAPTURES, name))
        self.assertRegex(said("captured_twice.pcap"), r"\d+  segments captured twice")
        self.assertRegex(said("one_direction.pcap"), r"\d+  connections? of which one direction was captured")
        self.assertRegex(said("capture_starts_late.pcap"), r"\d+  connections? that began before the capture")
        self.assertRegex(said("fin_lost.pcap"), r"1  segment sent again")
        self.assertNotIn("\nCapture\n", statistic("", CLOSED))


class Sockets(unittest.TestCase):
    def table(self, when=""):
        """State and ports of each line."""
        text = statistic("ss" + when)
        return re.findall(r"^([A-Z][A-Z0-9-]+)(?: [~^?])? +\S+:(\d+) +\S+:(\d+|\*)", text, re.M)

    def test_at_the_end_at_a_time_and_at_a_date(self):
        self.assertIn(("CLOSE-WAIT", "5000", "57800"), self.table())
        self.assertIn(("TIME-WAIT", "42804", "5000"), self.table())
        self.assertEqual(self.table(",0.05"), [("ESTAB", "57800", "5000"), ("LISTEN", "5000", "*"), ("ESTAB", "5000", "57800")])
        self.assertEqual(self.table(",2026-11-22T07:37:39.444855Z"), self.table(",0.05"))
        self.assertEqual(self.table(",2026-11-22T08:37:39.444855+01"), self.table(",0.05"))

    def test_time_wait_ends_after_two_msl(self):
        capture = os.path.join(CAPTURES, "random_loss.pcap")
        end = float(fields(capture, ["frame.time_relative"])[-1][0])
        usual, short = (statistic("ss", capture, "-o", f"tcpstate.two_msl:{s}").count("TIME-WAIT") for s in (60, 1))
        self.assertGreater(end, 1)
        self.assertLess(short, usual)

    def test_with_a_filter(self):
        self.assertNotIn("57800", statistic("ss,1,tcp.port == 1"))
        self.assertNotIn("57800", statistic("ss,tcp.port == 42804"))

    def test_wrong_names_and_times(self):
        for what, says in (("nonsense", "connections, ss, endpoints, ladder"), ("ss,-1", "seconds"), ("ss,2026-13-01T00:00:00Z", "ISO 8601"),
                           ("ss,1x", "report|time"), ("ss,99", r" \(15\.18\d* s\) UTC; it does not tell"), ("json,foo", "ladder")):
            p = tshark("-q", "-r", LINGERING, "-z", f"tcpstate,{what}")
            self.assertNotEqual(p.returncode, 0, what)
            self.assertEqual(p.stdout, "")
            self.assertRegex(p.stderr, says)
            self.assertEqual(len(p.stderr.strip().splitlines()), 1, p.stderr)


class Endpoints(unittest.TestCase):
    def test_peaks_and_limits(self):
        text = statistic("endpoints", FLOOD)
        self.assertRegex(text, r"SYN_RCVD +\d+ +201 ")
        self.assertIn("half-open peak against the backlog: 201 of 4096", text)
        self.assertIn("... and", text)
        self.assertTrue(all(len(line) <= 100 for line in text.splitlines()))

    def test_filters_select_frames(self):
        for name in ("time_wait_reopened.pcap", "ipv6.pcap"):
            capture = os.path.join(CAPTURES, name)
            filters = re.findall(r"    (ip(?:v6)?\.addr == .*)$", statistic("endpoints", capture), re.M)
            self.assertEqual(len(filters), 2)
            for one in filters:
                self.assertTrue(fields(capture, ["frame.number"], "-Y", one), one)

    def test_limit_is_a_preference(self):
        self.assertIn("201 of 100 ", statistic("endpoints", FLOOD, "-o", "tcpstate.backlog:100"))

    def test_what_a_filter_lets_through(self):
        service = lines(",endpoints,tcpstate.connection == 0")[0]
        self.assertEqual((service["role"], service["opened"], service["states"]["CLOSE_WAIT"]["now"]), ("service", 1, 1))

    def test_now_is_what_ss_shows(self):
        for capture in captures():
            said, now = {}, {}
            for s in lines(",ss", capture):
                if s["state"] != "LISTEN":
                    said[s["role"], s["state"]] = said.get((s["role"], s["state"]), 0) + 1
            for e in lines(",endpoints", capture):
                role = "server" if e["role"] == "service" else "client"
                for state, n in e["states"].items():
                    if n["now"]:
                        now[role, state] = now.get((role, state), 0) + n["now"]
            for key in set(said) | set(now):
                if key != ("server", "SYN_RCVD"):  # ss leaves those out that nothing answered
                    self.assertEqual(said.get(key), now.get(key), (capture, key))


class Stream(unittest.TestCase):
    """tcp.stream beside a connection's number."""

    def told(self, capture, *args):
        return {c["connection"]: c["stream"] for c in lines(",connections", capture, *args)}

    def fields_say(self, capture):
        """Of each connection, the stream that its first segment is in; of frames where layers can be paired."""
        streams = {}
        for connections, numbers in fields(capture, ["tcpstate.connection", "tcp.stream"]):
            connections, numbers = connections.split("|"), numbers.split("|")
            if connections != [""] and len(connections) == len(numbers):
                for connection, number in zip(connections, numbers):
                    streams.setdefault(int(connection), int(number))
        return streams

    def test_is_the_field_s(self):
        folder = os.path.join(CAPTURES, "encapsulations")
        tunnels = sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith((".pcap", ".pcapng")))
        self.assertTrue(tunnels)
        for capture in tunnels + captures()[::4]:
            said, told = self.fields_say(capture), self.told(capture)
            self.assertEqual({c: told[c] for c in said}, said, capture)
            self.assertTrue(said, capture)

    def test_same_in_two_passes_and_through_a_filter(self):
        capture = os.path.join(CAPTURES, "time_wait_reopened.pcap")
        told = self.told(capture)
        self.assertEqual(self.told(capture, "-2"), told)
        self.assertEqual(self.told(capture, "-2", "-R", "tcp"), told)
        last = max(told)
        self.assertEqual({c["connection"]: c["stream"] for c in lines(f",connections,tcpstate.connection == {last}", capture)},
                         {last: told[last]})
        self.assertGreater(last, 0)

    def test_in_the_table(self):
        head, first, second = statistic("connections").splitlines()
        self.assertEqual(head.split()[:3], ["#", "stream", "start"])
        self.assertEqual([first.split()[1], second.split()[1]], ["0", "1"])


class Json(unittest.TestCase):
    @unittest.skipUnless(jsonschema, "jsonschema is not installed")
    def test_schema(self):
        with open(os.path.join(ROOT, "docs", "schema.json"), encoding="utf-8") as f:
            validator = jsonschema.Draft202012Validator(json.load(f))
        kinds = set()
        for capture in captures():
            for what in WITH_JSON:
                if what == ",ladder" and os.path.getsize(capture) > 30000:
                    continue
                for line in lines(what, capture):
                    error = next(iter(validator.iter_errors(line)), None)
                    self.assertIsNone(error, f"{capture} {what}: {line}")
                    kinds.add(line["type"])
        self.assertEqual(kinds, {"summary", "headline", "finding", "connection", "socket", "endpoint", "segment"})

    def test_names_capture_and_host(self):
        for what in WITH_JSON:
            for line in lines(what, LINGERING, "-o", "tcpstate.capture:web 1.pcap", "-o", "tcpstate.host:web1"):
                self.assertEqual((line["capture"], line["host"]), ("web 1.pcap", "web1"))

    def test_numbers_and_times(self):
        first = lines(",connections")[0]
        self.assertEqual(first["start"], "2026-11-22T07:37:39.394854945Z")
        self.assertAlmostEqual(first["start_epoch"], 1795333059.394854945, places=6)
        self.assertEqual((first["client_address"], first["client_port"]), ("10.77.1.1", 57800))
        self.assertAlmostEqual(first["server_times"]["CLOSE_WAIT"], 15.117, places=3)
        self.assertEqual(lines(",connections", os.path.join(CAPTURES, "ipv6.pcap"))[0]["client_address"], "fd77:1::1")

    def test_summary_counts_what_follows(self):
        for capture in captures():
            summary, *rest = lines("", capture)
            self.assertEqual(sum(summary["findings"].values()), sum(row["type"] == "finding" for row in rest))
            self.assertEqual([row["type"] for row in rest], sorted((row["type"] for row in rest), reverse=True))  # headlines first
            self.assertEqual(sum(summary["outcomes"].values()), summary["connections"])

    def test_elastic(self):
        """As the documentation tells it: the mapping has the type of each field that -T ek prints, but for texts."""
        mapping = tshark("-G", "elastic-mapping", "--elastic-mapping-filter", "tcpstate")
        self.assertEqual(mapping.returncode, 0, mapping.stderr)
        text = mapping.stdout
        types = dict(re.findall(r'"(tcpstate_tcpstate_[a-z_]+)": *\{\s*"type": *"(\w+)"', text))
        self.assertEqual(types.get("tcpstate_tcpstate_server_time_wait_count"), "long")
        texts = {"tcpstate_" + row[2].replace(".", "_") for row in (line.split("\t") for line in tshark("-G", "fields").stdout.splitlines())
                 if row[0] == "F" and row[3] == "FT_STRING"}
        p = tshark("-r", LINGERING, "-T", "ek", "-J", "tcpstate", "-Y", "tcpstate")
        frames = [json.loads(line) for line in p.stdout.splitlines() if '"layers"' in line]
        self.assertTrue(frames)
        for frame in frames:
            for name in frame["layers"]["tcpstate"]:
                if name.startswith("tcpstate_") and name not in texts:  # _ws_...: Wireshark's own, of expert infos
                    self.assertIn(name, text)


class Fleet(unittest.TestCase):
    """The commands of docs/reports.md that put many captures together, as they stand there."""

    def run_example(self, begins, *tools):
        for tool in tools:
            if not shutil.which(tool):
                self.skipTest(f"{tool} is not installed")
        with open(os.path.join(ROOT, "docs", "reports.md"), encoding="utf-8") as f:
            blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", f.read(), re.M)
        block = next(b for b in blocks if b.lstrip().startswith(begins))
        with tempfile.TemporaryDirectory() as folder:
            for host in ("web1", "web2"):
                with open(os.path.join(folder, host + ".jsonl"), "w", encoding="utf-8") as f:
                    f.write(statistic("json,connections", LINGERING, "-o", f"tcpstate.host:{host}"))
            script = re.sub(r"^    ", "", block, flags=re.M).replace("/srv/collect", folder)
            p = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        return p.stdout

    def test_jq(self):
        rows = [json.loads(line) for line in self.run_example("cat /srv/collect", "jq").splitlines()]
        self.assertEqual([(r["host"], r["service"]) for r in rows], [("web1", "10.77.1.2:5000"), ("web2", "10.77.1.2:5000")])
        self.assertAlmostEqual(rows[0]["close_wait"], 15.12, places=1)

    def test_sqlite(self):
        self.assertRegex(self.run_example("sqlite3", "sqlite3"), r"web1 +10\.77\.1\.2 +5000 +15\.2 *\nweb2 +10\.77")


class Documents(unittest.TestCase):
    def test_table_has_each_report_and_no_other(self):
        with open(os.path.join(ROOT, "docs", "reports.md"), encoding="utf-8") as f:
            told = re.findall(r"(?m)^\| `tcpstate[^|]*\| `(\w+)", f.read())
        self.assertEqual(list(dict.fromkeys(told)), reports())


class Command(unittest.TestCase):
    def run_it(self, *args):
        return subprocess.run([os.path.join(ROOT, "scripts", "tcpstate"), *args], capture_output=True, text=True, timeout=400,
                              check=False)

    def test_names_reports_as_their_rows_do(self):
        self.assertIn(", ".join(reports()[:-1]) + " or " + reports()[-1] + ".", self.run_it("--help").stdout)
        with_argument = reports("TIME|CONNECTION")
        self.assertTrue(with_argument)
        for name in reports():
            p = self.run_it("--report", name + ",1", "none.pcap")
            self.assertEqual("no report" in p.stderr, name not in with_argument, p.stderr)

    def test_fail_on(self):
        for args, status in ((["close_wait_lingering", LINGERING], 1), (["close_wait_lingering,missing_final_ack", CLOSED, LINGERING], 1),
                             (["missing_final_ack", CLOSED], 0), (["close_wait_lingering", "none.pcap", LINGERING], 2),
                             (["warn", LINGERING], 1), (["warn", CLOSED], 0), (["error,close_wait_lingering", LINGERING], 1),
                             (["nonsense", CLOSED], 2), (["", CLOSED], 2)):
            p = self.run_it("--fail-on", *args)
            self.assertEqual(p.returncode, status, (args, p.stderr))
            self.assertEqual("close_wait_lingering: 10.77.1.2:5000 has been" in p.stdout, LINGERING in args)

    def test_reports(self):
        self.assertIn("CLOSE-WAIT", self.run_it("--report", "ss", LINGERING).stdout)
        self.assertNotIn("CLOSE-WAIT", self.run_it("--report=ss,0.05", LINGERING).stdout)
        self.assertTrue(self.run_it("--report", "connections", LINGERING).stdout.lstrip().startswith("#"))
        for bad in (["--report", "nonsense", LINGERING], ["--report"], ["--nonsense", LINGERING], []):
            p = self.run_it(*bad)
            self.assertEqual(p.returncode, 2)
            self.assertTrue(p.stderr.strip())
            self.assertEqual(p.stdout, "")

    def test_nothing_but_data_on_a_pipe(self):
        p = self.run_it("--json", "--report", "connections", LINGERING, CLOSED)
        self.assertEqual([json.loads(line)["capture"] for line in p.stdout.splitlines()], [LINGERING, LINGERING, CLOSED])
        self.assertEqual(p.stderr, "")

    def test_join_takes_files_as_one_capture(self):
        with tempfile.TemporaryDirectory() as folder:
            parts = [os.path.join(folder, name) for name in ("1.pcapng", "2.pcapng")]
            for part, frames in zip(parts, ("1-12", "13-99")):
                subprocess.run(["editcap", "-r", LINGERING, part, frames], check=True)
            whole = self.run_it("--report", "connections", LINGERING).stdout
            self.assertEqual(self.run_it("--join", "--report", "connections", *parts).stdout, whole)
            self.assertEqual(self.run_it("--join", "--fail-on", "close_wait_lingering", *parts).returncode, 1)
            self.assertEqual(self.run_it("--join", "--fail-on", "close_wait_lingering", parts[0], "none").returncode, 2)


if __name__ == "__main__":
    unittest.main()

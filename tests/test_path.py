#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of both ends: what became of each segment between them is what really did, whatever clocks and addresses say.

    test_path.py          the pairs in captures/both_ends, and what is said of bad ones
    test_path.py --all    the whole collection that they come from, where it is at hand
"""
import csv
import functools
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

import rewrite
from common import CAPTURES, PROGRAM, ROOT, TRUTH, skip

try:
    import jsonschema
except ImportError:  # Debian: python3-jsonschema
    jsonschema = None

NANOSECONDS = 0xa1b23c4d
WAYS = ("outward", "homeward")


def run(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=300, check=False)


def path(client, server, *more):
    """The lines of the report, and what was said besides."""
    p = run("--json", "--report", "path", "--client", client, "--server", server, *more)
    return [json.loads(line) for line in p.stdout.splitlines()], p.stderr, p.returncode


def pair(name):
    return [os.path.join(CAPTURES, "both_ends", f"{name}.{end}.pcap") for end in ("client", "server")]


def counts(line):
    """Those that the table has, of both ways."""
    return {way: {name: line[way][name] for name in ("arrived", "lost", "made", "reordered", "not_covered")} for way in WAYS}


def expected():
    table = {}
    with open(os.path.join(ROOT, "tests", "path.tsv"), encoding="utf-8") as f:
        for row in csv.DictReader(f, delimiter="\t"):
            numbers = {name: int(row[name]) for name in ("arrived", "lost", "made", "reordered")}
            table.setdefault(row["pair"], {})[row["way"]] = {**numbers, "not_covered": int(row["outside"])}
    return table


def retimed(source, target, skew=0, ppm=0.0):
    """The same capture by a clock that is so many seconds ahead, and runs so much faster."""
    head, frames = rewrite.read(source)
    per_second = 10**9 if struct.unpack_from("<I", head)[0] == NANOSECONDS else 10**6
    first = None
    for frame in frames:
        seconds, fraction = struct.unpack_from("<II", frame.header)
        time = seconds * per_second + fraction
        first = time if first is None else first
        time += skew * per_second + round((time - first) * ppm / 1e6)
        frame.header = struct.pack("<II", time // per_second, time % per_second) + frame.header[8:]
    rewrite.write(target, head, frames)
    return target


def translated(source, target):
    """The clients' addresses and ports are others, as behind a router that translates them."""
    head, frames = rewrite.read(source)
    ports = {}
    for frame in frames:
        if not frame.tcp:
            continue
        for i, (address, port) in enumerate(frame.ends()):
            if address[-1] != 1:
                continue
            at = frame.addresses + i * frame.size
            frame.data[at:at + frame.size] = address[:-1] + b"\xc8"
            new = ports.setdefault((address, port), 20000 + len(ports))
            struct.pack_into("!H", frame.data, frame.tcp + 2 * i, new)
    rewrite.write(target, head, frames)
    return target


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name):
        return os.path.join(self.folder, name)


class Pairs(InFolder):
    def check_all(self, change):
        for name, table in expected().items():
            lines, said, status = path(*change(*pair(name)))
            self.assertEqual((counts(lines[0]), status), (table, 0), f"{name}: {said}")

    def test_as_they_are(self):
        self.check_all(lambda client, server: (client, server))

    def test_skew_changes_nothing(self):
        self.check_all(lambda client, server: (client, retimed(server, self.file("s.pcap"), 5)))
        self.check_all(lambda client, server: (retimed(client, self.file("c.pcap"), 86400), server))

    def test_drift_changes_nothing(self):
        self.check_all(lambda client, server: (client, retimed(server, self.file("s.pcap"), -5, 100)))
        self.check_all(lambda client, server: (client, retimed(server, self.file("s.pcap"), 5, -100)))

    def test_translation_changes_nothing(self):
        self.check_all(lambda client, server: (client, translated(server, self.file("s.pcap"))))
        self.check_all(lambda client, server: (translated(client, self.file("c.pcap")),
                                               retimed(server, self.file("s.pcap"), 5, 100)))

    def test_translation_is_said(self):
        client, server = pair("random_loss")
        lines = path(client, translated(server, self.file("s.pcap")))[0]
        self.assertEqual(lines[0]["changed"].get("ends"), lines[0]["connections"])
        self.assertNotIn("ends", path(client, server)[0][0]["changed"])

    def test_clock(self):
        client, server = pair("random_loss")
        plain = path(client, server)[0][0]
        other = path(client, retimed(server, self.file("s.pcap"), 5, 100))[0][0]
        self.assertLess(abs(plain["clock_offset"]), plain["clock_bound"])
        self.assertLess(plain["clock_bound"], 0.0032)  # the path takes 3 ms each way
        self.assertAlmostEqual(other["clock_offset"] - plain["clock_offset"], 5, delta=other["clock_bound"])
        self.assertLessEqual(abs(other["clock_drift_ppm"] - 100), other["clock_drift_bound_ppm"])
        for way in WAYS:
            self.assertAlmostEqual(other[way]["delay"]["median"], 0.0031, delta=0.0031)

    def test_hosts_of_both_kinds_on_either_side(self):
        """Two pairs in one, of which the second has its servers at the near point: each host is on the side where it is."""
        outer, inner = pair("random_loss"), pair("peer_vanished")[::-1]
        for target, first, second in zip(("c.pcap", "s.pcap"), outer, inner):
            head, frames = rewrite.read(first)
            more = rewrite.read(second)[1]
            for frame in filter(lambda f: f.tcp, more):
                for at in (frame.addresses, frame.addresses + frame.size):
                    frame.data[at + 2] = 99  # other hosts
            rewrite.write(self.file(target), head, sorted(frames + more, key=lambda f: struct.unpack_from("<II", f.header)))
        lines, said, status = path(self.file("c.pcap"), self.file("s.pcap"))
        table = {way: dict(row) for way, row in expected()["random_loss"].items()}
        other = expected()["peer_vanished"]
        for way, there in zip(WAYS, WAYS[::-1]):
            for name in ("arrived", "lost", "made"):
                table[way][name] += other[there][name]
        self.assertEqual(status, 0, said)
        for way in WAYS:
            got = counts(lines[0])[way]
            self.assertEqual((got["arrived"], got["made"]), (table[way]["arrived"], table[way]["made"]))
            self.assertEqual(got["lost"] + got["not_covered"], table[way]["lost"] + table[way]["not_covered"])

    def test_in_several_files_of_any_order(self):
        client, server = pair("random_loss")
        head, frames = rewrite.read(server)
        parts = [frames[:500], frames[500:1200], frames[1200:]]
        for i, part in enumerate(parts):
            rewrite.write(self.file(f"{i}.pcap"), head, part)
        lines, _, status = path(client, self.file("1.pcap"), "--server", self.file("2.pcap"), "--server", self.file("0.pcap"))
        self.assertEqual((counts(lines[0]), status), (expected()["random_loss"], 0))

    def test_three_points(self):
        client, server = pair("reset_forged")
        lines = path(client, server, "--point", f"router={client}")[0]
        ways = [line for line in lines if line["type"] == "path"]
        self.assertEqual([(w["near"], w["far"]) for w in ways], [("client", "router"), ("router", "server")])
        self.assertEqual([w["outward"]["made"] for w in ways], [0, 3])


class Words(unittest.TestCase):
    def test_who_did_not_send_a_reset(self):
        lines = path(*pair("reset_forged"))[0]
        self.assertIn("RST of the client (server's frame 8, 0.075 s) is not in client's capture: 10.77.1.1 did not send it",
                      [s["text"] for s in lines[1]["segments"]])

    def test_what_got_lost(self):
        text = run("--report", "path", *sum(zip(("--client", "--server"), pair("fin_lost")), ())).stdout
        self.assertIn("- FIN of the client (client's frame ", text)
        self.assertIn(" got lost on its way to server\n", text)

    def test_no_line_is_too_wide(self):
        for name in expected():
            text = run("--report", "path", *sum(zip(("--client", "--server"), pair(name)), ())).stdout
            self.assertTrue(all(len(line) <= 100 for line in text.splitlines()), text)

    def test_one_point(self):
        p = run("--report", "path", os.path.join(CAPTURES, "syn_lost.pcap"))
        self.assertEqual(p.returncode, 0)
        self.assertIn("--client FILE --server FILE", p.stdout)

    @unittest.skipUnless(jsonschema, "jsonschema is not installed")
    def test_schema(self):
        with open(os.path.join(ROOT, "docs", "schema.json"), encoding="utf-8") as f:
            validator = jsonschema.Draft202012Validator(json.load(f))
        for name in expected():
            crossings = map(json.loads, ladder(name, "--json", "--report", "ladder").splitlines())
            for line in [*path(*pair(name))[0], *list(crossings)[:100], *rows("summary", name)]:
                self.assertIsNone(next(iter(validator.iter_errors(line)), None), line)


def ladder(name, *args):
    client, server = pair(name)
    return run(*args, "--client", client, "--server", server).stdout


class Ladders(InFolder):
    def of_type(self, kind, client, server):
        p = run("--json", "--report", "ladder", "--client", client, "--server", server)
        return [line for line in map(json.loads, p.stdout.splitlines()) if line["type"] == kind]

    def crossings(self, client, server):
        return self.of_type("crossing", client, server)

    def test_fates_are_those_of_the_path(self):
        for name, table in expected().items():
            rungs = self.crossings(*pair(name))
            for sender, way in (("client", "outward"), ("server", "homeward")):
                fates = [r["fate"] for r in rungs if r["sender"] == sender and not r["icmp_error"]]
                told = {fate: fates.count(fate) for fate in ("arrived", "lost", "made", None)}
                self.assertEqual([told["arrived"], told["lost"], told["made"]], [table[way][n] for n in ("arrived", "lost", "made")], name)
                self.assertEqual(told[None], table[way]["not_covered"], name)

    def test_states_are_those_of_each_ends_own_capture(self):
        for name in expected():
            own = {}
            for end, capture in zip(("client", "server"), pair(name)):
                p = run("--json", "--report", "ladder", capture)
                own[end] = {r["frame"]: r for r in map(json.loads, p.stdout.splitlines())}
            for r in self.crossings(*pair(name)):
                for end in ("client", "server"):
                    frame = r[end + "_frame"]
                    if frame and own[end][frame]["client_port"] == r["client_port"]:  # odd openings have other roles there
                        self.assertEqual(r[end + "_state"], own[end][frame][end + "_state"], (name, r))
            for r in self.of_type("segment", *pair(name)):
                if own[r["point"]][r["frame"]]["client_port"] == r["client_port"]:
                    self.assertEqual(r[r["point"] + "_state"], own[r["point"]][r["frame"]][r["point"] + "_state"], (name, r))

    def test_skew_changes_nothing(self):
        client, server = pair("random_loss")
        rest = ("fate", "client_frame", "server_frame", "client_state", "server_state")
        def seen(lines):
            return sorted([[str(line[n]) for n in rest] for line in lines])
        self.assertEqual(seen(self.crossings(client, server)), seen(self.crossings(client, retimed(server, self.file("s.pcap"), 5, 100))))

    def test_as_text(self):
        text = ladder("reset_forged", "--report", "ladder,0")
        self.assertRegex(text, r"(?m)^   -   15    0\.875  +ESTABLISHED   RST seq 201 +\*->  CLOSED")
        self.assertRegex(text, r"(?m)^   9   11    0\.175    1\.1  ESTABLISHED   <--  ACK seq 201 ack 201")
        self.assertRegex(ladder("fin_lost", "--report", "ladder,0"), r"(?m)^ +\d+ +- .* FIN_WAIT_1 +FIN,ACK .* --x  ESTABLISHED")
        self.assertRegex(ladder("syn_ack_lost", "--report", "ladder,0"), r"(?m)^ +- +\d+ .* SYN_SENT +x--  SYN,ACK .* SYN_RCVD")
        with open(os.path.join(ROOT, "docs", "reports.md"), encoding="utf-8") as f:
            self.assertIn("```\n" + text + "```\n", f.read())

    def test_icmp_errors(self):
        """A router answers the client's second segment: that is in the client's capture alone."""
        client, server = pair("fin_lost")
        head, frames = rewrite.read(client)
        quoted, back = frames[2], frames[1]
        ip = bytes(quoted.data[quoted.ip:quoted.ip + 28])
        error = struct.pack("!BBHI", 3, 1, 0, 0) + ip
        body = bytes(back.data[:14]) + struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(error), 1, 0, 60, 1, 0)
        body += bytes([192, 0, 2, 1]) + bytes(back.data[back.ip + 16:back.ip + 20]) + error
        new = rewrite.Frame(bytes(quoted.header[:8]), struct.pack("<II", len(body), len(body)), body, rewrite.ETHERNET)
        rewrite.write(self.file("c.pcap"), head, frames[:3] + [new] + frames[3:])
        lines = [line for line in self.crossings(self.file("c.pcap"), server) if line["icmp_error"]]
        self.assertEqual([(line["sender"], line["fate"], line["client_frame"], line["server_frame"]) for line in lines],
                         [("server", "made", 4, None)])
        self.assertEqual([line for line in self.crossings(client, server) if line["icmp_error"]], [])
        text = run("--report", "ladder", "--client", self.file("c.pcap"), "--server", server).stdout
        self.assertRegex(text, r"(?m)^   4    - .*<-\*  ICMP error for seq 1 ")

    def test_why(self):
        self.assertIn("server CLOSED: ", ladder("reset_forged", "--report", "why,0"))

    def test_there_is_no_such(self):
        client, server = pair("fin_lost")
        p = run("--report", "ladder,1", "--client", client, "--server", server)
        self.assertEqual((p.returncode, p.stderr), (2, "tcpstate: there is no connection 1.\n"))


def rows(report, name, *args):
    """The lines of JSON, of captures of both ends."""
    return [json.loads(line) for line in ladder(name, "--json", "--report", report, *args).splitlines()]


class Joined(InFolder):
    def test_each_connection_once_and_each_end_from_its_own_capture(self):
        states = ("state", "certainty", "segments", "bytes")
        for name in expected():
            own, n = {}, 0
            for end, capture in zip(("client", "server"), pair(name)):
                told = ["-o", f"tcpstate.capture_point:{end}"]
                lines = [json.loads(line) for line in run(*told, "--json", "--report", "connections", capture).stdout.splitlines()]
                own[end] = {(r["client_port"], r["server_port"], r["client_segments"]): r for r in lines} if end == "client" else {
                    (r["client_port"], r["server_port"], r["server_segments"]): r for r in lines}
                n = max(n, len(lines))
            both = rows("connections", name)
            self.assertEqual(len(both), n, name)
            for row in both:
                for end in ("client", "server"):  # ports are used again
                    one = own[end].get((row["client_port"], row["server_port"], row[end + "_segments"]))
                    if one:
                        self.assertEqual([row[f"{end}_{what}"] for what in states], [one[f"{end}_{what}"] for what in states], name)
            seen = sum((row["server_port"], row["client_port"]) in {k[1::-1] for k in own["client"]} for row in both)
            self.assertEqual(seen, n if own["client"] else 0)

    def test_translation_and_skew_change_no_state(self):
        client, server = pair("random_loss")
        seen = ("client_port", "client_state", "server_state", "outcome", "closed_by", "findings")
        def table(*files):
            p = run("--json", "--report", "connections", "--client", files[0], "--server", files[1])
            return sorted([str([json.loads(line)[n] for n in seen]) for line in p.stdout.splitlines()])
        plain = table(client, server)
        self.assertEqual(len(plain), 80)
        self.assertEqual(plain, table(client, retimed(server, self.file("s.pcap"), 5, 100)))
        self.assertEqual(plain, table(client, translated(server, self.file("s.pcap"))))

    def test_summary_counts_each_once(self):
        for name in ("random_loss", "fin_lost", "reset_forged"):
            lines = rows("summary", name)
            n = len(rows("connections", name))
            self.assertEqual(lines[0]["connections"], n)
            self.assertEqual(sum(lines[0]["outcomes"].values()), n)
            found = [(line["finding"], line["connection"], line["end"]) for line in lines if line["type"] == "finding"]
            self.assertEqual(len(found), len(set(found)))

    def test_finding_that_rests_on_a_forged_reset_says_so(self):
        found = [line for line in rows("summary", "reset_forged") if line["type"] == "finding" and "path" in line]
        self.assertEqual([(f["seen_at"], f["found_frame"]) for f in found if f["finding"] == "reset"], [("server", 15)])
        self.assertIn("10.77.1.1 did not send it", found[0]["path"])
        self.assertIn("| RST of the client (server's frame 15, ", ladder("reset_forged"))

    def test_first_lines(self):
        self.assertIn("\nclient -> server: 58 of 1156 lost; server -> client: 50 of 1042 lost (--report path)\n", ladder("random_loss"))
        self.assertTrue(all(len(line) <= 100 for line in ladder("random_loss").splitlines()))

    def test_sockets(self):
        """Each end once: what ss would have shown at both hosts."""
        text = ladder("fin_lost", "--report", "ss,0.3")
        self.assertRegex(text, r"(?m)^CLOSE-WAIT +10\.77\.1\.2:5000 ")
        self.assertEqual(len(re.findall(r"(?m)^[A-Z]\S+ [~ ^?] +10\.77\.1\.1:", text)), 1)

    def test_endpoints(self):
        """Opened once, though both captures have it."""
        found = {(r["role"], r["address"]): r["opened"] for r in rows("endpoints", "random_loss")}
        self.assertEqual(found, {("service", "10.77.1.2"): 80, ("client_host", "10.77.1.1"): 80})


@unittest.skipUnless(shutil.which("mergecap"), "mergecap is not installed")
class Interfaces(InFolder):
    def merged(self, *files):
        target = self.file("merged.pcapng")
        subprocess.run(["mergecap", "-I", "none", "-w", target, *files], check=True, timeout=60)
        return target

    def lines(self, report, capture):
        p = run("--json", "--report", report, capture)
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        lines = [json.loads(line) for line in p.stdout.splitlines()]
        return [line for line in lines if line["type"] != "segment"]

    def test_second_sightings_make_two_points(self):
        for name, table in expected().items():
            capture = self.merged(*pair(name))
            line = self.lines("path", capture)[0]
            # the client's, or the server's, is the first interface; that is told by the times
            outward = line["outward"]["lost"] + line["outward"]["made"] + line["outward"]["arrived"]
            self.assertIn(outward, [sum(table[way][n] for n in ("lost", "made", "arrived")) for way in WAYS], name)
            self.assertEqual(sorted(map(str, counts(line).values())), sorted(map(str, table.values())), name)

    def test_frames_are_those_of_the_file(self):
        capture = self.merged(*pair("reset_forged"))
        frames = [f for r in self.lines("ladder", capture) for f in (r["client_frame"], r["server_frame"]) if f]
        listed = subprocess.run(["tshark", "-r", capture, "-Y", "tcp", "-T", "fields", "-e", "frame.number"],
                                capture_output=True, text=True, check=True, timeout=60)
        self.assertEqual(sorted(frames), [int(n) for n in listed.stdout.split()])

    def test_each_direction_at_an_interface_of_its_own_is_one_point(self):
        client = pair("random_loss")[0]
        head, frames = rewrite.read(client)
        for name, last in (("up", 1), ("down", 2)):
            rewrite.write(self.file(name), head, [f for f in frames if f.tcp and f.ends()[0][0][-1] == last])
        capture = self.merged(self.file("up"), self.file("down"))
        self.assertEqual(self.lines("path", capture), [])
        rows_of = [[(r["client_port"], r["client_state"], r["server_state"], r["client_segments"]) for r in self.lines("connections", c)]
                   for c in (capture, client)]
        self.assertEqual(*rows_of)

    def test_each_connection_once(self):
        self.assertEqual(len(self.lines("connections", self.merged(*pair("random_loss")))), 80)


class BadInput(InFolder):
    def test_nothing_shared(self):
        lines, said, status = path(pair("fin_lost")[0], pair("overtaken")[1])
        self.assertIn("share no segment", said)
        self.assertEqual((status, lines[0]["clock_samples"], lines[0]["connections"]), (3, 0, 0))

    def test_exchanged(self):
        for name in ("fin_lost", "random_loss"):
            client, server = pair(name)
            lines, said, status = path(server, client)
            self.assertIn("seem to be exchanged", said)
            self.assertEqual((lines[0]["homeward"]["lost"], status), (expected()[name]["outward"]["lost"], 0))
            self.assertNotIn("exchanged", path(client, server)[1])

    def test_same_file_twice(self):
        client, server = pair("random_loss")
        self.assertIn("they are of one point", path(client, client)[1])
        self.assertIn("they are of one point", path(client, retimed(client, self.file("c.pcap"), 7))[1])
        self.assertNotIn("one point", path(client, server)[1])

    def test_clocks_hours_apart(self):
        client, server = pair("random_loss")
        lines, said, _ = path(client, retimed(server, self.file("s.pcap"), 7200))
        self.assertIn("the clock of server is 7200 s ahead of that of client", said)
        self.assertEqual(counts(lines[0]), expected()["random_loss"])

    def test_cut_short(self):
        client, server = pair("random_loss")
        shutil.copy(server, self.file("s.pcap"))
        os.truncate(self.file("s.pcap"), 100000)
        lines, said, status = path(client, self.file("s.pcap"))
        self.assertIn("cut short in the middle of a packet", said)
        self.assertEqual(status, 2)
        self.assertGreater(lines[0]["outward"]["arrived"], 300)
        self.assertLess(lines[0]["outward"]["lost"], 60)  # what comes after its end is not lost
        self.assertGreater(lines[0]["outward"]["not_covered"], 300)

    def test_cannot_be_read(self):
        _, said, status = path(pair("fin_lost")[0], self.file("none.pcap"))
        self.assertIn("none.pcap", said)
        self.assertEqual(status, 2)

    def test_command_line(self):
        client = pair("fin_lost")[0]
        for args, says in ((("--client", client), "there is one capture point, client"),
                           (("--client", client, "--server", client, client), "there are no other files"),
                           (("--client", client, "--server", "-"), "standard input"),
                           (("--point", client), "NAME=FILE"),
                           (("--client", client, "--server", client, "--join"), "--join"),
                           (("--report", "ladder", "--svg", "--client", client, "--server", client), "one capture point")):
            p = run("--report", "path", *args)
            self.assertEqual((p.returncode, p.stdout), (2, ""))
            self.assertIn(says, p.stderr)


# --- the whole collection ---

@functools.lru_cache(maxsize=None)
def hosts_of(folder):
    with open(os.path.join(TRUTH, folder, "scenario.json"), encoding="utf-8") as f:
        return json.load(f)["hosts"]


@functools.lru_cache(maxsize=None)
def truth_of(folder, point):
    with open(os.path.join(TRUTH, folder, point + ".truth.tsv"), encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def fates(folder):
    """What became of the segments of both ways: of copies that were made on the way, each has arrived."""
    def at_home(end, point):
        return end.rsplit(":", 1)[0].strip("[]") in hosts_of(folder)[point]

    for me, other, way in (("cli", "srv", "outward"), ("srv", "cli", "homeward")):
        sent = [r for r in truth_of(folder, me) if at_home(r["src"], me)]
        there = [r for r in truth_of(folder, other) if at_home(r["src"], me)]
        yield way, {"lost": sum(r["fate"] == "lost" for r in sent), "made": sum(r["fate"] == "spoofed" for r in there),
                    "arrived": sum(r["fate"] in ("delivered", "to-tester") for r in there)}


def judge(folder, change, totals):
    """Lines of what is wrong."""
    files = [os.path.join(TRUTH, folder, point + ".pcap") for point in ("cli", "srv")]
    lines, said, _ = path(*change(*files))
    if not lines or not lines[0]["clock_samples"]:
        return [] if not any(r["fate"] == "delivered" for r in truth_of(folder, "srv")) else [f"{folder}: nothing is shared: {said}"]
    wrong = []
    for way, true in fates(folder):
        got = lines[0][way]
        alone = lines[0]["far_alone"] + lines[0]["near_alone"]  # of forged senders
        told = got["lost"] + got["made"] + got["not_covered"] == true["lost"] + true["made"]
        fits = got["arrived"] + got["doubled"] == true["arrived"] and got["lost"] <= true["lost"] and got["made"] <= true["made"]
        if not alone and not (told and fits):
            wrong.append(f"{folder} {way}: truth {true}, told {got}")
        for name in true:
            totals[name] = totals.get(name, 0) + got[name]
            totals["true " + name] = totals.get("true " + name, 0) + true[name]
        totals["outside"] = totals.get("outside", 0) + got["not_covered"]
    return wrong


def judge_all():
    if not os.path.isdir(TRUTH):
        skip("the whole collection of recordings is not at hand")
    folders = [d for d in sorted(os.listdir(TRUTH)) if all(os.path.exists(os.path.join(TRUTH, d, p)) for p in ("cli.pcap", "srv.pcap"))]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "s.pcap")
        changes = {"as they are": lambda c, s: (c, s), "skew 5 s, drift 100 ppm": lambda c, s: (c, retimed(s, target, 5, 100)),
                   "skew -5 s, drift -100 ppm": lambda c, s: (c, retimed(s, target, -5, -100)),
                   "translated": lambda c, s: (c, translated(s, target))}
        for name, change in changes.items():
            totals = {}
            for one in folders:
                wrong += [f"{name}: {line}" for line in judge(one, change, totals)]
            print(f"{name}: {len(folders)} pairs, {totals}")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    if "--all" in sys.argv:
        sys.exit(judge_all())
    unittest.main()

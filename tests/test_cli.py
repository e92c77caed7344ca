#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The two commands as a user meets them: fields, filters, preferences, statistics; and that the user's profile is left alone."""
import json
import os
import re
import subprocess
import tempfile
import unittest

from common import CAPTURES, ROOT, fields, tshark

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
NORMAL = os.path.join(CAPTURES, "client_closes_first.pcap")
SIMULTANEOUS = os.path.join(CAPTURES, "simultaneous_close.pcap")
REUSED = os.path.join(CAPTURES, "time_wait_reopened.pcap")
# The numbers of tcpConnectionState there; 0 is ours.
RFC_4022 = {name: number for number, name in enumerate((
    "UNKNOWN", "CLOSED", "LISTEN", "SYN_SENT", "SYN_RCVD", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "LAST_ACK", "CLOSING",
    "TIME_WAIT"))}
NAMES = set(RFC_4022)


def statistic(what, capture=LINGERING, *args):
    p = tshark("-q", *args, "-r", capture, "-z", what)
    assert p.returncode == 0, p.stderr
    return p.stdout


def files_of_the_build():
    """Every file of the build and when it was written."""
    found = {}
    for folder, _, names in os.walk(os.path.join(ROOT, "build", "default")):
        for name in names:
            path = os.path.join(folder, name)
            if not name.startswith(".lock") and name != "install_manifest.txt" and "Testing" not in path.split(os.sep):  # other tests'
                found[path] = os.lstat(path).st_mtime_ns
    return found


def column(capture, field, *args):
    return [cells[0] for cells in fields(capture, [field], *args)]


class Command(unittest.TestCase):
    def test_prints_ladder_and_report_of_a_capture(self):
        command = [os.path.join(ROOT, "scripts", "tcpstate"), LINGERING]
        first = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        self.assertEqual((first.returncode, first.stderr.strip()), (0, ""))
        self.assertIn(statistic("tcpstate,ladder").strip(), first.stdout)
        self.assertIn(statistic("tcpstate").strip(), first.stdout)
        self.assertIn("close_wait_lingering", first.stdout)
        again = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        self.assertEqual(again.stdout, first.stdout)

    def test_says_why_where_it_is_asked(self):
        command = [os.path.join(ROOT, "scripts", "tcpstate"), "--why"]
        for options, wanted in (([], ["tcpstate,why", "tcpstate"]), (["--report", "ladder,1"], ["tcpstate,why,1"])):
            p = subprocess.run([*command, *options, LINGERING], capture_output=True, text=True, timeout=500, check=False)
            self.assertEqual((p.returncode, p.stderr.strip()), (0, ""))
            for name in wanted:
                self.assertIn(statistic(name).strip(), p.stdout)
        p = subprocess.run([*command, "--json", LINGERING], capture_output=True, text=True, timeout=500, check=True)
        self.assertIn('"server_why":"', p.stdout)
        p = subprocess.run([*command, "--report", "ss", LINGERING], capture_output=True, text=True, timeout=500, check=False)
        self.assertEqual(p.returncode, 2)
        self.assertIn("ladder,N", p.stderr)

    def test_second_run_does_no_set_up(self):
        tshark("-v")
        before = files_of_the_build()
        self.assertTrue(before)
        subprocess.run([os.path.join(ROOT, "scripts", "tcpstate"), LINGERING], capture_output=True, timeout=500, check=True)
        self.assertEqual(files_of_the_build(), before)

    def test_works_for_another_user(self):
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if os.geteuid() != 0:
            self.skipTest("only root can become another user")
        if subprocess.run([*as_nobody, "test", "-r", NORMAL], check=False).returncode != 0:
            self.skipTest("the checkout is not readable for other users")
        tshark("-v")
        p = subprocess.run([*as_nobody, os.path.join(ROOT, "scripts", "tshark"), "-r", NORMAL, "-T", "fields", "-e", "tcpstate.src.state"],
                           capture_output=True, text=True, timeout=300, check=False)
        self.assertIn("FIN_WAIT_1", p.stdout, p.stderr)
        self.assertEqual(p.stderr.strip(), "")

    def test_works_from_another_folder(self):
        p = subprocess.run([os.path.join(ROOT, "scripts", "tcpstate"), os.path.basename(LINGERING)], cwd=CAPTURES,
                           capture_output=True, text=True, timeout=500, check=False)
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertIn("CLOSE_WAIT", p.stdout)

    def test_without_or_with_a_missing_capture(self):
        for args in ([], [os.path.join(CAPTURES, "none.pcap")]):
            p = subprocess.run([os.path.join(ROOT, "scripts", "tcpstate"), *args], capture_output=True, text=True, timeout=500,
                               check=False)
            self.assertNotEqual(p.returncode, 0)
            self.assertTrue(p.stderr.strip())

    def test_leaves_the_profile_alone(self):
        with tempfile.TemporaryDirectory() as home:
            os.chmod(home, 0o777)
            profile = os.path.join(home, ".config", "wireshark")
            os.makedirs(profile)
            with open(os.path.join(profile, "preferences"), "w", encoding="utf-8") as f:
                f.write("tcpstate.enabled: FALSE\ntcp.relative_sequence_numbers: FALSE\n")
            with open(os.path.join(profile, "disabled_protos"), "w", encoding="utf-8") as f:
                f.write("tcpstate\ntcp\n")
            before = sorted(os.walk(home))
            environment = dict(os.environ, HOME=home, XDG_CONFIG_HOME=os.path.join(home, ".config"))
            p = tshark("-r", NORMAL, "-T", "fields", "-e", "tcpstate.src.state", env=environment)
            self.assertIn("ESTABLISHED", p.stdout)
            self.assertEqual(sorted(os.walk(home)), before)


class Fields(unittest.TestCase):
    def test_every_public_field_is_there(self):
        p = tshark("-G", "fields")
        known = {line.split("\t")[2] for line in p.stdout.splitlines() if line.startswith("F\t")}
        wanted = {f"tcpstate.{end}.{what}" for end in ("client", "server", "src", "dst") for what in ("state", "before")}
        wanted |= {f"tcpstate.{end}.{what}" for end in ("client", "server")
                   for what in ("certainty", "since", "time_in_state", "until", "lasts")}
        wanted |= {f"tcpstate.{what}" for what in ("state", "transition", "event", "connection", "role_basis", "closed_by",
                                                   "finding", "finding.severity")}
        self.assertEqual(wanted - known, set())

    def test_values_are_words(self):
        rows = fields(NORMAL, ["tcpstate.client.state", "tcpstate.server.state", "tcpstate.client.before", "tcpstate.state"])
        said = {word for cells in rows for cell in cells for word in cell.split("|") if word}
        self.assertLessEqual(said, NAMES)
        self.assertIn("FIN_WAIT_1", said)
        self.assertLessEqual(set(column(NORMAL, "tcpstate.client.certainty")), {"", "proven", "presumed", "elapsed", "unknown"})

    def test_numbers_are_those_of_the_mib(self):
        ends = ("client", "server", "src", "dst")
        words = [f"tcpstate.{end}.{what}" for end in ends for what in ("state", "before")] + ["tcpstate.state"]
        numbers = [f"tcpstate.{end}.{what}_number" for end in ends for what in ("state", "before")] + ["tcpstate.state_number"]
        said = set()
        for capture in (LINGERING, NORMAL, SIMULTANEOUS):
            for row in fields(capture, words + numbers):
                in_words = ["|".join(str(RFC_4022[word]) for word in cell.split("|") if word) for cell in row[:len(words)]]
                self.assertEqual(in_words, row[len(words):])
                said |= set(row[-1].split("|"))
        self.assertGreater(len(said), 9)

    def test_numbers_are_filtered_for_by_name(self):
        for state in ("CLOSE_WAIT", "TIME_WAIT", "ESTABLISHED"):
            for end in ("client.", "server.", "src.", "dst.", ""):
                self.assertEqual(column(LINGERING, "frame.number", "-Y", f"tcpstate.{end}state_number == {state}"),
                                 column(LINGERING, "frame.number", "-Y", f'tcpstate.{end}state == "{state}"'))
        p = tshark("-r", LINGERING, "-Y", "tcpstate.state_number == CLOSEWAIT")
        self.assertNotEqual(p.returncode, 0)
        self.assertIn("CLOSEWAIT", p.stderr)

    def test_numbers_are_drawn(self):
        field = "tcpstate.server.state_number"
        drawn = re.findall(r"<>[^|]*\| +(\d+) \|", statistic(f"io,stat,1,MAX({field}){field}"))
        self.assertEqual([drawn[0], drawn[-1]], [str(RFC_4022[state]) for state in ("CLOSE_WAIT", "LAST_ACK")])

    def test_marks_are_those_of_the_ladder(self):
        marks = {"proven": "", "presumed": " ~", "elapsed": " ^", "unknown": " ?", "": ""}
        said = set()
        for capture in (LINGERING, REUSED, os.path.join(CAPTURES, "capture_starts_late.pcap")):
            for end in ("client", "server", "src", "dst"):
                rows = fields(capture, [f"tcpstate.{end}.{what}" for what in ("state", "certainty", "state_marked")])
                for state, certainty, marked in rows:
                    self.assertEqual(marked, state + marks[certainty])
                    said.add(certainty)
        self.assertLessEqual({"proven", "presumed", "unknown"}, said)

    def test_names_tell_whose_they_are(self):
        rows = [line.split("\t") for line in tshark("-G", "fields").stdout.splitlines() if "\ttcpstate." in line]
        names = [row[1] for row in rows if row[0] == "F" and row[3] != "FT_NONE"]
        self.assertEqual(sorted(names), sorted(set(names)))
        self.assertIn("Client state", names)
        for row in rows:
            for end, name in (("client", "Client "), ("server", "Server "), ("src", "Sender "), ("dst", "Receiver ")):
                if row[2].startswith(f"tcpstate.{end}."):
                    self.assertTrue(row[1].startswith(name), row)

    def test_json_has_the_same_words(self):
        p = tshark("-r", NORMAL, "-T", "json", "-Y", "tcpstate")
        layers = [frame["_source"]["layers"]["tcpstate"] for frame in json.loads(p.stdout)]
        self.assertEqual(json.dumps(layers).count('"tcpstate.client.state": "TIME_WAIT"'),
                         column(NORMAL, "tcpstate.client.state").count("TIME_WAIT"))

    def test_ek_has_the_same_words(self):
        p = tshark("-r", NORMAL, "-T", "ek", "-Y", "tcpstate")
        frames = [json.loads(line) for line in p.stdout.splitlines() if '"layers"' in line]
        said = [frame["layers"]["tcpstate"]["tcpstate_tcpstate_client_state"] for frame in frames]
        self.assertEqual(said, [s for s in column(NORMAL, "tcpstate.client.state") if s])

    def test_source_and_destination_follow_the_segment(self):
        for port, *states in fields(NORMAL, ["tcp.dstport", "tcpstate.src.state", "tcpstate.dst.state", "tcpstate.client.state",
                                             "tcpstate.server.state"], "-Y", "tcpstate"):
            src, dst, client, server = states
            self.assertEqual((src, dst), (client, server) if port == "5000" else (server, client))

    def test_filter_matches_either_end(self):
        shown = column(LINGERING, "frame.number", "-Y", 'tcpstate.state == "CLOSE_WAIT"')
        states = fields(LINGERING, ["frame.number", "tcpstate.client.state", "tcpstate.server.state"])
        self.assertEqual(shown, [n for n, client, server in states if "CLOSE_WAIT" in (client, server)])
        self.assertTrue(shown)

    def test_transition_selects_the_frames_of_changes(self):
        shown = column(LINGERING, "frame.number", "-Y", "tcpstate.transition")
        rows = fields(LINGERING, ["frame.number", *(f"tcpstate.{end}.{when}" for end in ("client", "server") for when in ("before", "state"))])
        self.assertEqual(shown, [cells[0] for cells in rows if cells[1] != cells[2] or cells[3] != cells[4]])
        self.assertTrue(shown)

    def test_since_is_a_frame_of_the_connection(self):
        for number, connection, client, server in fields(LINGERING, ["frame.number", "tcpstate.connection", "tcpstate.client.since",
                                                                     "tcpstate.server.since"], "-Y", "tcpstate"):
            for since in (client, server):
                if since:
                    self.assertLessEqual(int(since), int(number))

    def test_expert_infos_say_the_findings(self):
        self.assertRegex(tshark("-q", "-r", LINGERING, "-z", "expert").stdout, "TCPSTATE +Endpoint lingers in CLOSE_WAIT")

    def test_findings_and_their_severities_come_in_pairs(self):
        rows = fields(LINGERING, ["tcpstate.finding", "tcpstate.finding.severity"], "-2")
        self.assertTrue(any("close_wait_lingering" in finding for finding, _ in rows))
        for finding, severity in rows:
            words = severity.split("|") if severity else []
            self.assertEqual(len(finding.split("|")) if finding else 0, len(words))
            self.assertLessEqual(set(words), {"chat", "note", "warn", "error"})


class Preferences(unittest.TestCase):
    def test_protocol_can_be_disabled(self):
        p = tshark("-r", NORMAL, "--disable-protocol", "tcpstate", "-T", "fields", "-e", "tcpstate.src.state", "-e", "tcp.srcport")
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertNotRegex(p.stdout, "[A-Z]")
        self.assertIn("5000", p.stdout)

    def preference(self, word):
        """The one preference whose name has that word in it."""
        p = tshark("-G", "defaultprefs")
        names = [line.lstrip("# ").split(":")[0] for line in p.stdout.splitlines() if line.lstrip("# ").startswith("tcpstate.")]
        found = [name for name in names if word in name]
        self.assertEqual(len(found), 1, f"{word}: {names}")
        return found[0]

    def test_lingering_threshold(self):
        name = self.preference("linger")
        self.assertIn("close_wait_lingering", statistic("tcpstate"))
        self.assertNotIn("close_wait_lingering", statistic("tcpstate", LINGERING, "-o", f"{name}:1000"))

    def test_two_msl(self):
        name = self.preference("msl")
        capture = os.path.join(CAPTURES, "time_wait_reopened.pcap")
        usual = fields(capture, ["tcpstate.src.before", "tcpstate.dst.before"])
        short = fields(capture, ["tcpstate.src.before", "tcpstate.dst.before"], "-o", f"{name}:0")
        self.assertNotEqual(usual, short)


class Statistics(unittest.TestCase):
    def test_filter_is_the_last_part(self):
        both, one = statistic("tcpstate"), statistic("tcpstate,tcpstate.connection == 1")
        self.assertIn("close_wait_lingering", both)
        self.assertNotIn("close_wait_lingering", one)

    def test_ladder_of_one_connection(self):
        first, second = statistic("tcpstate,ladder,0"), statistic("tcpstate,ladder,1")
        self.assertIn("close_wait_lingering", first)
        self.assertNotIn("close_wait_lingering", second)
        self.assertIn("TIME_WAIT", second)

    def test_filter_picks_whole_connections(self):
        """By any of their frames, the last one too; and all that is said is about the whole."""
        for what in ("", "json,connections,", "json,endpoints,", "ladder,", "why,", "ss,", "json,"):
            whole = statistic(f"tcpstate,{what}tcpstate.connection == 1")
            self.assertEqual(statistic(f"tcpstate,{what}frame.number == 27"), whole, what)
            self.assertNotEqual(statistic(f"tcpstate,{what}".rstrip(",")), whole, what)
        self.assertEqual(statistic("tcpstate,ladder,0,tcp.flags.fin == 1"), statistic("tcpstate,ladder,0"))
        self.assertNotIn("half-closed", statistic("tcpstate,tcp.flags.fin == 1 && tcpstate.connection == 1"))
        self.assertEqual(statistic("tcpstate,tcp.len > 100000"), "No TCP segments.\n")

    def test_cut_view_says_so(self):
        lines = statistic("tcpstate,cut,ladder,0,tcp.flags.fin == 1").splitlines()
        self.assertIn("only what this display filter lets through", lines[0])
        self.assertEqual(lines[1].strip(), "tcp.flags.fin == 1")
        self.assertTrue(any("FIN,ACK" in line for line in lines))
        self.assertFalse(any("SYN" in line and "-->" in line for line in lines))
        for wrong in ("cut", "cut,ladder,0", "cut,json,ladder,0,tcp.flags.fin == 1"):
            p = tshark("-q", "-r", LINGERING, "-z", f"tcpstate,{wrong}")
            self.assertNotEqual(p.returncode, 0, wrong)
            self.assertIn("cut is for text", p.stderr)

    def test_two_statistics_at_once(self):
        p = tshark("-q", "-r", LINGERING, "-z", "tcpstate", "-z", "tcpstate,ladder")
        self.assertIn(statistic("tcpstate").strip(), p.stdout)
        self.assertIn(statistic("tcpstate,ladder").strip(), p.stdout)


if __name__ == "__main__":
    unittest.main()

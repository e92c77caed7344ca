#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The report's first screen: what is wrong, who, since when, how many, what to type next; in the program, text and JSON."""
import functools
import json
import os
import re
import subprocess
import tempfile
import unittest

import screens
from common import CAPTURES

PROGRAM = os.environ.get("TCPSTATE", "tcpstate")
FIRST_SCREEN = 24
DETAILS = "\nConnections by outcome\n"


def run(capture, *args):
    p = subprocess.run([PROGRAM, *args, capture], capture_output=True, text=True, timeout=300, env={**os.environ, "TZ": "UTC"})
    assert p.returncode == 0, p.stderr
    return p.stdout


@functools.lru_cache(maxsize=None)
def report(name, *args):
    """Of one of screens.py, or of a capture."""
    if not hasattr(screens, name):
        return run(os.path.join(CAPTURES, name), *args)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name + ".pcap")
        getattr(screens, name)().write(path)
        return run(path, *args)


def first_screen(name, *args):
    """Lines that were broken are whole again."""
    text = report(name, *args)
    screen, details, _ = text.partition(DETAILS)
    assert details, text
    assert screen.count("\n") < FIRST_SCREEN, screen
    assert all(len(line) <= 100 for line in text.splitlines()), text
    return re.sub(r"\n {15,}", " ", screen)


def headlines(name):
    return [row for row in map(json.loads, report(name, "--json").splitlines()) if row["type"] == "headline"]


class FirstScreen(unittest.TestCase):
    def test_a_service_that_died(self):
        self.assertIn("warn  22:13:40  10.9.0.2:7001 died: 30 connections reset at once, 15 refused since\n", first_screen("died"))
        self.assertIn("ss -tlnp 'sport = :7001'", first_screen("died"))
        self.assertIn("15 refused in 71.0 s, then it took connections again\n", first_screen("restarted"))

    def test_a_service_that_took_connections_meanwhile_did_not_die(self):
        self.assertNotIn("died", first_screen("full"))
        self.assertIn("10.9.0.2:7001 refused 15 connections", first_screen("full"))
        self.assertIn("reset 30 connections", first_screen("full"))

    def test_resets_now_and_then_are_no_death(self):
        self.assertNotIn("died", first_screen("resets_now_and_then"))

    def test_resets_after_the_same_idle_time_are_one_pattern(self):
        self.assertIn("10.9.0.2:7001 reset 3 connections over 59.9 s (peer: 10.9.0.1); all after 400.0 s: the same timer", first_screen("idle_timeout"))
        self.assertIn("2 endpoints reset connections", first_screen("idle_timeouts_of_several"))
        self.assertIn("; 3 of them after 400.0 s: the same timer", first_screen("idle_timeouts_of_several"))
        self.assertNotIn("same timer", report("idle_for_any_time"))
        self.assertTrue(any("all after 400.0 s" in row["text"] for row in headlines("idle_timeout")))

    def test_leaks_of_several_endpoints_are_one_headline(self):
        screen = first_screen("leaks")
        self.assertIn("2 endpoints leak sockets closed by the peer (CLOSE_WAIT) over 9.5 s: 10.9.0.2:8003 20, 10.9.0.1 (client) 8", screen)
        self.assertEqual(screen.count("->  ladder") + screen.count("-> ladder"), 1)
        self.assertIn("ss -tnp state close-wait", screen)

    def test_what_was_closed_in_the_end_is_no_leak(self):
        self.assertNotIn("leak", first_screen("late_closes"))
        self.assertIn("10.9.0.2:8003 held 5 sockets closed by the peer (CLOSE_WAIT)", first_screen("late_closes"))

    def test_nothing_wrong_takes_one_line(self):
        self.assertIn("\n\nNothing wrong was found.\n", first_screen("healthy"))
        self.assertLess(report("healthy").count("\n"), 20)
        self.assertIn("Nothing wrong was found. Every segment, with the states of both ends: tcpstate,ladder", first_screen("server_closes_first.pcap"))

    def test_a_flood_says_how_many_were_asked_and_answered(self):
        self.assertIn("asked 401 times, answered 51, completed 1\n", first_screen("flood"))
        self.assertIn("10.9.0.2:443: 50 handshakes answered and not completed", report("flood"))

    def test_many_subjects_of_one_host_or_peer(self):
        self.assertRegex(first_screen("scan"), r"10\.9\.0\.1 \(client\) was refused 300 connections over 30 s|10\.9\.0\.1 \(client\) was refused 300 connections over 29\.9 s")
        self.assertEqual(len(headlines("scan")), 1)

    def test_a_title_speaks_of_those_it_is_about(self):
        args = ("-o", "tcpstate.time_wait_sockets:20")
        self.assertIn("Sockets pile up in TIME_WAIT (6 endpoints) over ", first_screen("piles_of_hosts", *args))
        self.assertIn(": 10.9.0.20 (client) 25, 10.9.0.21 (client) 25, 10.9.0.22 (client) 25, 10.9.0.23 (client) 25 and 2 more", first_screen("piles_of_hosts", *args))

    def test_more_than_fits_is_counted(self):
        screen = first_screen("everything")
        left_out = re.search(r"\n  \.\.\. and (\d+) more: see the findings below\n", screen)
        told = re.findall(r"^  (?:error|warn|note) ", screen, re.M)
        self.assertEqual(len(told) + int(left_out[1] if left_out else 0), len(headlines("everything")))
        self.assertGreater(len(told), 5)
        self.assertLess(screen.count("-> ladder"), len(told))  # the last ones say only what they are about

    def test_causes_stand_before_effects(self):
        texts = [row["text"] for row in headlines("everything") if row["severity"] == "warn"]
        leak = next(i for i, text in enumerate(texts) if "CLOSE_WAIT" in text)
        unanswered = next(i for i, text in enumerate(texts) if "did not answer" in text)
        self.assertLess(leak, unanswered)

    def test_date_where_the_capture_is_of_several_days(self):
        screen = first_screen("two_days")
        self.assertIn("2023-11-14 22:13:20.000 to 2023-11-15 22:13:2", screen)
        self.assertRegex(screen, r"note  2023-11-15 22:13:20  10\.9\.0\.2:7001 refused")

    def test_start_and_end_and_when_each_finding_began(self):
        self.assertTrue(report("died").startswith("2023-11-14 22:13:20.000 to 22:14:51.001 UTC (91.0 s)\n"))
        self.assertIn("22:13:41 (21.001 s), frame 212)", report("died"))


class Piles(unittest.TestCase):
    def piles(self, name, *args):
        return report(name, *args).partition("\nEndpoints where sockets pile up")[2].partition("\n\n")[0]

    def test_leaks(self):
        self.assertIn("10.9.0.2:8003: 20 sockets in CLOSE_WAIT for more than 10.0 s, at most 19.8 s; 20 at the end\n", self.piles("leaks"))
        self.assertIn("10.9.0.1 (client): 8 sockets in CLOSE_WAIT", self.piles("leaks"))

    def test_many_healthy_sockets_are_no_pile(self):
        """Each of them is in CLOSE_WAIT for 14 ms, and some are in TIME_WAIT."""
        self.assertEqual(self.piles("healthy"), "")

    def test_close_wait_that_no_ack_showed_is_none(self):
        self.assertEqual(self.piles("fins_not_acknowledged"), "")

    def test_unanswered_is_not_half_open(self):
        for name in ("cases/syns_dropped_by_full_accept_queue.pcap", "unanswered"):
            self.assertEqual(self.piles(name), "")
            self.assertNotIn("half-open", report(name))

    def test_time_wait_has_its_peak_and_the_preference(self):
        args = ("-o", "tcpstate.time_wait_sockets:20", "-o", "tcpstate.ephemeral_ports:1000")
        for part in (self.piles("healthy", *args), first_screen("healthy", *args)):
            self.assertRegex(part, r"\b300 sockets in TIME_WAIT at once")
        self.assertIn("30 % of the 1000 ephemeral ports", first_screen("healthy", *args))


class Order(unittest.TestCase):
    def test_lists_are_in_time_order(self):
        for name in ("leaks", "died", "random_loss.pcap"):
            for group in re.split(r"\n  \w+ \[\w+\], ", report(name)):
                times = [float(s) for s in re.findall(r" \((\d+\.\d{3}) s\), frame", re.sub(r"\s+", " ", group))]
                self.assertEqual(times, sorted(times))
            table = report(name).partition("\nConnections")[2].rpartition("\nConnections")[2]
            numbers = [int(n) for n in re.findall(r"^ +(\d+) (?:error|warn|note|chat|    ) ", table, re.M)]
            self.assertTrue(numbers)
            self.assertEqual(numbers, sorted(numbers))

    def test_rates_are_plain_numbers(self):
        self.assertNotRegex(report("fast", "--report", "endpoints"), r"\de\+\d")
        self.assertRegex(report("fast", "--report", "endpoints"), r": 19\d\d a second")


class Json(unittest.TestCase):
    def test_members(self):
        row, = headlines("died")
        self.assertEqual((row["severity"], row["count"], row["subject_count"], row["connection"]), ("warn", 45, 1, 0))
        self.assertEqual(row["first"], "2023-11-14T22:13:40.000000000Z")
        self.assertEqual([(s["finding"], s["count"], s["address"], s["port"], s["role"]) for s in row["subjects"]],
                         [("reset", 30, "10.9.0.2", 7001, "service"), ("connection_refused", 15, "10.9.0.2", 7001, "service")])
        self.assertEqual(row["filter"], "tcpstate.finding && ip.addr == 10.9.0.2 && tcp.port == 7001")

    def test_the_same_as_in_the_text(self):
        for name in ("died", "leaks", "flood", "scan", "random_loss.pcap"):
            for row in headlines(name):
                self.assertIn(row["text"], first_screen(name))

    def test_none_where_nothing_is_wrong(self):
        self.assertEqual(headlines("healthy"), [])


class CapturedAt(unittest.TestCase):
    """Where the capture was made, in both forms."""

    def places(self, name, *args):
        return json.loads(report(name, "--json", *args).splitlines()[0])["captured_at"]

    def test_found_out(self):
        self.assertIn("\nCaptured at the host of 10.77.1.1, or right beside it (it answers within 18 us, TTL 64)\n",
                      first_screen("server_closes_first.pcap"))
        self.assertEqual(self.places("server_closes_first.pcap"),
                         [{"at": "host", "why": "HOME_BY_ANSWERS", "point": None, "host": "10.77.1.1", "answers_within_us": 18, "ttl": 64}])

    def test_told(self):
        for place, text in (("client", "at the client's host"), ("server", "at the server's host"), ("path", "on the path between the ends")):
            args = ("-o", f"tcpstate.capture_point:{place}")
            self.assertIn(f"\nCaptured {text}, as was told\n", first_screen("server_closes_first.pcap", *args))
            self.assertEqual(self.places("server_closes_first.pcap", *args),
                             [{"at": place, "why": "HOME_TOLD", "point": None, "host": None, "answers_within_us": None, "ttl": None}])

    def test_nothing_where_it_is_not_known(self):
        self.assertNotIn("Captured", first_screen("captured_twice.pcap"))
        self.assertEqual(self.places("captured_twice.pcap"), [])


if __name__ == "__main__":
    unittest.main()

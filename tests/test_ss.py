#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""-z tcpstate,ss,TIME shows the sockets that the kernels had at that time (NAME.sockets.tsv: captures/README.md).

    test_ss.py          the recordings in captures/ that have such a table
    test_ss.py --all    those, and the whole collection that they come from, where it is at hand
Further words choose those whose names have one of them.

At several times of a recording, evenly spread, each socket of either table is looked up in the other. What packets cannot
tell is counted apart and not asked for:
- under way: the kernels' socket was in the state shown at some time within one and a half round trips around the time asked
  for: a segment that tells had not been captured yet, or not arrived, or the state was over before the table was read again;
- silent: the kernel's socket came to its state, or went, while no segment of the connection was captured within a round
  trip: timers (orphans in FIN_WAIT_2, user timeouts, retransmissions given up, requests forgotten), aborts, a FIN behind a
  zero window, a listener that is closed;
- not shown: by the recording's own account (NAME.truth.tsv: know, fate, notes) the connection's latest captured segment does
  not show the end's state: it was lost or dropped, or only later segments tell;
- alike: the same segments have two truths: a server that keeps to SYN_RCVD although the handshake is complete
  (TCP_DEFER_ACCEPT, a full accept queue), or that has dropped a SYN or whose SYN+ACK was lost before the capture point;
- unseen: no segment of the connection (or of the listener's handshakes) was captured before, or none of one direction at all.
"""
import bisect
import collections
import concurrent.futures
import csv
import glob
import json
import os
import re
import sys

from common import CAPTURES, TRUTH, fields, skip, tshark

TIMES = 6
BAR = 99.0  # percent of what is asked that must agree
NAMES = {"ESTABLISHED": "ESTAB", "SYN_SENT": "SYN-SENT", "SYN_RECV": "SYN-RECV", "FIN_WAIT1": "FIN-WAIT-1",
         "FIN_WAIT2": "FIN-WAIT-2", "CLOSE_WAIT": "CLOSE-WAIT", "LAST_ACK": "LAST-ACK", "TIME_WAIT": "TIME-WAIT", "GONE": None}
KERNEL = {"SYN_RCVD": "SYN-RECV", "FIN_WAIT_1": "FIN-WAIT-1", "FIN_WAIT_2": "FIN-WAIT-2", "CLOSING": "CLOSING",
          "CLOSED": None, "LISTEN": None, **NAMES}
LINE = re.compile(r"^([A-Z0-9-]+)(?: [~^?])? +(\S+) +(\S+)")


class Kernel:
    """Each socket's states, by time in the capture's clock."""

    def __init__(self, path, offset):
        self.states = collections.defaultdict(list)
        with open(path, encoding="utf-8") as f:
            rows = [r for r in csv.DictReader(f, delimiter="\t") if not r["t_before"].startswith("#")]
        for r in rows:
            local = (r["local"], int(r["lport"]))
            listens = r["state"] == "LISTEN" or r["rport"] == "0"
            peer = None if listens else (r["remote"], int(r["rport"]))
            state = NAMES.get(r["state"], r["state"])
            self.states[local, peer].append((int(r["t_after"]) + offset, int(r["t_before"]) + offset, state))
        for changes in self.states.values():
            changes.sort()

    def at(self, key, time):
        """The state, and when it began."""
        changes = self.states.get(key, [])
        i = bisect.bisect(changes, (time, 1 << 62, "")) - 1
        return (changes[i][2], changes[i][0]) if i >= 0 else (None, None)

    def between(self, key, first, last):
        return {self.at(key, first)[0]} | {state for time, _, state in self.states.get(key, []) if first <= time <= last}

    def table(self, time):
        return {key: state for key in self.states for state in [self.at(key, time)[0]] if state}


def address(text):
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port) if port != "*" else 0


def shown(capture, times):
    """A table of sockets for each of the times, in seconds from the capture's start."""
    args = [a for t in times for a in ("-z", f"tcpstate,ss,{t:.9f}")]
    p = tshark("-q", "-r", capture, *args)
    if p.returncode:
        raise RuntimeError(f"{capture}: {p.stderr.strip()}")
    tables = {}
    for line in p.stdout.splitlines():
        head = re.match(r"# \d+ sockets? (\S+) s after", line)
        if head:
            table = tables[float(head[1])] = {}
            continue
        m = LINE.match(line)
        if m and m[1] != "State":
            table[address(m[2]), None if m[1] == "LISTEN" else address(m[3])] = m[1]
    return tables


class Capture:
    """When which connection's segments were captured, and what became of them."""

    def __init__(self, capture, truth):
        with open(truth, encoding="utf-8") as f:
            self.rows = list(csv.DictReader(f, delimiter="\t"))
        epochs = fields(capture, ["frame.time_epoch"])
        seconds = [int(e[0].split(".")[0]) * 10**9 + int(e[0].split(".")[1]) for e in epochs]
        self.start, self.end = seconds[0], seconds[-1]
        self.segments = collections.defaultdict(list)
        for r in self.rows:
            a, b = address(r["src"]), address(r["dst"])
            self.segments[frozenset((a, b))].append((seconds[int(r["frame"]) - 1], a, r))

    def near(self, key, time, window):
        return any(abs(t - time) <= window for t, _, _ in self.segments[frozenset(key)])

    def before(self, key, time):
        return [s for s in self.segments[frozenset(key)] if s[0] <= time]

    def hides(self, key, time):
        """Does the latest segment not show what it did to that end?"""
        row = self.before(key, time)[-1][2]
        sent = address(row["src"]) == key[0]
        account = row["snd_know" if sent else "rcv_know"], row["fate"], "drop:" in row["notes"], "cookie" in row["notes"]
        return account != ("now", "delivered", False, False)

    def states_near(self, key, time, window):
        """Of that end, as its segments found and left it."""
        near = [(sender == key[0], r) for t, sender, r in self.segments[frozenset(key)] if abs(t - time) <= window]
        return {KERNEL.get(r[c]) for sent, r in near for c in (("snd_after",) if sent else ("rcv_before", "rcv_after"))}

    def one_way(self, key):
        """Has the capture nothing that goes the one way, of no connection between the hosts?"""
        ways = {(a[0], b[0]) for pair in self.segments for a in pair for b in pair if a != b
                for _, sender, _ in self.segments[pair] if sender == a}
        return not {(key[0][0], key[1][0]), (key[1][0], key[0][0])} <= ways


def accepted(capture, local, time):
    """Have a SYN to it and its SYN+ACK been captured?"""
    for key in capture.segments:
        seen = {(s[1] == local, "A" in s[2]["flags"]) for s in capture.segments[key] if s[0] <= time and "S" in s[2]["flags"]}
        if local in key and {(False, False), (True, True)} <= seen:
            return True
    return False


def why_hidden(kernel, capture, key, said, time, window):
    """What keeps the packets from telling, or None."""
    true, since = kernel.at(key, time)
    if key[1] is None:
        if said:
            return "silent" if kernel.states.get(key) else None
        return None if accepted(capture, key[0], time) else "unseen"
    if said in kernel.between(key, time - window, time + window) or said in capture.states_near(key, time, window):
        return "under way"
    if not capture.before(key, time) or capture.one_way(key):
        return "unseen"
    if since is not None and not capture.near(key, since, window):
        return "silent"
    if capture.hides(key, time):
        return "not shown"
    answered = any(sender == key[0] for _, sender, _ in capture.before(key, time))
    return "alike" if true == "SYN-RECV" and said == ("ESTAB" if answered else None) else None


def kernel_key(kernel, key, time):
    """A listener may be bound to all addresses."""
    local, peer = key
    if peer is None and key not in kernel.states:
        for anywhere in ("0.0.0.0", "::", "*"):
            if ((anywhere, local[1]), None) in kernel.states:
                return (anywhere, local[1]), None
    return key


def compare(kernel, capture, table, time, window, hosts, count):
    truth, asked = kernel.table(time), set()
    for key, said in table.items():
        if key[0][0] in hosts:
            asked.add((kernel_key(kernel, key, time), key))
    told = {k for k, _ in asked}
    asked |= {(key, key) for key in truth if key not in told}
    for true_key, key in sorted(asked, key=str):
        said, true = table.get(key), truth.get(true_key)
        why = None if said == true else why_hidden(kernel, capture, true_key, said, time, window)
        count[f"hidden: {why}" if why else "asked"] += 1
        if not why:
            count["agree"] += said == true
            if said != true:
                yield f"{(time - capture.start) / 1e9:.6f} s: {key[0]} {key[1]} is {said}, kernel {true}"


def judge(capture_path, sockets, truth, scenario, count):
    with open(scenario, encoding="utf-8") as f:
        s = json.load(f)
    hosts = {h for hs in s["hosts"].values() for h in hs}
    kernel = Kernel(sockets, s["mono_to_realtime_ns"])
    capture = Capture(capture_path, truth)
    window = 3 * 2 * s["delay_us"] * 1000 + 3_000_000
    length = (capture.end - capture.start) / 1e9
    times = sorted({round(length * (i + 0.5) / TIMES, 6) for i in range(TIMES)} | {int(length * 1e6) / 1e6})
    for seconds, table in sorted(shown(capture_path, times).items()):
        yield from compare(kernel, capture, table, capture.start + round(seconds * 1e9), window, hosts, count)


def jobs(everything):
    for sockets in sorted(glob.glob(os.path.join(CAPTURES, "*.sockets.tsv"))):
        base = sockets[:-len(".sockets.tsv")]
        yield base, sockets, base + ".truth.tsv", base + ".scenario.json"
    for sockets in sorted(glob.glob(f"{TRUTH}/*/sockets.tsv")) if everything else []:
        for truth in sorted(glob.glob(os.path.join(os.path.dirname(sockets), "*.truth.tsv"))):
            yield truth[:-len(".truth.tsv")], sockets, truth, os.path.join(os.path.dirname(sockets), "scenario.json")


def job(names):
    base, sockets, truth, scenario = names
    capture = next(base + end for end in (".pcapng", ".pcap") if os.path.exists(base + end))
    count = collections.Counter()
    return capture, list(judge(capture, sockets, truth, scenario, count)), count


def main():
    total, everything, only = collections.Counter(), "--all" in sys.argv, [a for a in sys.argv[1:] if a != "--all"]
    if everything and not os.path.isdir(TRUTH):
        skip("the whole collection of recordings is not at hand")
    chosen = [j for j in jobs(everything) if not only or any(o in j[0] for o in only)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for capture, wrong, count in pool.map(job, chosen):
            total += count
            for line in wrong:
                print(f"{os.path.relpath(capture)}: {line}")
    share = 100 * total["agree"] / max(total["asked"], 1)
    hidden = sum(n for what, n in total.items() if what.startswith("hidden"))
    print(f"{100 * total['agree'] / max(total['asked'] + hidden, 1):.2f} % of all {total['asked'] + hidden} sockets;")
    print(f"{share:.2f} % of {total['asked']} that packets can tell (at least {BAR}); not told by packets: "
          + ", ".join(f"{n} {what[8:]}" for what, n in sorted(total.items()) if what.startswith("hidden")))
    return share < BAR


if __name__ == "__main__":
    sys.exit(main())

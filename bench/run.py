# SPDX-License-Identifier: GPL-2.0-or-later
"""What scripts/bench measures, and its table.

All figures are CPU time, user and system, of whole processes, or ratios of it. Commands that are compared are run by turns, and the
median of the ratios of each turn counts: so what else the machine does at the time falls on both. None of this is a test.
"""
import argparse
import datetime
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("BENCH_BUILD", os.path.join(ROOT, "build", "default"))
WAY = os.environ.get("BENCH_WAY", "").split()
PROGRAM = os.path.join(BUILD, "analyzer", "cli", "tcpstate")
LUA = os.path.join(ROOT, "tests", "bench", "flags.lua")
REPORT = ["-q", "-z", "tcpstate"]
NO_TREE = ["-q", "-z", "conv,eth"]
TWICE = ["-2", *NO_TREE]  # between the passes all is analyzed, which waits before


class Cost:
    """Of a run: seconds of CPU, and bytes in memory at most."""

    def __init__(self, usage):
        self.seconds = usage.ru_utime + usage.ru_stime
        self.bytes = usage.ru_maxrss * 1024


def run(command, environment, limit):
    """Its cost; None where it took too long or failed."""
    with open(os.devnull, "r+b") as nothing:
        p = subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    killed = []

    def kill():
        killed.append(True)
        os.killpg(p.pid, signal.SIGKILL)

    timer = threading.Timer(limit, kill)
    timer.start()
    _, status, usage = os.wait4(p.pid, 0)
    timer.cancel()
    p.returncode = status
    return None if killed or status else Cost(usage)


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.with_plugin = dict(os.environ)
        self.without = dict(os.environ, WIRESHARK_PLUGIN_DIR=self.stock_plugins())
        self.rows = []

    def stock_plugins(self):
        """The plugin folder without ours."""
        stock = os.path.join(self.folder, "plugins")
        shutil.copytree(os.path.join(BUILD, "plugins"), stock, symlinks=True,
                        ignore=lambda _, names: [n for n in names if n.startswith("tcpstate")])
        return stock

    def capture(self, segments, connections):
        path = os.path.join(self.folder, f"{connections}.pcap")
        subprocess.run([os.path.join(BUILD, "bench", "make_capture"), path, str(segments), str(connections)], check=True)
        os.chmod(path, 0o644)
        return path

    def tshark(self, capture, *args):
        return [*WAY, "tshark", "-r", capture, *args]

    def pairs(self, one, other):
        """Costs of both, by turns: [(cost, cost), ...]; each of both is (command, environment)."""
        found = []
        for n in range(self.options.runs):
            sides = [one, other] if n % 2 == 0 else [other, one]
            costs = [run(*side, self.options.limit) for side in sides]
            if None in costs:
                return found
            found.append(tuple(costs if n % 2 == 0 else costs[::-1]))
        return found

    def row(self, what, figure, goal=""):
        self.rows.append((what, figure, goal))
        print(f"  {what}: {figure}" + (f" (goal {goal})" if goal else ""), file=sys.stderr, flush=True)

    def ratio(self, what, pairs, goal):
        if not pairs:
            self.row(what, f"over the limit of {self.options.limit} s", goal)
            return
        ratio = statistics.median(a.seconds / b.seconds for a, b in pairs)
        a, b = (statistics.median(x[i].seconds for x in pairs) for i in (0, 1))
        self.row(what, f"{ratio:.2f} ({a:.2f} s / {b:.2f} s)", goal)

    # --- the plugin ---

    def plugin(self, name, capture):
        """Returns what it adds to memory: without tree, and once analyzed. None: not known."""
        whole = "-Y 'tcpstate.state == \"CLOSE_WAIT\"'"
        shows_as_many = "tcp.flags.fin == 1"  # frames, whose printing is not the plugin's doing
        added = []
        for what, args, plain, goal in (("-q -z conv,eth", NO_TREE, NO_TREE, "<= 1.05"), ("-2 -q -z conv,eth", TWICE, TWICE, ""),
                                        ("-V", ["-V"], ["-V"], "<= 1.10"),
                                        (whole, ["-Y", 'tcpstate.state == "CLOSE_WAIT"'], ["-Y", shows_as_many], "<= 1.10")):
            pairs = self.pairs((self.tshark(capture, *args), self.with_plugin), (self.tshark(capture, *plain), self.without))
            self.ratio(f"plugin, {name}: tshark {what}, with / without it", pairs, goal)
            if args in (NO_TREE, TWICE):
                added.append(statistics.median(a.bytes - b.bytes for a, b in pairs) if pairs else None)
        return added

    def memory(self, when, many, few):
        o = self.options
        if many is None or few is None:
            return
        segment = few / o.segments
        connection = (many - few) / o.connections
        self.row(f"plugin: memory above tshark's, {when}, a segment", f"{segment:.0f} bytes", "<= 24 bytes")
        self.row(f"plugin: memory above tshark's, {when}, a connection", f"{connection:.0f} bytes", "<= 400 bytes")

    # --- the program ---

    def program(self, name, capture):
        ours = ([PROGRAM, capture], self.without)
        self.ratio(f"program, {name}: tshark -q -z tcpstate / it",
                   self.pairs((self.tshark(capture, *REPORT), self.with_plugin), ours), ">= 15")
        self.ratio(f"program, {name}: tshark -q -z conv,eth, without plugin / it",
                   self.pairs((self.tshark(capture, *NO_TREE), self.without), ours), "")
        self.ratio(f"program, {name}: tshark -q -z conv,eth with flags.lua / it",
                   self.pairs((self.tshark(capture, "-X", f"lua_script:{LUA}", *NO_TREE), self.without), ours), "")
        if shutil.which("capinfos"):
            self.ratio(f"program, {name}: it / reading alone (capinfos -c)",
                       self.pairs(ours, (["capinfos", "-c", capture], self.without)), "")
        self.memory_of_program(name, ours)

    def memory_of_program(self, name, ours):
        cost = run(*ours, self.options.limit)
        least = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # a child's account begins with this process's memory
        if cost:
            self.row(f"program, {name}: memory at most", f"{'<' if cost.bytes <= 1.1 * least else ''} {cost.bytes / 1e6:.0f} MB")

    def tcptrace(self, name, capture):
        if not shutil.which("tcptrace"):
            self.row("program: tcptrace / it", "tcptrace is not installed (Debian package tcptrace)", "> 1")
            return
        self.ratio(f"program, {name}: tcptrace -n / it",
                   self.pairs((["tcptrace", "-n", capture], self.without), ([PROGRAM, capture], self.without)), "> 1")

    def lua(self, name, capture):
        pairs = self.pairs((self.tshark(capture, "-X", f"lua_script:{LUA}", *NO_TREE), self.without),
                           (self.tshark(capture, *NO_TREE), self.without))
        self.ratio(f"flags.lua, {name}: tshark -q -z conv,eth, with / without it", pairs, "")


def analyzer(limit):
    bench = os.path.join(BUILD, "bench", "analyzer_bench")
    if os.path.exists(bench):
        print("\nThe analyzer alone:\n", flush=True)
        try:
            subprocess.run([bench], timeout=limit * 4, check=False)
        except subprocess.TimeoutExpired:
            print(f"over the limit of {limit * 4} s")


def first_line(command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.partition("\n")[0]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        names = [line.partition(":")[2].strip() for line in f if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else "?"


def machine(options):
    """Where and how it is measured."""
    print(f"{datetime.date.today()}, {processor()}, {first_line([*WAY, 'tshark', '--version'])}")
    print(f"scripts/bench {' '.join(sys.argv[1:])}: captures of {options.segments:,} segments, median of {options.runs} pairs\n", flush=True)


def table(rows):
    print("| what | figure | goal |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")


def parse():
    p = argparse.ArgumentParser(prog="scripts/bench", description="Measures what the plugin and the program cost, against tshark "
                                "without them, tcptrace and a Lua script; prints a table of ratios.")
    p.add_argument("--segments", type=int, default=1000000, metavar="N", help="of each capture (1000000)")
    p.add_argument("--connections", type=int, default=100000, metavar="N", help="of the one with many (100000)")
    p.add_argument("--few", type=int, default=10, metavar="N", help="of the one with few (10)")
    p.add_argument("--runs", type=int, default=5, metavar="N", help="of each pair of commands (5)")
    p.add_argument("--limit", type=int, default=120, metavar="SECONDS", help="for one run (120)")
    p.add_argument("--only", choices=("plugin", "program", "analyzer"), help="that part")
    return p.parse_args()


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        b = Bench(options, folder)
        captures = [(f"{n:,} connections", b.capture(options.segments, n)) for n in (options.connections, options.few)]
        machine(options)
        if options.only in (None, "plugin"):
            many, few = [b.plugin(*one) for one in captures]
            b.memory("not looked at", many[0], few[0])
            b.memory("analyzed", many[1], few[1])
            for one in captures:
                b.lua(*one)
        if options.only in (None, "program"):
            for one in captures:
                b.program(*one)
                b.tcptrace(*one)
        if b.rows:
            table(b.rows)
    if options.only in (None, "analyzer"):
        analyzer(options.limit)


if __name__ == "__main__":
    main()

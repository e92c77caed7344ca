# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests in Python share: where things are, and how tshark is called."""
import concurrent.futures
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CAPTURES = os.path.join(ROOT, "captures")
TSHARK = os.path.join(ROOT, "scripts", "tshark")
PROGRAM = os.environ.get("TCPSTATE", os.path.join(ROOT, "build", "default", "analyzer", "cli", "tcpstate"))
TRUTH = os.path.join(os.path.dirname(ROOT), "shared", "truth")  # the whole collection, where it is at hand
CUT_SHORT = (2, 14)  # tshark's exit status where a capture cannot be read to its end: until 4.4, from 4.6 on
SKIPPED = 77  # ctest's SKIP_RETURN_CODE

os.environ["TZ"] = "UTC"  # in which reports tell times


def reports(kind=r"\w+", function=""):
    """The names of the reports, from their rows: all, or those with an argument of that kind, or with a function for a format."""
    with open(os.path.join(ROOT, "analyzer", "report", "reports.def"), encoding="utf-8") as f:
        rows = re.findall(rf"(?ms)^REPORT\((\w+), ({kind}),(.*?)HELP", f.read())
    return [name for name, _, rest in rows if function in rest]


def captures():
    """The recordings, by name."""
    return sorted(os.path.join(CAPTURES, f) for f in os.listdir(CAPTURES) if f.endswith((".pcap", ".pcapng")))


def name_of(capture):
    return os.path.basename(capture).rsplit(".", 1)[0]


def tshark(*args, **more):
    """scripts/tshark ARGS: stdout, stderr as text and the exit status."""
    return subprocess.run([TSHARK, *args], capture_output=True, text=True, timeout=300, **more)


def fields(capture, names, *args):
    """A row of cells for each frame of the capture; several occurrences in a cell are separated by `|`."""
    command = ["-r", capture, *args, "-T", "fields", "-E", "aggregator=|"]
    for name in names:
        command += ["-e", name]
    p = tshark(*command)
    if p.returncode not in (0, *CUT_SHORT):
        raise RuntimeError(f"{capture}: {p.stderr.strip()}")
    return [line.split("\t") for line in p.stdout.split("\n")[:-1]]


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def report(compare):
    """Prints what compare says of each of our captures; true where it says anything."""
    failed = False
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for said in pool.map(compare, captures()):
            for line in said:
                print(line)
                failed = True
    return failed

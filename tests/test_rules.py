#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each rule has a capture that raises it and a near-miss that does not: rules.tsv, in the order of their names.

    test_rules.py BINARIES              tests it; BINARIES is the folder of the built test programs
    test_rules.py --write BINARIES      writes the captures of captures/scripted anew, from the cases in test_*.c

Columns of rules.tsv: rule; raised_in, not_in: captures, by path in captures/; options: tshark's, to raise it. A capture in
scripted/ is a case of a test program (raised_case, not_case: PROGRAM:CASE); the others are kernel recordings.
"""
import concurrent.futures
import csv
import os
import re
import shlex
import subprocess
import sys
import tempfile

from common import CAPTURES, ROOT, fields

TABLE = os.path.join(ROOT, "tests", "rules.tsv")
SCRIPTED = "scripted/"


def rows():
    with open(TABLE, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def rules():
    with open(os.path.join(ROOT, "analyzer", "rules", "rules.def"), encoding="utf-8") as f:
        return re.findall(r"^RULE\((\w+)\)", f.read(), re.M)


def write(binaries, case, path):
    program, name = case.split(":")
    env = dict(os.environ, TCPSTATE_WRITE_CAPTURE=path)
    subprocess.run([os.path.join(binaries, "test_" + program), "-p", name], env=env, check=True, capture_output=True)


def scripted(row):
    for capture, case in ((row["raised_in"], row["raised_case"]), (row["not_in"], row["not_case"])):
        if capture.startswith(SCRIPTED):
            yield capture, case


def raised(capture, options):
    found = set()
    for cells in fields(os.path.join(CAPTURES, capture), ["tcpstate.finding"], "-2", *shlex.split(options)):
        found.update(filter(None, cells[0].split("|")))
    return found


def is_as_scripted(binaries, capture, case):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "now.pcap")
        try:
            write(binaries, case, path)
            with open(path, "rb") as now, open(os.path.join(CAPTURES, capture), "rb") as then:
                return now.read() == then.read()
        except (OSError, subprocess.CalledProcessError):
            return False


def judge(binaries, row):
    rule = row["rule"]
    for capture in (row["raised_in"], row["not_in"]):
        if not os.path.isfile(os.path.join(CAPTURES, capture)):
            yield f"{rule}: there is no captures/{capture}"
            return
    for capture, case in scripted(row):
        if not is_as_scripted(binaries, capture, case):
            yield f"{rule}: {capture} is not what {case} says (test_rules.py --write)"
    if rule not in raised(row["raised_in"], row["options"]):
        yield f"{rule}: not raised in {row['raised_in']}"
    if rule in raised(row["not_in"], ""):
        yield f"{rule}: raised in {row['not_in']}"


def complete(table):
    named, known = [r["rule"] for r in table], rules()
    yield from (f"{rule}: no row in rules.tsv" for rule in known if rule not in named)
    yield from (f"{rule}: in rules.tsv, but no rule" for rule in named if rule not in known)
    if named != sorted(set(named)):
        yield "rules.tsv is not in the order of the rules' names"
    used = {capture for row in table for capture, _ in scripted(row)}
    for name in sorted(os.listdir(os.path.join(CAPTURES, SCRIPTED))):
        if name.endswith(".pcap") and SCRIPTED + name not in used:
            yield f"captures/{SCRIPTED}{name}: no rule's"


def main():
    table = rows()
    if sys.argv[1] == "--write":
        for row in table:
            for capture, case in scripted(row):
                write(sys.argv[2], case, os.path.join(CAPTURES, capture))
        return 0
    wrong = list(complete(table))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for said in pool.map(lambda row: list(judge(sys.argv[1], row)), table):
            wrong += said
    print("\n".join(wrong + [f"{len(table)} rules, {len(wrong)} faults"]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

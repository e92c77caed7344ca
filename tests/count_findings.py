#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts what is found in captures, and lists it to be judged.

    count_findings.py [--list] [--rule ID,...] [--least SEVERITY] [--each N] FILE_OR_FOLDER...

Prints for each rule how many findings of each severity and status there are, in how many captures. With --list, then each finding of
at least that severity (warn, if not said) in a line: rule, severity, status, capture, connection, frames, text; with --each, at most N of
a rule in a capture. A judge reads them, with the ladder of the connection beside, and writes what he thinks of each.

It judges nothing itself, and is no test: what is right stands in cases_findings.tsv.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import subprocess
import sys

from common import PROGRAM

SEVERITIES = ["chat", "note", "warn", "error"]
SUFFIXES = (".pcap", ".pcapng", ".cap", ".dmp", ".trace", ".gz", ".zst")


def captures(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, n) for n in sorted(names) if n.endswith(SUFFIXES))


def findings(path):
    """Those of a capture; nothing where it cannot be read, or takes too long."""
    try:
        out = subprocess.run([PROGRAM, "--json", path], capture_output=True, timeout=120, check=False).stdout
    except subprocess.TimeoutExpired:
        print(f"{path}: takes too long", file=sys.stderr)
        return []
    rows = []
    for line in out.decode("utf-8", "replace").splitlines():
        row = json.loads(line)
        if row.get("type") == "finding":
            rows.append(row)
    return rows


def table(found):
    """found: a list of (capture, findings)."""
    counts, where = collections.defaultdict(collections.Counter), collections.defaultdict(set)
    for path, rows in found:
        for row in rows:
            counts[row["finding"]][row["severity"], row["status"]] += 1
            where[row["finding"]].add(path)
    columns = sorted({k for c in counts.values() for k in c}, key=lambda k: (-SEVERITIES.index(k[0]), k[1]))
    heads = [f"{severity} {status}" for severity, status in columns]
    print(f"{'finding':28}", *heads, "captures", sep="  ")
    for rule in sorted(counts):
        cells = [f"{counts[rule][k] or '':>{len(h)}}" for k, h in zip(columns, heads)]
        print(f"{rule:28}", *cells, f"{len(where[rule]):8}", sep="  ")
    total = sum(sum(c.values()) for c in counts.values())
    print(f"{total} findings in {sum(bool(rows) for _, rows in found)} of {len(found)} captures")


def listing(found, args):
    rules, least = args.rule.split(",") if args.rule else None, SEVERITIES.index(args.least)
    for path, rows in found:
        seen = collections.Counter()
        for row in rows:
            if SEVERITIES.index(row["severity"]) < least or rules and row["finding"] not in rules:
                continue
            seen[row["finding"]] += 1
            if seen[row["finding"]] <= args.each:
                print(row["finding"], row["severity"], row["status"], path, row["connection"],
                      f"{row['began_frame']}-{row['until_frame']}", row["text"], sep="\t")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", metavar="FILE_OR_FOLDER")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--rule", metavar="ID,...")
    parser.add_argument("--least", choices=SEVERITIES, default="warn")
    parser.add_argument("--each", type=int, default=3, metavar="N")
    args = parser.parse_args()
    paths = list(captures(args.paths))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(zip(paths, pool.map(findings, paths)))
    table(found)
    if args.list:
        listing(found, args)
    return 0 if paths else 2


if __name__ == "__main__":
    sys.exit(main())

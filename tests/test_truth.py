#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The states shown are those that the kernel was in (truth.py says what is asked).

    test_truth.py          the recordings in captures/
    test_truth.py --all    the whole collection that they come from, where it is at hand
"""
import collections
import concurrent.futures
import csv
import filecmp
import glob
import os
import re
import sys

import truth
from common import TRUTH, captures, skip

# Percent that must agree. Whatever is called proven is never wrong, but for the rows of EXCEPTIONS, each with its reason.
BARS = {"clean": {"snd": 99, "rcv": 99, "rare": 99}, "lossy": {"snd": 98, "rcv": 98, "rare": 97}}
EXCEPTIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "truth_exceptions.tsv")
WORDS = {"snd": "senders", "rcv": "receivers", "rare": "states other than ESTABLISHED"}


def collection():
    if not os.path.isdir(TRUTH):
        skip("the whole collection of recordings is not at hand")
    for path in sorted(glob.glob(f"{TRUTH}/*/*.truth.tsv")):
        base = path[:-len(".truth.tsv")]
        yield next(base + end for end in (".pcapng", ".pcap") if os.path.exists(base + end)), path


def own():
    for capture in captures():
        yield capture, capture.rsplit(".", 1)[0] + ".truth.tsv"


def excused(capture, wrong):
    """How many of the proven and wrong lines are exceptions, and the exceptions of this capture that are none any more."""
    lies = {int(m.group(1)) for m in map(re.compile(r"frame (\d+) .*\(proven\)").match, wrong) if m}
    here = os.path.dirname(os.path.dirname(EXCEPTIONS))
    with open(EXCEPTIONS, encoding="utf-8") as f:
        known = {int(r["frame"]) for r in csv.DictReader(f, delimiter="\t")
                 if filecmp.cmp(capture, f"{here}/captures/{r['capture']}", shallow=False)}
    return len(lies & known), known - lies


def judge(job):
    capture, path = job
    rows = truth.rows(path)
    count, wrong = truth.compare(rows, truth.shown(capture))
    n, gone = excused(capture, wrong)
    count["proven and wrong"] -= n
    count["excused"] += n
    count["gone"] += len(gone)
    wrong += [f"frame {frame}: an exception in {os.path.basename(EXCEPTIONS)} that is right now" for frame in sorted(gone)]
    return capture, "clean" if truth.is_clean(rows) else "lossy", count, wrong


def main():
    jobs = list(collection() if sys.argv[1:] == ["--all"] else own())
    totals, failed = collections.defaultdict(collections.Counter), not jobs
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for capture, kind, count, wrong in pool.map(judge, jobs):
            totals[kind].update(count)
            for line in wrong:
                print(f"{os.path.relpath(capture)}: {line}")
    for kind, count in sorted(totals.items()):
        for what, bar in BARS[kind].items():
            share = truth.percent(count, what)
            print(f"{kind}: {share:.2f} % of {count[what]} {WORDS[what]} (at least {bar})")
            failed |= share < bar
        print(f"{kind}: {count['proven']} of {count['states']} states proven, of these wrong {count['proven and wrong']}"
              f" and {count['excused']} known exceptions")
        failed |= count["proven and wrong"] > 0 or count["gone"] > 0
    return failed


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-2.0-or-later
"""Ladders: the cases of ladders.tsv, what tshark prints for them, and the golden files."""
import csv
import os

from common import CAPTURES, ROOT, tshark

LIST = os.path.join(ROOT, "tests", "ladders.tsv")
GOLDEN = os.path.join(ROOT, "tests", "golden")


def cases():
    with open(LIST, encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def golden_path(case):
    return os.path.join(GOLDEN, case["case"] + ".ladder")


def ladder(case, *args):
    """The text of a case's ladder, below a headline that says what to look for."""
    option = "tcpstate,ladder" + ("" if case["connection"] == "-" else "," + case["connection"])
    p = tshark("-q", *args, "-r", os.path.join(CAPTURES, case["capture"]), "-z", option)
    if p.returncode != 0:
        raise RuntimeError(f"{case['case']}: {p.stderr.strip()}")
    return f"# {case['case']}: {case['headline']}\n{p.stdout}"

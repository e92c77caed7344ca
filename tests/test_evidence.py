#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""evidence.tsv names, for rows of evidence.def, what gives them and what nearly does, by names that exist.

    test_evidence.py BINARIES           BINARIES is the folder of the built test programs

Columns: row; given_by, not_given_by: a capture, by its path in captures/, or a case of a test program (PROGRAM:CASE, as in rules.tsv)."""
import csv
import functools
import os
import re
import subprocess
import sys

from common import CAPTURES, ROOT

COLUMNS = ["row", "given_by", "not_given_by"]


def rows_of_evidence():
    with open(os.path.join(ROOT, "analyzer", "rfc", "evidence.def"), encoding="utf-8") as f:
        return re.findall(r"(?m)^EVIDENCE\((\w+),", f.read())


@functools.lru_cache
def cases(binaries, program):
    p = subprocess.run([os.path.join(binaries, "test_" + program), "-l"], capture_output=True, text=True, timeout=60, check=False)
    return set(p.stdout.split())


def exists(binaries, name):
    program, colon, case = name.partition(":")
    if not colon:
        return os.path.isfile(os.path.join(CAPTURES, name))
    return os.path.isfile(os.path.join(binaries, "test_" + program)) and case in cases(binaries, program)


def what_is_wrong(binaries, table, known):
    """table: the cells of each line, below that of the columns' names."""
    if not table or table[0] != COLUMNS:
        yield f"the columns are not {COLUMNS}"
    seen = set()
    for cells in table[1:]:
        if len(cells) != len(COLUMNS) or cells[0] not in known or cells[0] in seen:
            yield f"{cells}: not a row of evidence.def, or twice"
            continue
        seen.add(cells[0])
        for name in cells[1:]:
            if name and not exists(binaries, name):
                yield f"{cells[0]}: there is no {name}"


def main(binaries):
    with open(os.path.join(ROOT, "tests", "evidence.tsv"), encoding="utf-8", newline="") as f:
        table = list(csv.reader(f, delimiter="\t"))
    known = rows_of_evidence()
    wrong = list(what_is_wrong(binaries, table, known))
    good = [COLUMNS, [known[0], "server_closes_first.pcap", "why:/why/rows"]]
    bad = [COLUMNS, ["NO_SUCH_ROW", "", ""], [known[0], "no.pcap", "why:/why/none"], [known[0], "", ""], [known[1]]]
    if list(what_is_wrong(binaries, good, known)) or len(list(what_is_wrong(binaries, bad, known))) != 5:
        wrong.append("this test does not tell right from wrong")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""evidence.tsv names, for each row of evidence.def, what gives it and what nearly does; and that is so.

    test_evidence.py BINARIES           BINARIES is the folder of the built test programs

Columns: row; given_by, not_given_by: "CAPTURE FRAME END", the reason for END's state in that frame (CAPTURE is a path in captures/, END
client or server), or a case of a test program (PROGRAM:CASE, as in rules.tsv), which must expect the row of evidence with why=."""
import csv
import functools
import json
import os
import re
import subprocess
import sys

from common import CAPTURES, PROGRAM, ROOT

COLUMNS = ["row", "given_by", "not_given_by"]
# Rows without an example: of what an endpoint begins from, something newer always is the reason; and where a capture was made is
# none of a state (test_homes.c).
NEVER = {"NONE", "TAKEN_FOR_LISTENER", "HOME_TOLD", "HOME_LOCAL", "HOME_BY_MARKS", "HOME_BY_CHECKSUMS",
         "HOME_BY_ANSWERS"}


def rows_of_evidence():
    with open(os.path.join(ROOT, "analyzer", "rfc", "evidence.def"), encoding="utf-8") as f:
        return re.findall(r"(?m)^EVIDENCE\((\w+),", f.read())


@functools.lru_cache
def cases(binaries, program):
    p = subprocess.run([os.path.join(binaries, "test_" + program), "-l"], capture_output=True, text=True, timeout=60, check=False)
    return set(p.stdout.split())


@functools.lru_cache
def script_of(program, case):
    """The case as it stands in the program's source."""
    with open(os.path.join(ROOT, "tests", f"test_{program}.c"), encoding="utf-8") as f:
        return re.search(rf'\{{"{os.path.basename(case)}",(.*?)\}},', f.read(), re.S).group(1)


@functools.lru_cache
def reasons(capture):
    """{(frame, end): the ids of the rows}: a frame may hold several segments."""
    p = subprocess.run([PROGRAM, "--json", "--report", "ladder", os.path.join(CAPTURES, capture)], capture_output=True, text=True,
                       timeout=60, check=True)
    found = {}
    for line in p.stdout.splitlines():
        segment = json.loads(line)
        for end in ("client", "server"):
            found.setdefault((segment["frame"], end), set()).add(segment.get(end + "_reason"))
    return found


def wrong_case(binaries, row, name, given):
    program, _, case = name.partition(":")
    if not os.path.isfile(os.path.join(binaries, "test_" + program)) or case not in cases(binaries, program):
        return f"there is no {name}"
    if not re.search(rf"why=(\S*,)?{'' if given else '!'}{row}\b", script_of(program, case)):
        return f"{name} does not say that it {'is' if given else 'is not'} given"
    return ""


def wrong_example(binaries, row, name, given):
    """What is wrong with it; nothing where it is right."""
    if ":" in name:
        return wrong_case(binaries, row, name, given)
    place = re.fullmatch(r"(\S+) (\d+) (client|server)", name)
    if not place or not os.path.isfile(os.path.join(CAPTURES, place[1])):
        return f'"{name}" is no "CAPTURE FRAME END"'
    shown = reasons(place[1]).get((int(place[2]), place[3]))
    if not shown:
        return f"{name} has no segment"
    return "" if (row in shown) == given else f"{name} is {', '.join(map(str, shown))}"


def what_is_wrong(binaries, table, known):
    """table: the cells of each line, below that of the columns' names."""
    if not table or table[0] != COLUMNS:
        yield f"the columns are not {COLUMNS}"
    seen = set()
    for cells in table[1:]:
        if len(cells) != len(COLUMNS) or cells[0] not in known or cells[0] in seen:
            yield f"{cells}: not a row of evidence.def, or twice"
            continue
        row, *names = cells
        seen.add(row)
        for name, given in zip(names, (True, False)):
            wrong = wrong_example(binaries, row, name, given) if name else "" if row in NEVER else "an example is missing"
            if wrong:
                yield f"{row}, {'given' if given else 'not given'} by: {wrong}"
    yield from (f"{row}: there is no line for it" for row in sorted(set(known) - seen))


def main(binaries):
    with open(os.path.join(ROOT, "tests", "evidence.tsv"), encoding="utf-8", newline="") as f:
        table = list(csv.reader(f, delimiter="\t"))
    wrong = list(what_is_wrong(binaries, table, rows_of_evidence()))
    syn, fin, aborted = ("server_closes_first.pcap 1 client", "server_closes_first.pcap 8 server", "evidence:/evidence/aborted")
    known = ["SENT_SYN", "SENT_FIN", "ABORTED", "SENT_RST"]
    good = [COLUMNS, ["SENT_SYN", syn, fin], ["SENT_FIN", fin, syn], ["ABORTED", aborted, syn], ["SENT_RST", "connection_refused.pcap 2 server", syn]]
    bad = [COLUMNS, ["NO_SUCH_ROW", "", ""], ["SENT_SYN", fin, syn], ["SENT_SYN", syn, fin], ["SENT_FIN", "no.pcap 1 client", ""],
           ["ABORTED", "evidence:/evidence/none", "evidence:/evidence/aborted"]]
    if list(what_is_wrong(binaries, good, known)) or len(list(what_is_wrong(binaries, bad, known))) != 9:
        wrong.append("this test does not tell right from wrong")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

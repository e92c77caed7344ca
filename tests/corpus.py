# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures from elsewhere (where they are at hand), our table of their connections, and what Zeek recorded of them."""
import collections
import csv
import os
import re

from common import ROOT

CORPUS = os.path.join(os.path.dirname(ROOT), "shared", "corpus")
DISAGREEMENTS = os.path.join(ROOT, "tests", "zeek_disagreements.tsv")
DOCUMENT = os.path.join(ROOT, "docs", "disagreements.md")

# A connection in conn.log. start is None where the record does not tell, ends are None where there is only one connection.
Record = collections.namedtuple("Record", "orig resp start state history")


def is_at_hand():
    return os.path.isdir(os.path.join(CORPUS, "pcaps"))


def path_of(name):
    return os.path.join(CORPUS, "pcaps", name)


def names():
    return sorted(os.listdir(os.path.join(CORPUS, "pcaps")))


def read_tsv(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def table(text):
    """The rows of -z tcpstate,connections, by column name; the table stands at the end of the text."""
    lines = text.rstrip("\n").split("\n")
    heads = [i for i, line in enumerate(lines) if re.match(r" *# +stream +start +duration ", line)]
    if not heads:
        return []
    names_ = re.split(r"  +", lines[heads[-1]].strip())
    return [dict(zip(names_, re.split(r"  +", line.strip()))) for line in lines[heads[-1] + 1:]]


def plain(end):
    return end.replace("[", "").replace("]", "")


def of_states(detail):
    """conn_state by its definition, of a record that has only the states of the two ends."""
    ends = dict(re.findall(r"(orig|resp) state=\d+ \((?:TCP_)?(\w+)\)", detail))
    if ends.get("resp") == "RESET":
        return "REJ" if ends.get("orig") == "SYN_SENT" else "RSTR"
    return ""


def record(row):
    state, history = row["conn_state"], row["history"]
    special = re.search(r"history=(\S+) conn_state=(\S+)", row["detail"])
    if special:
        history, state = special.groups()
    ends = [plain(row[end]).strip(":") or None for end in ("orig", "resp")]
    start = float(row["start_ts"]) if re.fullmatch(r"[0-9.]+", row["start_ts"]) else None
    return Record(*ends, start, state or of_states(row["detail"]), history)


def is_known(r, known):
    """Of the same connection, from another source: some say when it began, some do not."""
    return any(k[:2] == r[:2] and k.state == r.state and k.history.strip("^") == r.history.strip("^")
               and (r.start is None or k.start in (None, r.start)) for k in known)


def zeek_records():
    """By capture. What tells no state is left out."""
    found = collections.defaultdict(list)
    rows = [row for row in read_tsv(os.path.join(CORPUS, "expected.tsv")) if re.match("zeek|bro", row["tool"])]
    for row in sorted(rows, key=lambda row: row["start_ts"].startswith("X")):
        r = record(row)
        if r.state and not is_known(r, found[row["file"]]):
            found[row["file"]].append(r)
    return found


def is_flipped(r, row):
    return r.orig is not None and r.orig != plain(row["client"])


def seen_from_other_end(state):
    """The state if the originator were called responder."""
    swap = {"S2": "S3", "S3": "S2", "RSTO": "RSTR", "RSTR": "RSTO", "SH": "SHR", "SHR": "SH", "RSTOS0": "RSTRH", "RSTRH": "RSTOS0"}
    return swap.get(state, state)


def candidates(r, rows):
    return [row for row in rows if r.orig is None or {r.orig, r.resp} == {plain(row["client"]), plain(row["server"])}]


def ours(r, rows, first):
    """Our row of Zeek's record: of several incarnations the one that was there when its first segment was captured."""
    found = candidates(r, rows)
    if r.start is None or len(found) < 2:
        return found
    at = r.start - first
    begun = [row for row in found if float(row["start"]) <= at + 0.001]
    return begun[-1:] or found[:1]

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures from elsewhere, where they are at hand:

- none crashes or hangs, and one pass and two show the same;
- no endpoint sends what it cannot send in the state that it was just proven to be in, unless a finding says so;
- the connections are what Zeek recorded, or zeek_disagreements.tsv says who is right. A line of it that is true no longer fails.

    test_corpus.py             compares
    test_corpus.py --write     writes docs/disagreements.md from zeek_disagreements.tsv
"""
import collections
import concurrent.futures
import os
import re
import signal
import subprocess
import sys

import corpus
from common import ROOT, TSHARK, skip

PATIENCE = 120  # seconds, for one capture
FIELDS = ["frame.number", "frame.time_epoch", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcpstate.connection", "tcpstate.event",
          "tcpstate.src.before", "tcpstate.src.state", "tcpstate.src.certainty", "tcpstate.dst.state", "tcpstate.dst.certainty"]
FIN, SYN, RST, ACK = 1, 2, 4, 16
# What is captured late or twice was sent in an earlier state; what no stack sends or its receiver refuses may be another's.
NOT_ITS_OWN = {"DUPLICATE", "LATE", "ILLEGAL_FLAGS", "RST_IGNORED"}


def show(name, *passes):
    """All that tshark prints: a line for each frame, and the table of connections."""
    command = [TSHARK, *passes, "-r", corpus.path_of(name), "-z", "tcpstate,connections", "-T", "fields", "-E", "aggregator=|"]
    for field in FIELDS:
        command += ["-e", field]
    p = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if p.returncode not in (0, 2):
        end = signal.Signals(-p.returncode).name if p.returncode < 0 else p.returncode
        raise RuntimeError(f"{name}: tshark {' '.join(passes)} ends with {end}: {p.stderr.strip()}")
    return p.stdout


def proper_cells():
    """(state, input) of every cell of the table of states in which something can happen, at once or after segments of the peer
    that were not captured."""
    with open(os.path.join(ROOT, "analyzer", "rfc", "transitions.def"), encoding="utf-8") as f:
        cells = re.findall(r"^(?:GO|STAY)\((\w+), (\w+),(?: (\w+),)?", f.read(), re.M)
    proper = {(state, what) for state, what, _ in cells}
    unseen = {(state, to) for state, what, to in cells if to and not what.startswith("SND_")}
    while more := {(state, what) for state, to in unseen for at, what in proper if at == to} - proper:
        proper |= more
    return proper


def input_of(flags):
    if flags & RST:
        return "SND_RST"
    if flags & SYN:
        return "SND_SYN_ACK" if flags & ACK else "SND_SYN"
    return "SND_FIN" if flags & FIN else "SND_SEGMENT"


def segments(text):
    """A dict for each annotated TCP layer."""
    for line in text.split("\n"):
        cells = [cell.split("|") for cell in line.split("\t")]
        if len(cells) != len(FIELDS):
            continue
        layers = len(cells[5]) if cells[5] != [""] else 0
        if any(len(cell) != layers for cell in cells[2:]):
            continue  # quoted in an ICMP error, or a frame without TCP
        for i in range(layers):
            yield dict(zip(FIELDS, [cells[0][0], cells[1][0]] + [cell[i] for cell in cells[2:]]))


def contradictions(text, rows, proper):
    """An end is told by its port: where both have the same, nothing is asked."""
    findings = {row["#"]: row["findings"] for row in rows}
    proven = {}
    for s in segments(text):
        connection, end, peer = s["tcpstate.connection"], s["tcp.srcport"], s["tcp.dstport"]
        before, what = s["tcpstate.src.before"], input_of(int(s["tcp.flags"], 16))
        known = proven.get((connection, end)) == before and end != peer and s["tcpstate.event"] not in NOT_ITS_OWN
        if known and (before, what) not in proper and findings.get(connection, "-") == "-":
            yield f"frame {s['frame.number']}: {what} in {before}, which was proven (connection {connection}, {s['tcpstate.event']})"
        for key, side in ((end, "src"), (peer, "dst")):
            sure = s[f"tcpstate.{side}.certainty"] == "proven"
            proven[connection, key] = s[f"tcpstate.{side}.state"] if sure else None


def compare(name, text, rows, records):
    """(connection, theirs, ours) for each of Zeek's records that we do not agree with."""
    first = float(text.split("\t", 2)[1]) if text.count("\t") else 0
    for r in records:
        found = corpus.ours(r, rows, first)
        said = [corpus.seen_from_other_end(row["zeek_state"]) if corpus.is_flipped(r, row) else row["zeek_state"] for row in found]
        if r.state not in said:
            number = found[-1]["#"] if found else "-"
            ends = f"{number}: {r.orig} > {r.resp}" if r.orig else number
            yield name, ends, f"{r.state} {r.history}".strip(), ", ".join(said) or "no such connection"


def judge(name, records, proper):
    try:
        one, two = show(name), show(name, "-2")
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return [f"{name}: {error}"], []
    problems = [] if one == two else [f"{name}: one pass and two passes differ"]
    rows = corpus.table(one)
    problems += [f"{name}: {line}" for line in contradictions(one, rows, proper)]
    return problems, list(compare(name, one, rows, records))


def listed():
    return {(d["capture"], d["connection"], d["theirs"], d["ours"]): d for d in corpus.read_tsv(corpus.DISAGREEMENTS)}


def document():
    """docs/disagreements.md, as the table has it."""
    reasons = collections.defaultdict(list)
    for d in corpus.read_tsv(corpus.DISAGREEMENTS):
        reasons[d["reason"]].append(d)
    lines = ["# Where tcpstate and Zeek disagree", "",
             "Written from `tests/zeek_disagreements.tsv` by `tests/test_corpus.py --write`, which also compares: `zeek_state` of",
             "`-z tcpstate,connections` with what Zeek recorded of captures in public test suites (conn_state and history). The",
             "definitions, and in which cases tcpstate goes by more than Zeek does, stand in `analyzer/model/zeek.h`. A connection is given by",
             "its number and its ends as Zeek names them.", ""]
    for reason, rows in reasons.items():
        lines += [f"## {reason[0].upper()}{reason[1:]}", "",
                  "| capture | connection | Zeek | tcpstate | who is right, and the frame that shows it |",
                  "|---|---|---|---|---|"]
        lines += [f"| {d['capture']} | {d['connection']} | {d['theirs']} | {d['ours']} | {d['why']} |" for d in rows] + [""]
    return "\n".join(lines[:-1]) + "\n"


def is_document_written():
    with open(corpus.DOCUMENT, encoding="utf-8") as f:
        return f.read() == document()


def main():
    if sys.argv[1:] == ["--write"]:
        with open(corpus.DOCUMENT, "w", encoding="utf-8") as f:
            f.write(document())
        return False
    if not corpus.is_at_hand():
        skip("the captures from elsewhere are not at hand")
    records, proper, known = corpus.zeek_records(), proper_cells(), listed()
    names = sys.argv[1:] or corpus.names()
    problems, disagreements = [], []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for more, other in pool.map(lambda name: judge(name, records.get(name, []), proper), names):
            problems += more
            disagreements += other
    problems += [f"not listed: {chr(9).join(d)}" for d in disagreements if d not in known]
    problems += [f"listed, but not so: {chr(9).join(d)}" for d in known if d not in disagreements and d[0] in names]
    problems += [] if is_document_written() else ["docs/disagreements.md is not as test_corpus.py --write writes it"]
    total = sum(len(records.get(name, [])) for name in names)
    print(f"{len(names)} captures; Zeek's records of {total} connections, {total - len(disagreements)} of them alike")
    for line in problems:
        print(line)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())

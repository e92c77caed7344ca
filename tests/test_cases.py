#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures of captures/cases show what cases.tsv asks of them.

    test_cases.py [NAME...]               states, events, connections, outcomes: cases.tsv
    test_cases.py --findings [NAME...]    findings and their wording: cases_findings.tsv
    test_cases.py --show NAME...          the ladder, and below each segment the rows that do not hold

Both tables are separated by tabs: case, kind, where, value, why. FRAMES is 3, 3-5 or 1,3-5; END is ADDRESS:PORT; | stands between
several that are allowed. Kinds of cases.tsv, by what `where` is:

    FRAMES@END   state           states allowed; then certainties, of which one is asked for, or with ! forbidden:
                                 "TIME_WAIT|UNKNOWN !proven"
                 notstate        a state (* for any) that is not shown; with certainties: not with these
    FRAMES       event           ids of events.def
                 notevent        the same, none of which is shown
                 len             bytes of payload
                 connections_in  how many connections these frames are part of
    FRAME        outcome, outcome_by, closed_by, client, role_basis, mid_stream, repeats, copies, zeek_state: what JSON says in
                 this member of the connection that the frame is part of; client is an END, none is null
                 notoutcome      an outcome that it has not
                 history         regular expression that Zeek's history holds
    FRAME@END    time            "STATE FROM-TO": the seconds that the end spent in that state
    SECONDS@END  socket          a socket of this end and in one of these states is listed at that time (--report ss,SECONDS)
                 notsocket       none is
    -            connections     how many there are
                 read            "9 segments": how many the program finds; "exit 2": or it ends with this status

Kinds of cases_findings.tsv:

    @END or -    must            findings of which one is raised, and speaks of END
    -            mustnot         findings of which none is raised
                 only            no others are raised
                 text, nottext   regular expression that the report holds, or does not; line breaks are spaces there
    ID or -      severity        severities that these findings (-: all) have
    ID           count           how many there are
    FRAMES       flags, notflags all of these flags are named in the ladder, or none

A row that could never fail, or names what does not exist, is an error.
"""
import collections
import csv
import functools
import json
import os
import re
import struct
import subprocess
import sys

from common import CAPTURES, PROGRAM, ROOT, skip

CASES = os.path.join(CAPTURES, "cases")
HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = {False: "cases.tsv", True: "cases_findings.tsv"}
MEMBERS = ("outcome", "outcome_by", "closed_by", "client", "role_basis", "mid_stream", "repeats", "copies", "zeek_state")
Row = collections.namedtuple("Row", "case kind where value why line")


class Malformed(Exception):
    """A row that asks for nothing, or for what cannot be."""


def table(findings):
    with open(os.path.join(HERE, TABLES[findings]), encoding="utf-8") as f:
        for n, cells in enumerate(csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if n == 1:
                if cells != ["case", "kind", "where", "value", "why"]:
                    raise Malformed(f"{TABLES[findings]}: not the columns that are expected")
            elif cells:
                yield Row(*cells, n) if len(cells) == 5 else Row(*(cells + [""] * 5)[:4], None, n)


@functools.cache
def known():
    """What there is, by kind of name: states, certainties, outcomes, ... of schema.json; events, findings."""
    with open(os.path.join(ROOT, "docs", "schema.json"), encoding="utf-8") as f:
        schema = json.load(f)["$defs"]
    names = {kind: set(schema[kind]["enum"]) for kind in ("state", "certainty", "outcome", "by")}
    names["severity"] = set(schema["finding"]["properties"]["severity"]["enum"])
    names["role_basis"] = set(schema["connection"]["properties"]["role_basis"]["enum"])
    for kind, path, macro in (("event", "rfc/events.def", r"^E\((\w+)"), ("finding", "rules/rules.def", r"^\w+\((\w+)")):
        with open(os.path.join(ROOT, "analyzer", path), encoding="utf-8") as f:
            names[kind] = {m.group(1) for m in map(re.compile(macro).match, f) if m}
    names["finding"] = {name.lower() for name in names["finding"]}
    names["by"] = {"none" if by is None else by for by in names["by"]}
    return names


def listed(value, kind):
    """The names in value, all of which exist, and not all that there are."""
    names = set(value.split("|"))
    if kind in known():
        if names - known()[kind]:
            raise Malformed(f"no {kind} {', '.join(sorted(names - known()[kind]))}")
        if names == known()[kind]:
            raise Malformed(f"allows every {kind}")
    return names


def frames(text, last):
    found = set()
    for part in text.split(","):
        if not re.fullmatch(r"\d+(-\d+)?", part):
            raise Malformed(f"{part} is no frame")
        a, _, b = part.partition("-")
        if not 1 <= int(a) <= int(b or a) <= last:
            raise Malformed(f"the capture has no frames {part}: it has {last}")
        found.update(range(int(a), int(b or a) + 1))
    return sorted(found)


def split_end(where):
    left, _, end = where.partition("@")
    if not re.fullmatch(r"([\d.]+|\[[\da-f:]+\]):\d+", end):
        raise Malformed(f"{where} names no end")
    return left, end


def expression(text):
    try:
        return re.compile(text, re.I)
    except re.error as e:
        raise Malformed(f"no regular expression: {e}") from e


def allowed_pairs(value):
    """The pairs of state and certainty that a state row allows."""
    first, *rest = value.split()
    forbidden = {w[1:] for w in rest if w.startswith("!")}
    asked = {w for w in rest if not w.startswith("!")}
    if (forbidden | asked) - known()["certainty"]:
        raise Malformed(f"no such certainty: {value}")
    states = set(first.split("|"))
    if states - known()["state"]:
        raise Malformed(f"no such state: {value}")
    pairs = {(s, c) for s in states for c in (asked or known()["certainty"]) - forbidden}
    if not pairs or len(pairs) == len(known()["state"]) * len(known()["certainty"]):
        raise Malformed(f"allows all or nothing: {value}")
    return pairs


def denied_pairs(value):
    first, *certainties = value.split()
    if set(certainties) - known()["certainty"] or first == "*" and not certainties:
        raise Malformed(f"no such certainty: {value}")
    states = known()["state"] if first == "*" else set(first.split("|"))
    if states - known()["state"]:
        raise Malformed(f"no such state: {value}")
    return {(s, c) for s in states for c in certainties or known()["certainty"]}


def written(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def ends_of(row, *roles):
    return {written(row[f"{role}_address"], row[f"{role}_port"]): role for role in roles}


def length(path):
    """How many frames a pcap file has."""
    with open(path, "rb") as f:
        data = f.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at, n = 24, 0
    while at + 16 <= len(data):
        at, n = at + 16 + struct.unpack_from(order + "I", data, at + 8)[0], n + 1
    return n


class Case:
    """A capture, and what the program says of it."""

    def __init__(self, name):
        self.path = os.path.join(CASES, f"{name}.pcap")
        if not os.path.exists(self.path):
            raise Malformed(f"no capture {name}")
        self.last = length(self.path)

    def run(self, *args):
        return subprocess.run([PROGRAM, *args, self.path], capture_output=True, text=True, timeout=60, check=False)

    @functools.cache
    def rows(self, report, kind):
        return [r for r in map(json.loads, self.run("--json", "--report", report).stdout.splitlines()) if r["type"] == kind]

    @functools.cached_property
    def segments(self):
        found = collections.defaultdict(list)
        for row in self.rows("ladder", "segment"):
            if not row["icmp_error"]:
                found[row["frame"]].append(row)
        return found

    @functools.cached_property
    def report(self):
        return re.sub(r"\s+", " ", self.run().stdout)

    def connections_of(self, some):
        return {s["connection"] for n in some for s in self.segments[n]}

    def connection(self, frame):
        return next((c for c in self.rows("connections", "connection") if c["connection"] in self.connections_of([frame])), None)

    def shown(self, frame, end):
        """State and certainty of that end, or what is wrong."""
        for s in self.segments[frame]:
            role = ends_of(s, "client", "server").get(end)
            if role:
                return s[f"{role}_state"], s[f"{role}_certainty"]
        return "not shown" if not self.segments[frame] else "between " + " and ".join(ends_of(self.segments[frame][0], "client", "server"))


def state(case, row):
    which, end = split_end(row.where)
    good = allowed_pairs(row.value)
    for n in frames(which, case.last):
        shown = case.shown(n, end)
        if shown not in good:
            yield n, shown if isinstance(shown, str) else f"{shown[0]} ({shown[1]})"


def notstate(case, row):
    which, end = split_end(row.where)
    bad = denied_pairs(row.value)
    for n in frames(which, case.last):
        shown = case.shown(n, end)
        if isinstance(shown, str):
            yield n, shown
        elif shown in bad:
            yield n, f"{shown[0]} ({shown[1]})"


def event(case, row):
    names = listed(row.value, "event")
    for n in frames(row.where, case.last):
        shown = {s["event"] for s in case.segments[n]} or {"not shown"}
        if bool(shown & names) != (row.kind == "event"):
            yield n, ", ".join(sorted(shown))


def payload(case, row):
    for n in frames(row.where, case.last):
        shown = {s["len"] for s in case.segments[n]}
        if shown != {int(row.value)}:
            yield n, f"{', '.join(map(str, shown)) or 'not shown'}"


def flags(case, row):
    names = set(row.value.split("|"))
    for n in frames(row.where, case.last):
        shown = {flag for s in case.segments[n] for flag in s["flags"]}
        if (names - shown) if row.kind == "flags" else (names & shown or not shown):
            yield n, f"{', '.join(sorted(shown)) or 'not shown'}"


def connections_in(case, row):
    n = len(case.connections_of(frames(row.where, case.last)))
    if n != int(row.value):
        yield frames(row.where, case.last)[0], f"{n} connections"


def connections(case, row):
    n = len(case.rows("connections", "connection"))
    if n != int(row.value):
        yield None, f"{n} connections"


def member(case, row):
    name = row.kind.removeprefix("not")
    names = listed(row.value, "by" if name in ("outcome_by", "closed_by") else name)
    frame, = frames(row.where, case.last)
    c = case.connection(frame)
    if not c:
        yield frame, "not shown"
        return
    value = written(c["client_address"], c["client_port"]) if name == "client" else c[name]
    said = "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    if (said in names) == row.kind.startswith("not"):
        yield frame, said


def history(case, row):
    frame, = frames(row.where, case.last)
    c = case.connection(frame)
    if not c or not re.search(row.value, c["zeek_history"] or ""):  # upper case is the client's
        yield frame, c["zeek_history"] if c else "not shown"


def time(case, row):
    which, end = split_end(row.where)
    frame, = frames(which, case.last)
    m = re.fullmatch(r"(\w+) ([\d.]+)-([\d.]+)", row.value)
    if not m or m.group(1) not in known()["state"] or float(m.group(2)) > float(m.group(3)):
        raise Malformed(f"no range of times: {row.value}")
    c = case.connection(frame)
    role = ends_of(c, "client", "server").get(end) if c else None
    if not role:
        yield frame, "not shown"
    elif not float(m.group(2)) <= c[f"{role}_times"].get(m.group(1), 0) <= float(m.group(3)):
        yield frame, f"{c[f'{role}_times'].get(m.group(1), 0)} s in {m.group(1)}"


def socket(case, row):
    seconds, end = split_end(row.where)
    names = listed(row.value, "state")
    float(seconds)
    shown = {s["state"] for s in case.rows(f"ss,{seconds}", "socket") if written(s["local_address"], s["local_port"]) == end}
    if bool(shown & names) != (row.kind == "socket"):
        yield None, f"{', '.join(sorted(shown)) or 'no socket'}"


def read(case, row):
    if not all(re.fullmatch(r"\d+ segments|exit 2", w) for w in row.value.split("|")):
        raise Malformed(f"neither segments nor a status: {row.value}")
    said = {f"exit {case.run('--report', 'ladder').returncode}", f"{sum(map(len, case.segments.values()))} segments"}
    if not said & set(row.value.split("|")):
        yield None, ", ".join(sorted(said))


def raised(case):
    return case.rows("summary", "finding")


def told(found):
    return ", ".join(sorted({f["finding"] for f in found})) or "nothing"


def must(case, row):
    names = listed(row.value, "finding")
    end = split_end(row.where)[1] if row.where != "-" else ""
    about = re.compile(re.escape(end) + r"(?!\d)" if end else "")
    if not any(f["finding"] in names and about.search(f["text"]) for f in raised(case)):
        yield None, f"raised: {told(raised(case))}"


def mustnot(case, row):
    names = listed(row.value, "finding")
    bad = [f for f in raised(case) if (f["finding"] in names) == (row.kind == "mustnot")]
    if bad:
        yield None, f"raised: {told(bad)}"


def severity(case, row):
    names = listed(row.value, "severity")
    ids = listed(row.where, "finding") if row.where != "-" else known()["finding"]
    found = [f for f in raised(case) if f["finding"] in ids]
    bad = [f for f in found if f["severity"] not in names]
    if bad or not found and row.where != "-":
        yield None, ", ".join(f"{f['finding']} [{f['severity']}]" for f in bad) or "not raised"


def count(case, row):
    listed(row.where, "finding")
    n = sum(f["finding"] == row.where for f in raised(case))
    if n != int(row.value):
        yield None, f"{n} times"


def text(case, row):
    m = expression(row.value).search(case.report)
    if bool(m) != (row.kind == "text"):
        yield None, f"said: {m.group(0)[:100]}" if m else "not said"


KINDS = {
    False: {"state": state, "notstate": notstate, "event": event, "notevent": event, "len": payload, "connections": connections,
            "connections_in": connections_in, "history": history, "time": time, "socket": socket, "notsocket": socket,
            "notoutcome": member, "read": read, **{name: member for name in MEMBERS}},
    True: {"must": must, "mustnot": mustnot, "only": mustnot, "severity": severity, "count": count, "text": text, "nottext": text,
           "flags": flags, "notflags": flags}}


def contradictions(rows, cases):
    """Rows of which not all can hold: nothing is left that may be shown."""
    left = {}
    for row in rows:
        if row.kind in ("state", "notstate"):
            which, end = split_end(row.where)
            for n in frames(which, cases[row.case].last):
                before = left.setdefault((row.case, n, end), denied_pairs("* proven presumed elapsed unknown"))
                after = before & allowed_pairs(row.value) if row.kind == "state" else before - denied_pairs(row.value)
                left[row.case, n, end] = after
                if before and not after:
                    yield row, f"contradicts other rows at frame {n}"


def judge(rows, findings):
    """What does not hold, as (row, [(frame, what is shown)]); and what is malformed, as (row, why)."""
    cases, missed, bad, seen = {}, [], [], set()
    for row in rows:
        try:
            if row.why is None or row.kind not in KINDS[findings]:
                raise Malformed(f"not 5 columns, or no kind {row.kind}")
            if row[:4] in seen:
                raise Malformed("stands there twice")
            seen.add(row[:4])
            if row.case not in cases:
                cases[row.case] = Case(row.case)
            wrong = list(KINDS[findings][row.kind](cases[row.case], row))
            if wrong:
                missed.append((row, wrong))
        except (Malformed, ValueError) as e:
            bad.append((row, str(e)))
    if not bad:
        bad += contradictions(rows, cases)
    return missed, bad


def in_words(wrong):
    said = [f"{frame}: {shown}" if frame else shown for frame, shown in wrong]
    return "; ".join(said[:6]) + (f"; and {len(said) - 6} more" if len(said) > 6 else "")


def asked(row):
    return f"{row.kind} {row.where} {row.value}" + (f" [{row.why}]" if row.why else "")


def show(name, missed):
    """The ladder, with what does not hold below the segment that it is about."""
    notes = collections.defaultdict(list)
    for row, wrong in missed:
        for frame, shown in wrong:
            notes[frame].append(f"    * {asked(row)}" + ("" if row.kind == "state" else f": {shown}"))
    for line in Case(name).run("--report", "ladder").stdout.splitlines():
        print(line)
        m = re.match(r" *(\d+) +[\d.]+  ", line)
        for note in notes.pop(int(m.group(1)), []) if m else []:
            print(note)
    for frame, rest in notes.items():
        for note in rest:
            print(f"{note}" + (f" (frame {frame})" if frame else ""))


def main():
    if not os.path.exists(PROGRAM):
        skip("the program is not built")
    args = sys.argv[1:]
    findings, ladder = "--findings" in args, "--show" in args
    names = [a for a in args if a not in ("--findings", "--show")]
    rows = [row for row in table(findings) if not names or row.case in names]
    unused = set() if names else {f[:-5] for f in os.listdir(CASES) if f.endswith(".pcap")} - {row.case for row in rows}
    missed, bad = judge(rows, findings)
    if ladder:
        for name in names:
            show(name, [(row, wrong) for row, wrong in missed if row.case == name])
    else:
        for row, wrong in missed:
            print(f"{row.case}: {asked(row)}: {in_words(wrong)}")
    for row, why in bad:
        print(f"{TABLES[findings]}:{row.line}: {row.case} {row.kind} {row.where} {row.value}: {why}")
    if not findings:
        for name in sorted(unused):
            print(f"{name}: no row asks anything of it")
    if not rows:
        print(f"no rows of {', '.join(names)}")
    print(f"{len(rows) - len(missed) - len(bad)} of {len(rows)} rows hold")
    return 2 if bad or not rows or unused and not findings else 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

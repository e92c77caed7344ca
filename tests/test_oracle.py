#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The program and the plugin print the same: every capture by both, as JSON, row by row.

They share the analyzer, and little of what brings the segments to it: Wireshark's dissectors here, analyzer/decode there. Among
the captures are some made up for this, with a connection in every wrapping (wrappings.py). What only Wireshark finds is listed,
by capture, in oracle_exceptions.tsv; a connection that differs for any other reason fails the test, and so does a row of that
list that explains nothing. Arguments: captures to be compared instead of all.
"""
import concurrent.futures
import json
import os
import struct
import subprocess
import sys
import tempfile

import wrappings
from common import CAPTURES, CUT_SHORT, PROGRAM, ROOT, fields, reports, skip, tshark

REPORTS = reports()
ROWS = ("summary", "headline", "finding", "connection", "socket", "endpoint", "segment")  # what they consist of
# What a connection's rows are known by, where both count connections differently.
NUMBER = "connection"
INTERFACE_STATISTICS = 5  # pcapng's block
SHARED = os.path.join(os.path.dirname(ROOT), "shared")
FOLDERS = (CAPTURES, os.path.join(CAPTURES, "scripted"), os.path.join(CAPTURES, "encapsulations"),
           os.path.join(SHARED, "encapsulations"), os.path.join(SHARED, "corpus", "pcaps"))


def all_captures():
    """By what they are called: the folder's name before that of the file, where it is not ours."""
    for folder in FOLDERS:
        if not os.path.isdir(folder):
            print(f"skipped: no captures in {os.path.relpath(folder, ROOT)}")
            continue
        for name in sorted(os.listdir(folder)):
            if os.path.isfile(os.path.join(folder, name)) and not name.endswith((".md", ".tsv", ".json", ".py")):
                yield os.path.join(folder, name)


def exceptions():
    """The display filter for the frames in which only Wireshark finds TCP, by capture."""
    with open(os.path.join(ROOT, "tests", "oracle_exceptions.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]
    return {name: (only, why) for name, only, why in rows}


def by_type(text):
    rows = {kind: [] for kind in ROWS}
    for line in text.splitlines():
        row = json.loads(line)
        row.pop("stream", None)  # Wireshark's own number: null where it does not dissect
        for told in ("packets", "share"):  # by the file: no plugin is told
            row.get("lost", {}).pop(told, None)
        rows.setdefault(row["type"], []).append(row)
    return rows


def said_by_plugin(capture):
    args = ["-q", "-o", "tcpstate.capture:x", "-o", "tcpstate.host:y", "-r", capture]
    for report in REPORTS:
        args += ["-z", f"tcpstate,json,{report}"]
    p = tshark(*args)
    return by_type(p.stdout), p.returncode in CUT_SHORT, p


def said_by_program(capture):
    rows, cut, err = {kind: [] for kind in ROWS}, False, ""
    for report in REPORTS:
        p = subprocess.run([PROGRAM, "--json", "-o", "tcpstate.capture:x", "-o", "tcpstate.host:y", "--report", report, capture],
                           capture_output=True, text=True, timeout=300, check=False)
        if p.returncode not in (0, 2):
            raise RuntimeError(f"exit status {p.returncode}: {p.stderr}")
        for kind, found in by_type(p.stdout).items():
            rows.setdefault(kind, []).extend(found)
        cut = p.returncode == 2
        err = p.stderr
    return rows, cut, err


def without_number(row):
    return {key: value for key, value in row.items() if key != NUMBER}


def frames_of(rows):
    """The frames of each connection, by its number."""
    frames = {}
    for segment in rows["segment"]:
        frames.setdefault(segment[NUMBER], set()).add(segment["frame"])
    return frames


def key_of(rows):
    """A name for each connection that both give it: its ends, and its first frame."""
    return {c[NUMBER]: (c["client_address"], c["client_port"], c["server_address"], c["server_port"], c["first_frame"])
            for c in rows["connection"]}


def grouped(rows):
    """All rows that speak of a connection, by its name, without its number."""
    names, found = key_of(rows), {}
    for kind in ("connection", "finding", "segment", "socket"):
        for row in rows[kind]:
            if row[NUMBER] is not None:
                found.setdefault(names[row[NUMBER]], []).append(without_number(row))
    return found


def difference(plugin, program):
    """The first one, in words."""
    for kind in ROWS:
        if plugin[kind] == program[kind]:
            continue
        for n, (a, b) in enumerate(zip(plugin[kind], program[kind])):
            if a != b:
                cells = {key: (a.get(key), b.get(key)) for key in {**a, **b} if a.get(key) != b.get(key)}
                return f"{kind} {n}: plugin and program say {cells}"
        return f"{len(plugin[kind])} and {len(program[kind])} rows of {kind}"
    return None


def difference_at_points(plugin, program):
    """Of several capture points the program joins what the plugin shows apart; and it has looked through the file before, so that it knows
    from the first segment on which interface is a point of its own. The states that each frame shows are the same."""
    same = ("frame", "sender", "flags", "seq", "ack", "len", "client_state", "server_state")
    seen = [sorted([row[key] for key in same] for row in rows["segment"]) for rows in (plugin, program)]
    return None if seen[0] == seen[1] else f"other states: {[pair for pair in zip(*seen) if pair[0] != pair[1]][:1]}"


def unexplained(plugin, program, frames):
    """Of both, where some connections lie in frames that only the plugin looks into: the first other difference."""
    theirs, ours, of = grouped(plugin), grouped(program), frames_of(plugin)
    explained = {name for number, name in key_of(plugin).items() if of.get(number, set()) <= frames}
    if ours.keys() - theirs.keys():
        return f"only the program has {next(iter(ours.keys() - theirs.keys()))}"
    if theirs.keys() - ours.keys() - explained:
        return f"only the plugin has {next(iter(theirs.keys() - ours.keys() - explained))}"
    for name, rows in ours.items():
        if rows != theirs[name] and name not in explained:
            return f"{name}: {theirs[name][0]} and {rows[0]}"
    return None


def without_statistics(capture, folder):
    """The capture, or a copy without its interface statistics: no plugin is told of them, so the program knows a later end."""
    with open(capture, "rb") as f:
        data = f.read()
    kept, at, end = [], 0, "<"
    while data.startswith(b"\n\r\r\n") and at + 12 <= len(data):
        if data[at:at + 4] == b"\n\r\r\n":
            end = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
        kind, length = struct.unpack_from(end + "II", data, at)
        if length < 12:
            break
        if kind != INTERFACE_STATISTICS:
            kept.append(data[at:at + length])
        at += length
    if at < len(data) or sum(map(len, kept)) == len(data):
        return capture
    target = os.path.join(folder, os.path.basename(capture))
    with open(target, "wb") as f:
        f.write(b"".join(kept))
    return target


def compare(original, listed):
    with tempfile.TemporaryDirectory() as folder:
        return compare_one(original, without_statistics(original, folder), listed)


def compare_one(original, capture, listed):
    name = os.path.relpath(original, os.path.dirname(os.path.dirname(original)))
    only = listed.get(os.path.basename(capture))
    plugin, cut, p = said_by_plugin(capture)
    program, failed, err = said_by_program(capture)
    if p.returncode not in (0, *CUT_SHORT) and failed:
        return []  # no capture
    wrong = difference_at_points(plugin, program) if program.get("crossing") else difference(plugin, program)
    if only and not wrong:
        return [f"{name}: is listed ({only[1]}), and there is no difference"]
    if wrong and only:
        frames = {int(row[0]) for row in fields(capture, ["frame.number"], "-Y", only[0])}
        wrong = unexplained(plugin, program, frames)
    said = [f"{name}: {wrong}"] if wrong else []
    if cut and "cut short" in p.stderr and not failed:
        said.append(f"{name}: cut short, and the program does not say so")
    if failed and not cut and "link type" not in err:
        said.append(f"{name}: {err.strip()}")
    return said


def main():
    if not os.path.exists(PROGRAM):
        skip("the program is not built")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        sys.exit(compare_all(sys.argv[1:] or [*wrappings.write_all(folder), *all_captures()]))


def compare_all(captures):
    """True where anything differs."""
    listed, failed, n = exceptions(), False, 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for said in pool.map(lambda capture: compare(capture, listed), captures):
            n += 1
            for line in said:
                print(line)
                failed = True
    print(f"{n} captures compared")
    return failed


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""As Wireshark's window does it: a capture is loaded without trees, and its frames are asked for afterwards, all of them, those
that a display filter lets through, and all again, backwards. Each shows what two-pass tshark prints."""
import json
import os
import shutil
import subprocess
import sys

from common import ROOT, captures, fields, name_of, skip

COLUMNS = ["tcpstate.client.state", "tcpstate.server.state", "tcpstate.client.before", "tcpstate.client.certainty", "tcpstate.event",
           "tcpstate.finding"]
FILTER = 'tcpstate.state == "CLOSE_WAIT"'


def ask(capture, requests):
    """The results of requests (method, parameters), after the capture was loaded."""
    lines = [json.dumps({"jsonrpc": "2.0", "id": i + 1, "method": method, "params": parameters})
             for i, (method, parameters) in enumerate([("load", {"file": capture}), *requests])]
    p = subprocess.run([os.path.join(ROOT, "tests", "sharkd")], input="\n".join(lines) + "\n", capture_output=True, text=True,
                       timeout=300, check=False)
    answers = [json.loads(line) for line in p.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == len(lines) and all("result" in a for a in answers), p.stdout + p.stderr
    return [a["result"] for a in answers[1:]]


def rows(result):
    return {frame["num"]: frame["c"] for frame in result}


def texts(tree):
    """The lines of a frame's tree, from the plugin's on."""
    lines = []
    for node in tree:
        lines.append(node.get("l", ""))
        lines += texts(node.get("n", []))
    return lines


def said_of(capture):
    columns = {f"column{i}": f"{name}:1" for i, name in enumerate(COLUMNS)}
    expected = {int(n): [cell.split("|")[0] for cell in cells] for n, *cells in fields(capture, ["frame.number", *COLUMNS], "-2")}
    frames = sorted(expected)
    forwards, backwards = ([("frame", {"frame": n, "proto": True}) for n in order] for order in (frames, frames[::-1]))
    first, filtered, again, *trees = ask(capture, [("frames", columns), ("frames", dict(columns, filter=FILTER)), ("frames", columns),
                                                   *forwards, *backwards])
    said = []
    if rows(first) != expected:
        said.append("frames differ from tshark -2")
    if rows(again) != expected:
        said.append("frames differ after a filter")
    if rows(filtered) != {n: cells for n, cells in expected.items() if "CLOSE_WAIT" in cells[:2]}:
        said.append("frames differ with a filter")
    trees = [texts(frame["tree"]) for frame in trees]
    if trees[:len(frames)] != trees[len(frames):][::-1]:
        said.append("trees differ when asked for in another order")
    if sum(line.startswith("TCP State") for tree in trees[:len(frames)] for line in tree) < sum(c[0] != "" for c in expected.values()):
        said.append("trees are missing")
    return said


def main():
    if not shutil.which("sharkd"):
        skip("there is no sharkd")
    failed = False
    for capture in captures():
        if os.path.getsize(capture) > 30000:
            continue
        for line in said_of(capture):
            print(f"{name_of(capture)}: {line}")
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())

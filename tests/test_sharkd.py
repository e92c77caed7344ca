#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""As Wireshark's window does it: a capture is loaded without trees, and its frames are asked for afterwards, all of them, those
that a display filter lets through, and all again, backwards. Each shows what two-pass tshark prints, and marks the bytes of its
own layer's flags."""
import json
import os
import shutil
import subprocess
import sys

from common import CAPTURES, ROOT, captures, fields, name_of, skip

COLUMNS = ["tcpstate.client.state", "tcpstate.server.state", "tcpstate.client.before", "tcpstate.client.certainty", "tcpstate.event",
           "tcpstate.finding"]
ENCAPSULATIONS = ["cases.pcap", "amsdu.pcap", "vlan.pcap"]
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


def items(nodes, begins=""):
    """All whose filter begins so, in the order of the tree."""
    for node in nodes:
        if node.get("f", "").startswith(begins):
            yield node
        yield from items(node.get("n", []), begins)


def flags_said_of(capture, frames):
    """Does the tree of each segment mark the bytes that Wireshark's own item has? (Not so for a segment that is quoted.) It has no
    bytes: the packet diagram would draw them again, and a click on them would lead to it and not to TCP."""
    for frame in ask(capture, [("frame", {"frame": n, "proto": True}) for n in frames]):
        layers = [node for node in frame["tree"] if node.get("f") == "tcpstate" and "other connections" not in node["l"]]
        ours = [(node.get("ds", 0), node.get("i")) for node in layers]
        if ours != [(node.get("ds", 0), node.get("h")) for node in items(frame["tree"], "tcp.flags ")]:
            yield f"marks {ours} instead of the flags: {frame['tree'][-1]['l']}"
        if any(node.get("h", [0, 0])[1] for node in items(layers)):
            yield f"has bytes of its own: {frame['tree'][-1]['l']}"


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
    for name in ENCAPSULATIONS:
        capture = os.path.join(CAPTURES, "encapsulations", name)
        frames = [int(n) for n, in fields(capture, ["frame.number"], "-Y", "tcpstate && !icmp && !icmpv6")]
        for line in flags_said_of(capture, frames):
            print(f"{name}: {line}")
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())

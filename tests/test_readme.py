#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""README.md is true: the output that it shows is what the command prints, it names fields that exist and every preference, with
its default, and its links lead to files. With --update, puts the command's output in."""
import os
import re
import subprocess
import sys

from common import ROOT, tshark

README = os.path.join(ROOT, "README.md")
COMMAND = ["scripts/tcpstate", "captures/close_wait_lingering.pcapng"]
SHOWN = re.compile(r"(?<=    " + re.escape(" ".join(COMMAND)) + r"\n)([^`]*```\n)(.*?)(?=```\n)", re.S)


def printed():
    p = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=500, check=True)
    return p.stdout


def preferences():
    return dict(re.findall(r"^#(tcpstate\.\w+): (\d+)$", tshark("-G", "defaultprefs").stdout, re.M))


def names():
    """All that a filter can name."""
    rows = (line.split("\t") for line in tshark("-G", "fields").stdout.splitlines())
    return {row[2] for row in rows if row[2].split(".")[0] == "tcpstate"}


def what_is_wrong(text):
    shown = SHOWN.search(text)
    if not shown or shown[2] != printed():
        yield f"the output of {' '.join(COMMAND)} is another; tests/test_readme.py --update"
    defaults = preferences()
    for name, default in re.findall(r"^\| `(tcpstate\.\w+)` \|[^|]*\| (\d+)", text, re.M):
        if defaults.pop(name, None) != default:
            yield f"{name} is not a preference with default {default}"
    for name in defaults:
        yield f"the preference {name} is missing"
    for name in set(re.findall(r"\btcpstate(?:\.[a-z_]+)+", text)) - names() - set(preferences()):
        yield f"there is no {name}"
    for path in re.findall(r"\]\(([^)#:]+)\)", text):
        if not os.path.exists(os.path.join(ROOT, path)):
            yield f"there is no {path}"


def main():
    with open(README, encoding="utf-8") as f:
        text = f.read()
    if "--update" in sys.argv:
        output = printed()
        with open(README, "w", encoding="utf-8") as f:
            f.write(SHOWN.sub(lambda m: m[1] + output, text))
        return False
    problems = list(what_is_wrong(text))
    for problem in problems:
        print(f"README.md: {problem}")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())

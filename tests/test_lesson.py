#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/tcp-states.md and its Chinese edition are true: each block that begins with `$ scripts/tshark` shows what that command
prints, both editions show the same and have as many headings, and their links lead somewhere. With --update, by hand only, puts
the commands' output in."""
import os
import re
import shlex
import sys

from common import ROOT, tshark

DOCS = os.path.join(ROOT, "docs")
EDITIONS = ("tcp-states.md", "tcp-states.zh.md")
BLOCK = re.compile(r"^```\n(.*?)^```\n", re.M | re.S)
COMMAND = re.compile(r"\$ (scripts/tshark -q -r captures/\S+ .*)\n")
printed = {}


def output(command):
    """What the command, one of tshark on a capture of this repository, prints."""
    if command not in printed:
        p = tshark(*shlex.split(command)[1:], cwd=ROOT)
        printed[command] = p.stdout if p.returncode == 0 else p.stderr
    return printed[command]


def updated(text):
    def block(m):
        command = COMMAND.match(m[1])
        return f"```\n$ {command[1]}\n{output(command[1])}```\n" if command else m[0]
    return BLOCK.sub(block, text)


def headings(text):
    return re.findall(r"^(#+) ", BLOCK.sub("", text), re.M)


def ids():
    with open(os.path.join(DOCS, "findings.md"), encoding="utf-8") as f:
        return set(re.findall(r"^### (\w+)$", f.read(), re.M))


def what_is_wrong(text):
    for block in BLOCK.findall(text):
        command = COMMAND.match(block)
        if command and block != f"$ {command[1]}\n{output(command[1])}":
            yield f"the output of {command[1]} is another; tests/test_lesson.py --update"
        if not command and "# connection" in block:
            yield f"a ladder does not say which command prints it: {block.splitlines()[0]}"
    if not any(COMMAND.match(block) for block in BLOCK.findall(text)):
        yield "there is no ladder"
    for path, anchor in re.findall(r"\]\(([^)#:]+)(?:#(\w+))?\)", text):
        if not os.path.exists(os.path.join(DOCS, path)) or path == "findings.md" and anchor and anchor not in ids():
            yield f"there is no {path} {anchor}"
    own = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in re.findall(r"^#+ (.*)", BLOCK.sub("", text), re.M)}
    for anchor in re.findall(r"\]\(#([^)]+)\)", text):
        if anchor not in own:
            yield f"there is no #{anchor}"


def main():
    texts, problems = {}, []
    for name in EDITIONS:
        with open(os.path.join(DOCS, name), encoding="utf-8") as f:
            texts[name] = f.read()
        if "--update" in sys.argv:
            with open(os.path.join(DOCS, name), "w", encoding="utf-8") as f:
                f.write(updated(texts[name]))
        else:
            problems += [f"{name}: {problem}" for problem in what_is_wrong(texts[name])]
    one, other = texts.values()
    if headings(one) != headings(other):
        problems.append(f"{len(headings(one))} headings, and {len(headings(other))} in the other edition, or not the same levels")
    if [b for b in BLOCK.findall(one) if COMMAND.match(b)] != [b for b in BLOCK.findall(other) if COMMAND.match(b)]:
        problems.append("the editions do not show the same ladders")
    for problem in problems if "--update" not in sys.argv else []:
        print(problem)
    return bool(problems) and "--update" not in sys.argv


if __name__ == "__main__":
    sys.exit(main())

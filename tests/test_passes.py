#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every field of a frame that does not speak of later frames is the same one-pass and two-pass, with and without a display
filter, whatever the settings of Wireshark's own TCP analysis."""
import sys

from common import fields, name_of, report

ENDS = [f"tcpstate.{end}.{what}" for end in ("client", "server", "src", "dst") for what in ("state", "before", "certainty")]
SINCE = [f"tcpstate.{end}.{what}" for end in ("client", "server") for what in ("since", "time_in_state")]
FIELDS = ["frame.number", "tcpstate.event", "tcpstate.connection", "tcpstate.role_basis", "tcpstate.closed_by",
          "tcpstate.transition", *ENDS, *SINCE]
WAYS = {
    "-2": ["-2"],
    "-Y tcpstate": ["-Y", "tcpstate"],
    "-2 -R tcp": ["-2", "-R", "tcp"],
    "no analysis by Wireshark": ["-o", "tcp.relative_sequence_numbers:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE",
                                 "-o", "tcp.desegment_tcp_streams:FALSE"],
}


def annotated(rows):
    """Without the frame number: -2 -R counts anew."""
    return [r[1:] for r in rows if r[1]]


def compare(capture):
    one_pass = fields(capture, FIELDS)
    said = []
    if not annotated(one_pass):
        said.append(f"{name_of(capture)}: nothing is annotated")
    renumbered = [FIELDS.index(f) - 1 for f in FIELDS if f.endswith(".since")]
    for way, args in WAYS.items():
        expected, got = annotated(one_pass), annotated(fields(capture, FIELDS, *args))
        if "-R" in args:
            for row in expected + got:
                for i in renumbered:
                    row[i] = ""
        if expected == got:
            continue
        first = next((i for i, (a, b) in enumerate(zip(expected, got)) if a != b), min(len(expected), len(got)))
        said.append(f"{name_of(capture)}, {way}: segment {first + 1} of {len(expected)} differs:\n"
                    f"    {expected[first:first + 1]}\n    {got[first:first + 1]}")
    return said


if __name__ == "__main__":
    sys.exit(report(compare))

# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the states shown with the states that the kernel was in (NAME.truth.tsv; columns: captures/README.md).

A row is asked for an endpoint's state only where that very frame shows it:
- `know` is `now`: not what only later frames show, none shows, or a lost segment should have brought;
- the sender's state is not asked of an old duplicate or a late copy: it has passed since it sent that;
- the receiver's state is not asked where only its answer tells what it did: it dropped the segment, left a SYN unanswered or
  refused it, ignored a third ACK (full accept queue, TCP_DEFER_ACCEPT), or met it as an orphan;
- not where the application acted within 20 us (`amb`), the sender is forged, or an end has no kernel (`-`).
`proven` is asked everywhere: it claims that its own last segment shows it and nothing captured since should have changed it.
"""
import collections
import csv

from common import fields

COLUMNS = ["frame.number", "tcpstate.src.state", "tcpstate.dst.state", "tcpstate.src.certainty", "tcpstate.dst.certainty"]
LATE = ("PAWS", "OLD_SEQUENCE", "OLD_DATA")
NOTHING = ["", "", "", ""]


def rows(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def is_clean(truth):
    return not any(r["fate"] == "lost" or "lost" in (r["snd_know"], r["rcv_know"]) for r in truth)


def shown(capture, *args):
    """frame -> states of sender and receiver, their certainties; of the outermost TCP layer."""
    return {int(cells[0]): [c.split("|")[0] for c in cells[1:]] for cells in fields(capture, COLUMNS, *args)}


def agrees(said, true, row, side):
    if said == true:
        return True
    pair = {said, true}
    if pair == {"LISTEN", "SYN_RCVD"}:
        return "cookie" in row["notes"]
    return pair == {"CLOSED", "LISTEN"} and row[side + "_obj"] in ("listener", "none")


def asked(row, side):
    if row[side + "_know"] != "now":
        return False
    if side == "snd":
        return not any(why in row["notes"] for why in LATE)
    flags, before, after = row["flags"], row["rcv_before"], row["rcv_after"]
    if "drop:" in row["notes"]:
        return False
    if "R" in flags:
        return True
    if "S" in flags and "A" not in flags:
        return after not in ("LISTEN", "CLOSED")
    ignored = before == after == "SYN_RCVD"
    orphan = after == "CLOSED" and before in ("FIN_WAIT_1", "FIN_WAIT_2", "CLOSED")
    return not ignored and not orphan


def compare(truth, said):
    """Counts, and a line for each disagreement."""
    count, wrong = collections.Counter(), []
    for r in truth:
        s = said.get(int(r["frame"]), NOTHING)
        for side, mark, after, state, certainty in (("snd", "s", "snd_after", s[0], s[2]), ("rcv", "r", "rcv_after", s[1], s[3])):
            true = r[after]
            if true == "-" or mark in r["amb"] or (side == "snd" and r["fate"] == "spoofed"):
                continue
            ok, ask = agrees(state, true, r, side), asked(r, side)
            if ask:
                kinds = [side] + (["rare"] if true != "ESTABLISHED" else [])
                for kind in kinds:
                    count[kind] += 1
                    count[kind + " ok"] += ok
            proven = certainty == "proven"
            lies = proven and not ok and (side == "snd" or ask) and "fin-unsent" not in r["notes"]
            count["states"] += 1
            count["proven"] += proven
            count["proven and wrong"] += lies
            if (ask and not ok) or lies:
                wrong.append(f"frame {r['frame']} {r['src']} > {r['dst']} {r['flags']}: "
                             f"{'sender' if side == 'snd' else 'receiver'} {state or 'nothing'} ({certainty}), kernel {true}")
    return count, wrong


def percent(count, kind):
    return 100 * count[kind + " ok"] / count[kind] if count[kind] else 100.0

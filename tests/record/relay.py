#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Carries frames between two interfaces with delay, jitter (which reorders), loss and duplication.

    relay.py INTERFACE INTERFACE DELAY_S JITTER_S LOSS DUPLICATION
"""
import heapq
import random
import select
import socket
import sys
import time

ALL = 3  # ETH_P_ALL


def open_interface(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
    s.bind((name, ALL))
    s.setblocking(False)
    return s


def main():
    ends = [open_interface(name) for name in sys.argv[1:3]]
    delay, jitter, loss, duplication = map(float, sys.argv[3:7])
    r, waiting, number, last = random.Random(7), [], 0, [0, 0]
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else 1
        for s in select.select(ends, [], [], timeout)[0]:
            side = ends.index(s)
            try:
                frame, origin = s.recvfrom(70000)
            except BlockingIOError:
                continue
            if origin[2] == socket.PACKET_OUTGOING or r.random() < loss:
                continue
            for _ in range(2 if r.random() < duplication else 1):
                due = time.monotonic() + delay + r.random() * jitter
                if not jitter:  # else the clock alone might reorder
                    due = last[side] = max(due, last[side])
                number += 1
                heapq.heappush(waiting, (due, number, 1 - side, frame))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, side, frame = heapq.heappop(waiting)
            try:
                ends[side].send(frame)
            except OSError:
                pass  # the interface is going away


main()

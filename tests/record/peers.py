#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A server and a client whose connections open, talk and close in all the ways that sockets offer.

    peers.py server ADDRESS SEED [left]
    peers.py client ADDRESS SEED CONNECTIONS [left]

With `left`, some are never closed, and the client ends only when it is made to.
"""
import random
import signal
import socket
import struct
import sys
import threading
import time

PORT, CLOSED_PORT = 5000, 5999
KEPT = []  # sockets that are never closed


def abort(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()


def drain(c):
    while c.recv(65536):
        pass


def wait_for_peer(c):
    """Until the peer is likely to be here, too: both ends close at the same time, and their FINs cross."""
    c.sendall(b"t")
    time.sleep(0.4 - time.time() % 0.4)
    c.setblocking(False)
    drain(c)  # what is unread would make it a RST; it ends in an OSError or at the peer's FIN


def serve(c, r, left):
    """One accepted connection, in one of the ways."""
    way = r.choice(["echo", "first", "late", "abort", "unread", "half", "push", "stall", "cross", *left])
    if way == "left":
        KEPT.append(c)
        c.settimeout(None)
        drain(c)
        return
    if way == "cross":
        wait_for_peer(c)
    elif way == "echo":
        while data := c.recv(65536):
            c.sendall(data[: r.choice([1, 100, 3000])])
        time.sleep(r.choice([0, 0, 0.01, 0.1]))
    elif way == "first":
        c.recv(100)
        c.sendall(b"x" * r.choice([1, 500, 20000]))
    elif way == "late":
        drain(c)
        time.sleep(r.random() * 0.5)
    elif way == "abort":
        c.recv(10)
        time.sleep(r.random() * 0.05)
        abort(c)
        return
    elif way == "unread":
        time.sleep(0.05)
    elif way == "half":
        c.shutdown(socket.SHUT_WR)
        drain(c)
    elif way == "push":
        for _ in range(r.randint(1, 6)):
            c.sendall(b"y" * r.choice([1, 1400, 9000]))
            time.sleep(r.random() * 0.02)
        c.shutdown(socket.SHUT_WR)
        drain(c)
    else:
        time.sleep(0.3)
        drain(c)
    c.close()


def ask(c, r, left, address):
    """One connection of the client, in one of the ways."""
    way = r.choice(["request", "request", "close", "half", "abort", "big", "refused", "hurry", "wait", "cross", *left])
    if way == "hurry":  # closes while the handshake is under way
        c.setblocking(False)
        c.connect_ex((address, PORT))
        time.sleep(r.random() * 0.02)
        c.close()
        return
    c.connect((address, CLOSED_PORT if way == "refused" else PORT))
    if way == "request":
        for _ in range(r.randint(1, 4)):
            c.sendall(b"a" * r.choice([1, 100, 3000]))
            time.sleep(r.choice([0, 0.005, 0.03]))
        if r.random() < 0.5:
            c.recv(100)
    elif way == "half":
        c.sendall(b"q" * r.choice([0, 1, 200]))
        c.shutdown(socket.SHUT_WR)
        drain(c)
    elif way == "abort":
        c.sendall(b"z" * r.choice([1, 3000]))
        time.sleep(r.random() * 0.03)
        abort(c)
        return
    elif way == "big":
        c.sendall(b"b" * r.choice([40000, 150000]))
        c.shutdown(socket.SHUT_WR)
        c.recv(10)
    elif way == "cross":
        wait_for_peer(c)
    elif way == "left":
        c.sendall(b"l")
        KEPT.append(c)
        return
    elif way == "wait":
        c.sendall(b"w")
        drain(c)
        time.sleep(r.random() * 0.2)
    c.close()


def guarded(what, c, *args):
    c.settimeout(6)
    try:
        what(c, *args)
    except OSError:
        c.close()


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def server(address, seed, left):
    r = random.Random(seed)
    listener = socket.socket(family(address))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, PORT))
    listener.listen(64)
    while True:
        c, _ = listener.accept()
        threading.Thread(target=guarded, args=(serve, c, random.Random(r.random()), left), daemon=True).start()


def client(address, seed, connections, left):
    r = random.Random(seed)
    threads = []
    for _ in range(connections):
        c = socket.socket(family(address))
        threads.append(threading.Thread(target=guarded, args=(ask, c, random.Random(r.random()), left, address)))
        threads[-1].start()
        time.sleep(0.015)
    for t in threads:
        t.join()
    if left:
        signal.pause()


def main():
    left = [a for a in sys.argv if a == "left"]
    if sys.argv[1] == "server":
        server(sys.argv[2], int(sys.argv[3]), left)
    else:
        client(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), left)


if __name__ == "__main__":
    main()

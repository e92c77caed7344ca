#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A live capture of real sockets on the loopback interface: states are told while the capture goes on."""
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

from common import ROOT, skip

FIELDS = ["tcpstate.event", "tcpstate.client.state", "tcpstate.server.state"]
EXPECTED = [("SYN", "SYN_SENT", "SYN_RCVD"), ("SYN_ACK", "ESTABLISHED", "SYN_RCVD"), ("ACK_OF_SYN", "ESTABLISHED", "ESTABLISHED"),
            ("DATA", "ESTABLISHED", "ESTABLISHED"), ("FIN", "FIN_WAIT_1", "CLOSE_WAIT"),
            ("ACK_OF_FIN", "FIN_WAIT_2", "CLOSE_WAIT")]


def start_dumpcap(port):
    return subprocess.Popen(["dumpcap", "-q", "-i", "lo", "-f", f"tcp port {port}", "-w", "-"], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def start(port):
    """dumpcap and tshark behind it; what tshark prints, line by line."""
    dumpcap = start_dumpcap(port)
    command = [os.path.join(ROOT, "tests", "in_home"), os.path.join(ROOT, "build", "default", "home"), "tshark", "-l", "-i", "-", "-T", "fields"]
    tshark = subprocess.Popen([*command, *(word for field in FIELDS for word in ("-e", field))], stdin=dumpcap.stdout, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return dumpcap, tshark


def wait_for_capture(dumpcap):
    """dumpcap says "Capturing on" before it does, and "File: -" once it writes."""
    for line in dumpcap.stderr:
        if line.startswith(b"File: "):
            time.sleep(1)
            return
    skip("there is no right to capture on lo")


def talk(listener):
    """The client sends, and closes; the server does not."""
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    client.sendall(b"hello")
    server.recv(100)
    client.close()
    server.recv(100)
    return server


def main():
    if not shutil.which("dumpcap"):
        skip("there is no dumpcap")
    listener = socket.create_server(("127.0.0.1", 0))
    dumpcap, tshark = start(listener.getsockname()[1])
    timer = threading.Timer(60, lambda: (dumpcap.kill(), tshark.kill()))
    timer.start()
    told = []
    try:
        wait_for_capture(dumpcap)
        server = talk(listener)
        for line in tshark.stdout:
            told.append(tuple(line.rstrip("\n").split("\t")))
            if told[-1][1:] == EXPECTED[-1][1:]:
                break
        live = dumpcap.poll() is None and tshark.poll() is None
        server.close()
    finally:
        timer.cancel()
        dumpcap.kill()
        tshark.kill()
        dumpcap.wait()
        tshark.wait()
    told = [row for row in told if row[0] != "ACK"]  # of the data, from either kernel's mood
    if told != EXPECTED or not live:
        print(f"told {told}\nnot  {EXPECTED}, with the capture going on: {live}")
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())

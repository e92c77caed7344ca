#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports for people and for programs: gauges, endpoints, JSON, and what scripts/tcpstate makes of them."""
import os
import re
import unittest

from common import CAPTURES, fields, tshark

LINGERING = os.path.join(CAPTURES, "close_wait_lingering.pcapng")
FLOOD = os.path.join(CAPTURES, "syn_flood.pcap")


class Gauges(unittest.TestCase):
    def maximum(self, capture, field):
        """As Wireshark's I/O graph takes it."""
        p = tshark("-q", "-r", capture, "-z", f"io,stat,0,MAX({field}){field}")
        self.assertEqual(p.returncode, 0, p.stderr)
        return int(re.search(r"<> +\S+ *\| +(\d+) \|", p.stdout)[1])

    def test_in_the_io_graph(self):
        self.assertEqual(self.maximum(FLOOD, "tcpstate.server.half_open_count"), 201)
        self.assertEqual(self.maximum(LINGERING, "tcpstate.server.close_wait_count"), 2)
        self.assertEqual(self.maximum(os.path.join(CAPTURES, "server_closes_first.pcap"), "tcpstate.server.time_wait_count"), 1)
        self.assertEqual(self.maximum(os.path.join(CAPTURES, "client_closes_first.pcap"), "tcpstate.client.time_wait_count"), 1)

    def test_same_in_two_passes(self):
        for name in ("server.half_open_count", "server.time_wait_count"):
            field = f"tcpstate.{name}"
            self.assertEqual(fields(FLOOD, [field]), fields(FLOOD, [field], "-2"))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# the same 4-tuple on two VLANs, interleaved (for the deinterlacing preference of 4.2+)
from scapy.all import *
out=[]
for i,(fl,sq,ak,d) in enumerate([('S',1,0,0),('SA',9,2,1),('A',2,10,0),('PA',2,10,0)]):
    for vid in (10,20):
        base=0 if vid==10 else 100000
        a,b=('10.0.0.1','10.0.0.2') if not d else ('10.0.0.2','10.0.0.1'); sp,dp=(1000,80) if not d else (80,1000)
        out.append(Ether(src='02:00:00:00:00:01',dst='02:00:00:00:00:02')/Dot1Q(vlan=vid)/IP(src=a,dst=b)/TCP(sport=sp,dport=dp,seq=sq+base,ack=(ak+base if ak else 0),flags=fl))
wrpcap('vlan.pcap',out)

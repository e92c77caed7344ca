#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# builds cases.pcap (+ expected.json: frame -> list of [sport,dport,seq,ack,flags,len,tsval])
import json, struct
from scapy.all import *
from scapy.layers.vxlan import VXLAN
from scapy.contrib.mpls import MPLS
E=Ether(src='02:00:00:00:00:01',dst='02:00:00:00:00:02')
pk=[]; exp={}; name={}
def add(p, segs, nm, caplen=None):
    b=bytes(p); pk.append((b if caplen is None else b[:caplen], len(b))); exp[len(pk)]=segs; name[len(pk)]=nm
def T(sp,dp,seq,ack,fl,ts=None,wire=b'',opts=None):
    o=opts if opts is not None else ([('NOP',None),('NOP',None),('Timestamp',(ts,ts-1))] if ts else [])
    return TCP(sport=sp,dport=dp,seq=seq,ack=ack,flags=fl,window=502,options=o)/(Raw(wire) if wire else b'')
F={'S':2,'SA':18,'A':16,'PA':24,'FA':17,'R':4,'RA':20}
def seg(sp,dp,seq,ack,fl,l=0,ts=0): return [sp,dp,seq,ack,F[fl],l,ts]
def pair(mk, nm, sp=1000, base=1000):
    # whole little connection through wrapper mk(c2s:bool, tcp)->packet
    L=[(1,sp,80+8000,base,0,'S',b'',100),(0,8080,sp,base+5000,base+1,'SA',b'',200),(1,sp,8080,base+1,base+5001,'A',b'',101),(1,sp,8080,base+1,base+5001,'PA',b'x'*10,102),(0,8080,sp,base+5001,base+11,'FA',b'',203),(1,sp,8080,base+11,base+5002,'FA',b'',104),(0,8080,sp,base+5002,base+12,'A',b'',205)]
    for c,s,d,q,a,fl,w,ts in L: add(mk(c,T(s,d,q,a,fl,ts,w)),[seg(s,d,q,a,fl,len(w),ts)],nm)
def ip(c,a='10.0.0.1',b='10.0.0.2',**k): return IP(src=a if c else b,dst=b if c else a,**k)
pair(lambda c,t:E/ip(c)/t,'plain',1001,1000)
pair(lambda c,t:E/ip(c,'172.16.0.1','172.16.0.2')/ip(c)/t,'ipip',1002,2000)
pair(lambda c,t:E/ip(c,'172.16.0.1','172.16.0.2')/GRE(proto=0x800)/ip(c)/t,'gre',1003,3000)
pair(lambda c,t:E/ip(c,'172.16.0.1','172.16.0.2')/UDP(sport=33333,dport=4789)/VXLAN(vni=5,flags=8)/Ether(src='02:00:00:00:00:03',dst='02:00:00:00:00:04')/ip(c)/t,'vxlan',1004,4000)
pair(lambda c,t:E/(IPv6(src='2001:db8::1',dst='2001:db8::2') if c else IPv6(src='2001:db8::2',dst='2001:db8::1'))/t,'ipv6',1005,5000)
pair(lambda c,t:E/(IPv6(src='2001:db8::1',dst='2001:db8::2') if c else IPv6(src='2001:db8::2',dst='2001:db8::1'))/IPv6ExtHdrHopByHop()/IPv6ExtHdrDestOpt()/t,'ipv6ext',1006,6000)
# same ports on both sides
pair(lambda c,t:E/ip(c,'10.1.0.1','10.1.0.2')/t,'sameport',8080,7000)
# ICMP quoting a TCP segment of stream 0: 28 bytes, and whole
q=ip(1)/T(1001,8080,1001,6001,'A',101)
add(E/IP(src='10.9.9.9',dst='10.0.0.1')/ICMP(type=3,code=1)/Raw(bytes(q)[:28]),[],'icmp28')
add(E/IP(src='10.9.9.9',dst='10.0.0.1')/ICMP(type=3,code=1)/Raw(bytes(q)),[],'icmpfull')
q6=IPv6(src='2001:db8::1',dst='2001:db8::2')/T(1005,8080,5001,10001,'A',101)
add(E/IPv6(src='2001:db8::9',dst='2001:db8::1')/ICMPv6DestUnreach(code=0)/Raw(bytes(q6)),[],'icmp6full')
# a whole TCP segment in a tunnel that is itself quoted in ICMP
q2=ip(1,'172.16.0.1','172.16.0.2')/ip(1)/T(1002,8080,2001,7001,'A',101)
add(E/IP(src='172.16.0.9',dst='172.16.0.1')/ICMP(type=3,code=1)/Raw(bytes(q2)),[],'icmp-ipip')
# fragments
big=ip(1,id=77)/T(1007,8080,70000,1,'PA',300,b'f'*200)
fr=fragment(big,120)
for i,f in enumerate(fr): add(E/f,[seg(1007,8080,70000,1,'PA',200,300)] if i==len(fr)-1 else [],'frag%d'%i)
# out of order fragments: the last one first
big=ip(1,id=78)/T(1007,8080,70200,1,'PA',301,b'g'*200); fr=fragment(big,120); fr=fr[::-1]
for i,f in enumerate(fr): add(E/f,[seg(1007,8080,70200,1,'PA',200,301)] if i==len(fr)-1 else [],'fragrev%d'%i)
# snaplen: full TCP hdr = 14+20+32=66
for cl,ok in ((66,1),(60,1),(54,1),(50,1),(48,0),(42,0),(38,0),(34,0)):
    add(E/ip(1)/T(1008,8080,80000+cl,1,'PA',400,b's'*100),[seg(1008,8080,80000+cl,1,'PA',100,400 if cl>=66 else 0)] if ok else [],'snap%d'%cl,cl)
# bad hlen (data offset 2), short segment (ip total len cuts the header)
p=bytearray(bytes(E/ip(1)/T(1009,8080,90000,1,'A'))); p[14+20+12]=0x20; add(Raw(bytes(p)),[],'badhlen')
p=bytearray(bytes(E/ip(1)/T(1009,8080,90001,1,'A'))); p[14+20+12]=0xF0; add(Raw(bytes(p)),[],'shortseg')
# port reuse: same 4-tuple, new ISN, twice
pair(lambda c,t:E/ip(c)/t,'reuse',1001,900000)
# Ethernet padding after a pure ACK
add(E/ip(1)/T(1010,8080,100000,5,'A')/Padding(b'\0'*6),[seg(1010,8080,100000,5,'A')],'pad')
# TSO: ip total length 0
p=bytearray(bytes(E/ip(1)/T(1011,8080,110000,5,'PA',0,b't'*300))); p[16:18]=b'\0\0'; add(Raw(bytes(p)),[seg(1011,8080,110000,5,'PA',300)],'tso0')
# OpenFlow PACKET_IN carrying a TCP frame (TCP in TCP), two of them in one segment
def of(inner,xid): 
    b=bytes(inner); body=struct.pack('!IHHBB',0xffffffff,len(b),1,0,0)+b; return struct.pack('!BBHI',1,10,8+len(body),xid)+body
in1=E/ip(1,'10.5.0.1','10.5.0.2')/T(2001,8080,500,0,'S',500); in2=E/ip(0,'10.5.0.1','10.5.0.2')/T(8080,2001,900,501,'SA',501)
w=of(in1,1)+of(in2,2)
add(E/ip(1)/T(40000,6653,1,1,'PA',600,w),[seg(40000,6653,1,1,'PA',len(w),600),seg(2001,8080,500,0,'S',0,500),seg(8080,2001,900,501,'SA',0,501)],'openflow2')
# OpenFlow PDU split in two segments: the inner one appears in the frame that completes the PDU
in3=E/ip(1,'10.5.0.1','10.5.0.2')/T(2001,8080,501,901,'A',502,b'h'*100); w2=of(in3,3); a,b=w2[:50],w2[50:]
add(E/ip(1)/T(40000,6653,1+len(w),1,'PA',601,a),[seg(40000,6653,1+len(w),1,'PA',50,601)],'of-split1')
add(E/ip(1)/T(40000,6653,51+len(w),1,'PA',602,b),[seg(40000,6653,51+len(w),1,'PA',len(b),602),seg(2001,8080,501,901,'A',100,502)],'of-split2')
# a non-TCP frame and a STT-like one
add(E/ip(1)/UDP(sport=5,dport=5)/b'xx',[],'udp')
# mangled payload: HTTP on 80 that throws (truncated by snaplen), records must still be there
h=b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
add(E/ip(1)/T(3000,80,1,1,'PA',700,h),[seg(3000,80,1,1,'PA',len(h),700)],'http',80)
# exceptions in payload dissector: NBSS/SMB junk on 445, truncated
add(E/ip(1)/T(3001,445,1,1,'PA',701,b'\0\0\0\x40\xffSMB\x72'+b'\xff'*60),[seg(3001,445,1,1,'PA',69,701)],'smbjunk',90)
# TCP under ip.proto 253 (for -d ip.proto==253,tcp)
add(E/ip(1,proto=253)/Raw(bytes(T(3002,8080,1,1,'PA',702,b'z'*5))),[],'ip253')
# MPLS
pair(lambda c,t:Ether(src='02:00:00:00:00:01',dst='02:00:00:00:00:02',type=0x8847)/MPLS(label=16,s=1,ttl=9)/ip(c,'10.6.0.1','10.6.0.2')/t,'mpls',1012,12000)
with open('cases.pcap','wb') as f:
    f.write(struct.pack('<IHHiIII',0xa1b2c3d4,2,4,0,0,262144,1))
    for i,(b,l) in enumerate(pk): f.write(struct.pack('<IIII',1700000000,i*1000,len(b),l)+b)
json.dump({'exp':exp,'name':name},open('expected.json','w'))
# 802.11 QoS data with an A-MSDU of two subframes, both TCP
def sub(da,sa,payload,last):
    body=bytes.fromhex('aaaa03000000')+b'\x08\x00'+bytes(payload); s=da+sa+struct.pack('!H',len(body))+body
    return s if last else s+b'\0'*((-len(s))%4)
A=b'\x02\0\0\0\0\x01';B=b'\x02\0\0\0\0\x02'
hdr=struct.pack('<HH',0x0188,0)+B+A+B+struct.pack('<H',0)+struct.pack('<H',0x0080)
s1=T(4001,8080,1,1,'PA',800,b'a'*20); s2=T(4002,8080,7,7,'PA',801,b'b'*21)
fr=hdr+sub(B,A,ip(1)/s1,False)+sub(B,A,ip(1)/s2,True)
with open('amsdu.pcap','wb') as f:
    f.write(struct.pack('<IHHiIII',0xa1b2c3d4,2,4,0,0,262144,105)); f.write(struct.pack('<IIII',1700000000,0,len(fr),len(fr))+fr)
json.dump({'exp':{1:[seg(4001,8080,1,1,'PA',20,800),seg(4002,8080,7,7,'PA',21,801)]},'name':{1:'amsdu'}},open('expected_amsdu.json','w'))
print(len(pk))

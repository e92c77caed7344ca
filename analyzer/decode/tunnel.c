/* tunnel.c: what carries IP or Ethernet over IP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "decode/bytes.h"
#include "decode/layer.h"

enum { UDP_HEADER = 8, VXLAN_HEADER = 8, VXLAN_PORT = 4789, GRE_HEADER = 4 };

enum { TYPE_ETHERNET = 0x6558, TYPE_PPP = 0x880b };

/* RFC 2784, 2890, 2637: which words follow the first. (Routing, RFC 1701, is no longer used.) */
enum { GRE_CHECKSUM = 0x8000, GRE_ROUTING = 0x4000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000, GRE_ACK = 0x0080 };

void decode_gre(walk *w, layer l)
{
    if (!layer_holds(&l, GRE_HEADER))
        return;
    const unsigned flags = be16(l.p), type = be16(l.p + 2);
    uint32_t length = GRE_HEADER;
    if (flags & GRE_ROUTING)
        return;
    for (unsigned bits = flags & (GRE_CHECKSUM | GRE_KEY | GRE_SEQUENCE | GRE_ACK); bits; bits &= bits - 1)
        length += 4;
    l = layer_after(l, length);
    if (type == TYPE_ETHERNET)
        decode_ethernet(w, l);
    else if (type == TYPE_PPP)
        decode_ppp(w, l);
    else
        decode_ethertype(w, type, l);
}

void decode_udp(walk *w, layer l)
{
    if (!layer_holds(&l, UDP_HEADER) || (be16(l.p) != VXLAN_PORT && be16(l.p + 2) != VXLAN_PORT))
        return;
    const uint32_t length = be16(l.p + 4);
    if (length >= UDP_HEADER + VXLAN_HEADER)
        decode_ethernet(w, layer_after(layer_cut(l, length), UDP_HEADER + VXLAN_HEADER));
}

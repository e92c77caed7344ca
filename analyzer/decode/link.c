/* link.c: what comes before IP: link layers, tags and labels.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "decode/bytes.h"
#include "decode/cooked.h"
#include "decode/layer.h"
#include "decode/link_address.h"

struct tcps_decoder {
    tcps_fragments *fragments;
};

enum {
    ETHERNET_HEADER = 14,
    LONGEST_802_3 = 1500, /* smaller numbers are lengths, and LLC follows */
    LLC_SNAP = 8,
    TAG = 4,
    LABEL = 4,
    PPPOE_HEADER = 6,
    COOKED_LLC = 4, /* where the others have an ethertype */
    FAMILY = 4
};

enum {
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_VLAN = 0x8100,
    TYPE_QINQ = 0x88a8, /* IEEE 802.1ad */
    TYPE_QINQ_OLD = 0x9100,
    TYPE_MPLS = 0x8847,
    TYPE_MPLS_UPSTREAM = 0x8848,
    TYPE_PPPOE = 0x8864
};

tcps_decoder *tcps_decoder_new(void)
{
    tcps_decoder *decoder = g_new0(tcps_decoder, 1);
    decoder->fragments = tcps_fragments_new();
    return decoder;
}

void tcps_decoder_free(tcps_decoder *decoder)
{
    if (!decoder)
        return;
    tcps_fragments_free(decoder->fragments);
    g_free(decoder);
}

/* LLC with SNAP, and an ethertype in that. */
static void decode_llc(walk *w, layer l)
{
    if (layer_holds(&l, LLC_SNAP) && be16(l.p) == 0xaaaa && l.p[2] == 3 && be16(l.p + 3) == 0 && l.p[5] == 0)
        decode_ethertype(w, be16(l.p + 6), layer_after(l, LLC_SNAP));
}

static void type_or_length(walk *w, unsigned number, layer l)
{
    if (number > LONGEST_802_3)
        decode_ethertype(w, number, l);
    else
        decode_llc(w, layer_cut(l, number));
}

void decode_ethernet(walk *w, layer l)
{
    if (!layer_holds(&l, ETHERNET_HEADER))
        return;
    w->link[0] = tcps_link_of_mac(l.p + TCPS_MAC_BYTES);
    w->link[1] = tcps_link_of_mac(l.p);
    type_or_length(w, be16(l.p + 12), layer_after(l, ETHERNET_HEADER));
}

static void decode_tag(walk *w, layer l)
{
    if (layer_holds(&l, TAG))
        type_or_length(w, be16(l.p + 2), layer_after(l, TAG));
}

/* What follows the last label shows by its version alone. */
static void decode_mpls(walk *w, layer l)
{
    bool last = false;
    while (!last && layer_holds(&l, LABEL)) {
        last = l.p[2] & 1;
        l = layer_after(l, LABEL);
    }
    if (last)
        decode_ip(w, l);
}

void decode_ppp(walk *w, layer l)
{
    if (layer_holds(&l, 4) &&
        (be16(l.p) == 0x0f00 || be16(l.p) == 0x8f00)) { /* Cisco's HDLC, which has the type of Ethernet */
        decode_ethertype(w, be16(l.p + 2), layer_after(l, 4));
        return;
    }
    if (layer_holds(&l, 2) && be16(l.p) == 0xff03) /* as in HDLC */
        l = layer_after(l, 2);
    if (!layer_holds(&l, 2))
        return;
    const bool compressed = l.p[0] & 1;
    const unsigned protocol = compressed ? l.p[0] : be16(l.p);
    l = layer_after(l, compressed ? 1 : 2);
    if (protocol == 0x0021)
        decode_ipv4(w, l);
    else if (protocol == 0x0057)
        decode_ipv6(w, l);
    else if (protocol == 0x0281 || protocol == 0x0283) /* MPLS, unicast and multicast (RFC 3032 §4.3) */
        decode_mpls(w, l);
}

static void decode_pppoe(walk *w, layer l)
{
    if (layer_holds(&l, PPPOE_HEADER) && l.p[1] == 0)
        decode_ppp(w, layer_cut(layer_after(l, PPPOE_HEADER), be16(l.p + 4)));
}

void decode_ethertype(walk *w, unsigned type, layer l)
{
    if (w->depth++ >= LAYERS_AT_MOST)
        return;
    switch (type) {
    case TYPE_IPV4:
        decode_ipv4(w, l);
        break;
    case TYPE_IPV6:
        decode_ipv6(w, l);
        break;
    case TYPE_VLAN:
    case TYPE_QINQ:
    case TYPE_QINQ_OLD:
        decode_tag(w, l);
        break;
    case TYPE_MPLS:
    case TYPE_MPLS_UPSTREAM:
        decode_mpls(w, l);
        break;
    case TYPE_PPPOE:
        decode_pppoe(w, l);
        break;
    default:
        break;
    }
}

static void decode_cooked(walk *w, layer l, bool second)
{
    tcps_cooked cooked;
    if (!tcps_cooked_read(l.p, l.captured, second, &cooked))
        return;
    w->mark = (tcps_mark)cooked.mark;
    if (cooked.loopback)
        w->link[0] = w->link[1] = TCPS_LINK_LOOPBACK;
    l = layer_after(l, second ? TCPS_COOKED_2_HEADER : TCPS_COOKED_HEADER);
    if (cooked.protocol > LONGEST_802_3)
        decode_ethertype(w, cooked.protocol, l);
    else if (cooked.protocol == COOKED_LLC)
        decode_llc(w, l);
}

/* The number of IPv6 is another one in each BSD; Linux has an ethertype there. */
static void decode_family(walk *w, uint32_t family, layer l)
{
    switch (family) {
    case 2:
        decode_ipv4(w, l);
        break;
    case 24: /* NetBSD, OpenBSD */
    case 28: /* FreeBSD */
    case 30: /* macOS */
        decode_ipv6(w, l);
        break;
    default:
        if (family > LONGEST_802_3 && family <= UINT16_MAX)
            decode_ethertype(w, family, l);
    }
}

static void decode_loopback(walk *w, layer l, bool network_order)
{
    if (!layer_holds(&l, FAMILY))
        return;
    uint32_t family = be32(l.p);
    if (!network_order && family >> 16) /* all families are small */
        family = GUINT32_SWAP_LE_BE(family);
    decode_family(w, family, layer_after(l, FAMILY));
}

void tcps_decode(tcps_decoder *decoder, const tcps_frame *frame, const tcps_decode_sink *sink)
{
    walk w = {
        .fragments = decoder->fragments, .sink = sink, .mark = (tcps_mark)frame->mark, .passes_on = frame->passes_on};
    const layer l = {frame->bytes, MIN(frame->captured, frame->reported), frame->reported};
    switch (frame->link) {
    case TCPS_LINK_ETHERNET:
        decode_ethernet(&w, l);
        break;
    case TCPS_LINK_LINUX_COOKED:
        decode_cooked(&w, l, false);
        break;
    case TCPS_LINK_LINUX_COOKED_2:
        decode_cooked(&w, l, true);
        break;
    case TCPS_LINK_NULL:
    case TCPS_LINK_LOOP:
        decode_loopback(&w, l, frame->link == TCPS_LINK_LOOP);
        break;
    case TCPS_LINK_IP:
        decode_ip(&w, l);
        break;
    case TCPS_LINK_PPP:
        decode_ppp(&w, l);
        break;
    default:
        break;
    }
}

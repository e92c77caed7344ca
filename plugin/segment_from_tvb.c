/* segment_from_tvb.c: see segment_from_tvb.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "segment_from_tvb.h"

#include "base/address.h"
#include "decode/cooked.h"
#include "decode/link_address.h"
#include "decode/tcp_header.h"
#include "points/point_map.h"

#include <epan/dissectors/packet-ip.h>
#include <wiretap/wtap.h>

static void read_ip(const packet_info *pinfo, const void *ip, tcps_segment *s)
{
    const ws_ip4 *header = pinfo->src.type == AT_IPv4 ? WS_IP4_PTR(ip) : NULL;
    if (header) {
        s->ip_id = header->ip_id;
        s->has |= TCPS_HAS_IP_ID;
        s->ttl = header->ip_ttl;
    }
    const ws_ip6 *v6 = pinfo->src.type == AT_IPv6 ? WS_IP6_PTR(ip) : NULL;
    if (v6)
        s->ttl = v6->ip6_hop;
}

static void read_link(const packet_info *pinfo, tcps_segment *s)
{
    const address *ends[] = {&pinfo->dl_src, &pinfo->dl_dst};
    for (unsigned i = 0; i < 2; i++)
        if (ends[i]->type != AT_ETHER || ends[i]->len != TCPS_MAC_BYTES)
            return;
    for (unsigned i = 0; i < 2; i++)
        s->link[i] = tcps_link_of_mac(ends[i]->data);
}

/* Where the segment lies in the frame itself, not in what was put together or deciphered. */
static bool read_cooked(tvbuff_t *tvb, const packet_info *pinfo, tcps_cooked *cooked)
{
    const int encapsulation = pinfo->rec->rec_header.packet_header.pkt_encap;
    if (encapsulation != WTAP_ENCAP_SLL && encapsulation != WTAP_ENCAP_SLL2)
        return false;
    tvbuff_t *whole = tvb_get_ds_tvb(tvb);
    if (tvb_captured_length(whole) != pinfo->fd->cap_len)
        return false;
    const unsigned captured = MIN(tvb_captured_length(whole), (unsigned)TCPS_COOKED_2_HEADER);
    return tcps_cooked_read(tvb_get_ptr(whole, 0, (int)captured), captured, encapsulation == WTAP_ENCAP_SLL2, cooked);
}

/* A cooked header is read itself: Wireshark takes no direction from some of them, and from others not for what is addressed to others. */
static void read_direction(tvbuff_t *tvb, const packet_info *pinfo, tcps_segment *s)
{
    tcps_cooked cooked;
    if (!read_cooked(tvb, pinfo, &cooked)) {
        s->mark = pinfo->p2p_dir == P2P_DIR_SENT   ? TCPS_MARK_OUT
                  : pinfo->p2p_dir == P2P_DIR_RECV ? TCPS_MARK_IN
                                                   : TCPS_MARK_NONE;
        return;
    }
    s->mark = cooked.mark;
    if (cooked.loopback)
        s->link[0] = s->link[1] = TCPS_LINK_LOOPBACK;
}

bool interface_of_tvb(tvbuff_t *tvb, const packet_info *pinfo, unsigned *interface)
{
    const bool told = pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID;
    tcps_cooked cooked = {0};
    const bool is_cooked = read_cooked(tvb, pinfo, &cooked);
    *interface = tcps_interface(told ? pinfo->rec->rec_header.packet_header.interface_id : 0, cooked.interface);
    return told || (is_cooked && cooked.interface);
}

enum { V4_HEADER = 20, V4_LONGEST_HEADER = 60 };

/* How many bytes the IPv4 header before the segment has: it lies right before it. 0: it is not found there. */
static unsigned v4_header_length(tvbuff_t *tvb, const ws_ip4 *ip)
{
    tvbuff_t *whole = tvb_get_ds_tvb(tvb);
    const int at = tvb_raw_offset(tvb);
    for (int n = V4_HEADER; n <= V4_LONGEST_HEADER && n <= at; n += 4)
        if (tvb_captured_length(whole) >= (unsigned)at && compat_tvb_uint8(whole, at - n) == (0x40 | n / 4) &&
            tvb_get_ntohs(whole, at - n + 2) == ip->ip_len)
            return (unsigned)n;
    return 0;
}

/* The segment's length on the wire. Where the whole frame was captured, as its record says, but is shorter than the IP header says, it was
 * cut, and the record's length with it: the header is right. */
static uint32_t reported_length(tvbuff_t *tvb, const packet_info *pinfo, const void *ip)
{
    const uint32_t reported = tvb_reported_length(tvb);
    if (tvb_captured_length(tvb) != reported || pinfo->fragmented)
        return reported;
    const ws_ip4 *v4 = pinfo->src.type == AT_IPv4 ? WS_IP4_PTR(ip) : NULL;
    if (!v4 || v4->ip_len <= V4_HEADER + reported)
        return reported;
    const unsigned header = v4_header_length(tvb, v4);
    return header ? MAX(reported, v4->ip_len - header) : reported;
}

bool segment_from_tvb(tvbuff_t *tvb, const packet_info *pinfo, const void *ip, tcps_segment *segment,
                      uint16_t *src_port, uint16_t *dst_port)
{
    const unsigned captured = MIN(tvb_captured_length(tvb), (unsigned)TCPS_TCP_LONGEST_HEADER);
    const uint8_t *header = tvb_get_ptr(tvb, 0, (int)captured);
    const uint32_t reported = reported_length(tvb, pinfo, ip);
    if (!tcps_tcp_header_read(header, captured, reported, segment, src_port, dst_port))
        return false;
    read_link(pinfo, segment);
    read_direction(tvb, pinfo, segment);
    if (pinfo->fragmented)
        tcps_segment_of_fragment(segment);
    else if (pinfo->src.len == pinfo->dst.len)
        segment->mark |=
            tcps_sum_of(header, captured, reported, pinfo->src.data, pinfo->dst.data, (unsigned)pinfo->src.len);
    read_ip(pinfo, ip, segment);
    return true;
}

/* Folds an address of any kind and length into the bytes, so that different ones differ. */
static void hash_address(const address *from, uint8_t bytes[16])
{
    const uint8_t *data = from->data;
    uint64_t hash[2] = {14695981039346656037u, 14695981039346656037u ^ (uint64_t)from->type};
    for (int i = 0; i < from->len; i++)
        for (unsigned k = 0; k < 2; k++)
            hash[k] = (hash[k] ^ (data[i] + k)) * 1099511628211u;
    memcpy(bytes, hash, sizeof hash);
}

tcps_address address_from_wireshark(const address *from, uint16_t port)
{
    tcps_address to;
    if (from->type == AT_IPv4 && from->len == 4) { /* lengths that the compiler knows */
        tcps_address_set(&to, from->data, 4, port);
    } else if (from->type == AT_IPv6 && from->len == 16) {
        tcps_address_set(&to, from->data, 16, port);
    } else {
        to = (tcps_address){.port = port};
        hash_address(from, to.bytes);
    }
    return to;
}

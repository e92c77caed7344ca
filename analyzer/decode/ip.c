/* ip.c: IPv4 and IPv6, to the segments and ICMP messages in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/address.h"
#include "decode/bytes.h"
#include "decode/layer.h"
#include "decode/tcp_header.h"

#include <string.h>

enum { V4_HEADER = 20, V6_HEADER = 40, V6_EXTENSION = 8, FRAGMENT_MORE = 0x2000, FRAGMENT_OFFSET = 0x1fff };

/* https://www.iana.org/assignments/protocol-numbers */
enum {
    HOP_BY_HOP = 0,
    ICMP = 1,
    IPV4 = 4,
    TCP = 6,
    UDP = 17,
    IPV6 = 41,
    ROUTING = 43,
    FRAGMENT = 44,
    GRE = 47,
    AUTHENTICATION = 51,
    ICMPV6 = 58,
    DESTINATION = 60,
    MOBILITY = 135,
    HIP = 139,
    SHIM6 = 140
};

/* What of IP's own header is needed above. */
typedef struct {
    const uint8_t *src, *dst;
    uint16_t id;
    bool has_id; /* of IPv4 */
    uint8_t ttl;
    uint8_t address_len;
} packet;

static void decode_tcp(const walk *w, const packet *ip, layer l)
{
    tcps_segment segment;
    tcps_address src, dst;
    uint16_t src_port, dst_port;
    if (!tcps_tcp_header_read(l.p, l.captured, l.reported, &segment, &src_port, &dst_port))
        return;
    if (w->fragmented)
        tcps_segment_of_fragment(&segment);
    if (ip->has_id) {
        segment.ip_id = ip->id;
        segment.has |= TCPS_HAS_IP_ID;
    }
    segment.ttl = ip->ttl;
    memcpy(segment.link, w->link, sizeof segment.link);
    segment.mark = (uint8_t)(w->passes_on ? TCPS_MARK_NONE : w->mark);
    if (!w->fragmented)
        segment.mark |= tcps_sum_of(l.p, l.captured, l.reported, ip->src, ip->dst, ip->address_len);
    tcps_address_set(&src, ip->src, ip->address_len, src_port);
    tcps_address_set(&dst, ip->dst, ip->address_len, dst_port);
    w->sink->segment(&src, &dst, &segment, w->sink->data);
}

static void decode_icmp(const walk *w, layer l, bool v6)
{
    tcps_icmp_quote quote;
    if (w->sink->icmp_error && tcps_icmp_quote_read(l.p, l.captured, v6, &quote))
        w->sink->icmp_error(&quote, w->sink->data);
}

static void decode_payload(walk *w, packet *ip, unsigned protocol, layer l);

/* RFC 4302: its length counts units of 4 bytes, less 2. */
static void decode_authentication(walk *w, packet *ip, layer l)
{
    if (layer_holds(&l, 12))
        decode_payload(w, ip, l.p[0], layer_after(l, (l.p[1] + 2u) * 4));
}

static void decode_protocol(walk *w, packet *ip, unsigned protocol, layer l)
{
    if (protocol == TCP) {
        decode_tcp(w, ip, l);
        return;
    }
    if (w->depth++ >= LAYERS_AT_MOST)
        return;
    switch (protocol) {
    case ICMP:
    case ICMPV6:
        decode_icmp(w, l, protocol == ICMPV6);
        break;
    case IPV4:
        decode_ip(w, l);
        break;
    case IPV6:
        decode_ipv6(w, l);
        break;
    case GRE:
        decode_gre(w, l);
        break;
    case UDP:
        decode_udp(w, l);
        break;
    case AUTHENTICATION:
        decode_authentication(w, ip, l);
        break;
    default:
        break;
    }
}

static tcps_fragment_key key_of(const packet *ip, uint32_t id, unsigned protocol)
{
    tcps_fragment_key key = {.id = id, .protocol = protocol};
    memcpy(key.addresses, ip->src, ip->address_len);
    memcpy(key.addresses + 16, ip->dst, ip->address_len);
    return key;
}

/* A fragment whose bytes were all captured is put together with the others; of any other, the first one shows its header (in
 * IPv4; Wireshark leaves those of IPv6). `field` is the offset in units of 8 bytes, and FRAGMENT_MORE. */
static void decode_fragment(walk *w, packet *ip, uint32_t id, unsigned field, unsigned protocol, layer l)
{
    const bool outer = w->fragmented;
    if (l.reported > 0 && l.captured == l.reported) {
        uint8_t head[TCPS_FRAGMENTS_HEAD];
        const tcps_fragment_key key = key_of(ip, id, protocol);
        const tcps_fragment fragment = {
            .p = l.p, .length = l.reported, .offset = (field & FRAGMENT_OFFSET) * 8, .more = field & FRAGMENT_MORE};
        const uint32_t length = tcps_fragments_add(w->fragments, &key, &fragment, head);
        w->fragmented = false;
        if (length > 0)
            decode_payload(w, ip, protocol, (layer){head, MIN(length, TCPS_FRAGMENTS_HEAD), length});
    } else if ((field & FRAGMENT_OFFSET) == 0 && ip->has_id) {
        w->fragmented = true;
        decode_payload(w, ip, protocol, l);
    }
    w->fragmented = outer;
}

void decode_ipv4(walk *w, layer l)
{
    if (!layer_holds(&l, V4_HEADER) || l.p[0] >> 4 != 4)
        return;
    const uint32_t header = (l.p[0] & 15) * 4u, length = be16(l.p + 2);
    if (header < V4_HEADER || (length > 0 && length < header))
        return;
    packet ip = {
        .src = l.p + 12, .dst = l.p + 16, .id = be16(l.p + 4), .has_id = true, .ttl = l.p[8], .address_len = 4};
    const unsigned protocol = l.p[9], fragment = be16(l.p + 6) & (FRAGMENT_OFFSET | FRAGMENT_MORE);
    if (length > 0) /* 0: captured before the network card cut it into packets */
        l = layer_of_length(l, length);
    if (fragment) {
        decode_fragment(w, &ip, ip.id, fragment, protocol, layer_after(l, header));
        return;
    }
    const bool outer = w->fragmented;
    w->fragmented = false;
    decode_protocol(w, &ip, protocol, layer_after(l, header));
    w->fragmented = outer;
}

/* Its type among the options of a destination header. */
enum { HOME_ADDRESS = 0xc9 };

static bool is_extension(unsigned protocol)
{
    switch (protocol) {
    case HOP_BY_HOP:
    case ROUTING:
    case DESTINATION:
    case MOBILITY:
    case HIP:
    case SHIM6:
        return true;
    default:
        return false;
    }
}

/* The segment is for the last address of the way: types 0 (RFC 5095), 2 (RFC 6275) and 4 (RFC 8754). */
static void follow_route(packet *ip, layer l, uint32_t length)
{
    const uint32_t listed = (length - 8) / 16;
    if (l.p[3] == 0 || listed == 0 || !layer_holds(&l, length))
        return;
    if (l.p[2] == 0)
        ip->dst = l.p + 8 + (size_t)(listed - 1) * 16;
    else if (l.p[2] == 2 || l.p[2] == 4)
        ip->dst = l.p + 8;
}

/* The source is the home address that a mobile host gives with the packet (RFC 6275 §6.3). */
static void take_home_address(packet *ip, layer l, uint32_t length)
{
    if (!layer_holds(&l, length))
        return;
    for (uint32_t i = 2; i + 2 <= length;) {
        if (l.p[i] == 0) { /* Pad1 */
            i++;
            continue;
        }
        if (l.p[i] == HOME_ADDRESS && l.p[i + 1] == 16 && i + 18 <= length)
            ip->src = l.p + i + 2;
        i += 2u + l.p[i + 1];
    }
}

static void decode_v6_payload(walk *w, packet *ip, unsigned protocol, layer l)
{
    while (is_extension(protocol)) {
        if (!layer_holds(&l, V6_EXTENSION) || w->depth++ >= LAYERS_AT_MOST)
            return;
        const uint32_t length = (l.p[1] + 1u) * 8;
        if (protocol == ROUTING)
            follow_route(ip, l, length);
        else if (protocol == DESTINATION)
            take_home_address(ip, l, length);
        protocol = l.p[0];
        l = layer_after(l, length);
    }
    if (protocol != FRAGMENT) {
        decode_protocol(w, ip, protocol, l);
        return;
    }
    if (!layer_holds(&l, V6_EXTENSION))
        return;
    const unsigned field = be16(l.p + 2), next = l.p[0];
    const uint32_t id = be32(l.p + 4);
    l = layer_after(l, V6_EXTENSION);
    if (field & 0xfff9)
        decode_fragment(w, ip, id, field >> 3 | (field & 1 ? FRAGMENT_MORE : 0), next, l);
    else if (w->depth++ < LAYERS_AT_MOST)
        decode_v6_payload(w, ip, next, l);
}

static void decode_payload(walk *w, packet *ip, unsigned protocol, layer l)
{
    (ip->address_len == 16 ? decode_v6_payload : decode_protocol)(w, ip, protocol, l);
}

void decode_ipv6(walk *w, layer l)
{
    if (!layer_holds(&l, V6_HEADER) || l.p[0] >> 4 != 6)
        return;
    packet ip = {.src = l.p + 8, .dst = l.p + 24, .ttl = l.p[7], .address_len = 16};
    const uint32_t length = be16(l.p + 4);
    const unsigned protocol = l.p[6];
    l = layer_after(l, V6_HEADER);
    if (length > 0) /* as for IPv4; or a jumbogram */
        l = layer_of_length(l, length);
    decode_v6_payload(w, &ip, protocol, l);
}

void decode_ip(walk *w, layer l)
{
    if (!layer_holds(&l, 1))
        return;
    if (l.p[0] >> 4 == 4)
        decode_ipv4(w, l);
    else if (l.p[0] >> 4 == 6)
        decode_ipv6(w, l);
}

/* segment_from_tvb.c: see segment_from_tvb.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "segment_from_tvb.h"

#include "bytes.h"

#include <epan/dissectors/packet-ip.h>

enum {
    NEEDED_BYTES = 16, /* up to the window: what follows is not needed to tell states */
    HEADER_BYTES = 20,
    FLAG_BITS = 0x0fff
};

/* Kinds of options (https://www.iana.org/assignments/tcp-parameters). */
enum {
    OPTION_END = 0,
    OPTION_NOP = 1,
    OPTION_MSS = 2,
    OPTION_WINDOW_SCALE = 3,
    OPTION_SACK_PERMITTED = 4,
    OPTION_SACK = 5,
    OPTION_TIMESTAMPS = 8,
    OPTION_FAST_OPEN = 34,
    OPTION_EXPERIMENT = 254
};

enum { FAST_OPEN_MAGIC = 0xf989 }; /* of the experimental option, RFC 7413 appendix A */

static void read_sack(const uint8_t *blocks, unsigned len, tcps_segment *s)
{
    for (; len >= 8 && s->n_sack < TCPS_MAX_SACK; blocks += 8, len -= 8) {
        s->sack[s->n_sack][0] = be32(blocks);
        s->sack[s->n_sack][1] = be32(blocks + 4);
        s->n_sack++;
    }
}

/* One option; value is what follows its kind and length. */
static void read_option(unsigned kind, const uint8_t *value, unsigned len, tcps_segment *s)
{
    if (kind == OPTION_MSS && len == 2) {
        s->mss = be16(value);
        s->has |= TCPS_HAS_MSS;
    } else if (kind == OPTION_WINDOW_SCALE && len == 1) {
        s->wscale = value[0];
        s->has |= TCPS_HAS_WSCALE;
    } else if (kind == OPTION_SACK_PERMITTED && len == 0) {
        s->has |= TCPS_HAS_SACK_PERMITTED;
    } else if (kind == OPTION_SACK) {
        read_sack(value, len, s);
    } else if (kind == OPTION_TIMESTAMPS && len == 8) {
        s->tsval = be32(value);
        s->tsecr = be32(value + 4);
        s->has |= TCPS_HAS_TIMESTAMPS;
    } else if (kind == OPTION_FAST_OPEN || (kind == OPTION_EXPERIMENT && len >= 2 && be16(value) == FAST_OPEN_MAGIC)) {
        s->has |= TCPS_HAS_FAST_OPEN;
    }
}

static void read_options(const uint8_t *p, unsigned len, tcps_segment *s)
{
    while (len > 0 && p[0] != OPTION_END) {
        unsigned size = 1;
        if (p[0] != OPTION_NOP) {
            if (len < 2 || p[1] < 2 || p[1] > len)
                return;
            size = p[1];
            read_option(p[0], p + 2, size - 2, s);
        }
        p += size;
        len -= size;
    }
}

static void read_ip(const packet_info *pinfo, const void *ip, tcps_segment *s)
{
    const ws_ip4 *header = pinfo->src.type == AT_IPv4 ? WS_IP4_PTR(ip) : NULL;
    if (header) {
        s->ip_id = header->ip_id;
        s->has |= TCPS_HAS_IP_ID;
    }
}

bool segment_from_tvb(tvbuff_t *tvb, const packet_info *pinfo, const void *ip, tcps_segment *segment,
                      uint16_t *src_port, uint16_t *dst_port)
{
    unsigned captured = tvb_captured_length(tvb), reported = tvb_reported_length(tvb);
    if (captured < NEEDED_BYTES)
        return false;
    const uint8_t *p = tvb_get_ptr(tvb, 0, NEEDED_BYTES);
    unsigned header = (p[12] >> 4) * 4u;
    if (header < HEADER_BYTES || header > reported)
        return false;

    *segment = (tcps_segment){
        .seq = be32(p + 4), .ack = be32(p + 8), .flags = be16(p + 12) & FLAG_BITS, .window = be16(p + 14)};
    *src_port = be16(p);
    *dst_port = be16(p + 2);
    if (pinfo->fragmented)
        segment->has |= TCPS_LEN_UNKNOWN;
    else
        segment->len = reported - header;
    unsigned end = MIN(header, captured);
    if (end > HEADER_BYTES)
        read_options(tvb_get_ptr(tvb, HEADER_BYTES, end - HEADER_BYTES), end - HEADER_BYTES, segment);
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
    tcps_address to = {.port = port};
    if ((from->type == AT_IPv4 && from->len == 4) || (from->type == AT_IPv6 && from->len == 16)) {
        to.len = (uint8_t)from->len;
        memcpy(to.bytes, from->data, to.len);
    } else {
        hash_address(from, to.bytes);
    }
    return to;
}

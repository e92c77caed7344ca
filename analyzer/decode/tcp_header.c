/* tcp_header.c: see tcp_header.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "decode/tcp_header.h"

#include "decode/bytes.h"

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

bool tcps_tcp_header_read(const uint8_t *p, size_t captured, uint32_t reported, tcps_segment *segment,
                          uint16_t *src_port, uint16_t *dst_port)
{
    if (captured < NEEDED_BYTES)
        return false;
    const unsigned header = (p[12] >> 4) * 4u;
    if (header < HEADER_BYTES || header > reported)
        return false;

    *segment = (tcps_segment){.seq = be32(p + 4),
                              .ack = be32(p + 8),
                              .len = reported - header,
                              .flags = be16(p + 12) & FLAG_BITS,
                              .window = be16(p + 14)};
    *src_port = be16(p);
    *dst_port = be16(p + 2);
    const unsigned end = (unsigned)MIN(header, captured);
    if (end > HEADER_BYTES)
        read_options(p + HEADER_BYTES, end - HEADER_BYTES, segment);
    if (end < header)
        segment->has |= TCPS_OPTIONS_CUT;
    return true;
}

void tcps_segment_of_fragment(tcps_segment *segment)
{
    segment->len = 0;
    segment->has |= TCPS_LEN_UNKNOWN;
}

enum { CHECKSUM_AT = 16, IPPROTO_OF_TCP = 6 };

/* RFC 9293 §3.1: of source, destination, protocol and length, in ones' complement, not yet turned over. */
static unsigned sum_of_pseudo_header(uint32_t reported, const uint8_t *src, const uint8_t *dst, unsigned bytes)
{
    uint64_t sum = IPPROTO_OF_TCP + (uint64_t)reported;
    for (unsigned i = 0; i < bytes; i += 4)
        sum += (uint64_t)be32(src + i) + be32(dst + i);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (unsigned)sum;
}

uint8_t tcps_sum_of(const uint8_t *p, size_t captured, uint32_t reported, const uint8_t *src, const uint8_t *dst,
                    unsigned bytes)
{
    if (captured < CHECKSUM_AT + 2 || (bytes != 4 && bytes != 16))
        return 0;
    return be16(p + CHECKSUM_AT) == sum_of_pseudo_header(reported, src, dst, bytes) ? TCPS_SUM_OPEN : TCPS_SUM_DONE;
}

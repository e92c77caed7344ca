/* icmp_quote.c: see icmp_quote.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "decode/icmp_quote.h"

#include "decode/bytes.h"

#include <string.h>

enum {
    ICMP_HEADER = 8,
    QUOTED_PORTS_AND_SEQ = 8, /* as much of the segment as RFC 792 has quoted */
};

/* Bits of codes of "destination unreachable" that end a connection attempt: Linux, icmp_err_convert and
 * icmpv6_err_convert, where fatal is set. */
static const uint32_t hard_codes_v4 =
    1u << 2 | 1u << 3 | 1u << 6 | 1u << 7 | 1u << 8 | 1u << 9 | 1u << 10 | 1u << 13 | 1u << 14 | 1u << 15;
static const uint32_t hard_codes_v6 = 1u << 1 | 1u << 4 | 1u << 5 | 1u << 6;

static bool has_bit(uint32_t bits, unsigned n)
{
    return n < 32 && (bits >> n & 1);
}

/* RFC 792: 3 destination unreachable, 11 time exceeded, 12 parameter problem. */
static bool is_error_v4(unsigned type, unsigned code, bool *hard)
{
    *hard = type == 3 && has_bit(hard_codes_v4, code);
    return type == 3 || type == 11 || type == 12;
}

/* RFC 4443: 1 destination unreachable, 2 packet too big, 3 time exceeded, 4 parameter problem (code 1: TCP is not known
 * there). */
static bool is_error_v6(unsigned type, unsigned code, bool *hard)
{
    *hard = (type == 1 && has_bit(hard_codes_v6, code)) || (type == 4 && code == 1);
    return type >= 1 && type <= 4;
}

static tcps_address address_from_bytes(const uint8_t *p, uint8_t len, uint16_t port)
{
    tcps_address a = {.port = port, .len = len};
    memcpy(a.bytes, p, len);
    return a;
}

static bool read_quote(const uint8_t *addresses, uint8_t address_len, const uint8_t *tcp, const uint8_t *end,
                       tcps_icmp_quote *q)
{
    if (end - tcp < QUOTED_PORTS_AND_SEQ)
        return false;
    q->src = address_from_bytes(addresses, address_len, be16(tcp));
    q->dst = address_from_bytes(addresses + address_len, address_len, be16(tcp + 2));
    q->seq = be32(tcp + 4);
    return true;
}

static bool quote_v4(const uint8_t *ip, const uint8_t *end, tcps_icmp_quote *q)
{
    if (end - ip < 20 || ip[0] >> 4 != 4)
        return false;
    unsigned header = (ip[0] & 15) * 4u;
    bool first_fragment = (be16(ip + 6) & 0x1fff) == 0;
    if (header < 20 || end - ip < (ptrdiff_t)header || ip[9] != 6 || !first_fragment)
        return false;
    return read_quote(ip + 12, 4, ip + header, end, q);
}

/* Hop-by-hop options, routing header, destination options: all say their length in units of 8 bytes. */
static bool is_extension(unsigned next_header)
{
    return next_header == 0 || next_header == 43 || next_header == 60;
}

static bool quote_v6(const uint8_t *ip, const uint8_t *end, tcps_icmp_quote *q)
{
    if (end - ip < 40 || ip[0] >> 4 != 6)
        return false;
    unsigned next = ip[6];
    const uint8_t *p = ip + 40;
    while (is_extension(next) && end - p >= 8) {
        next = p[0];
        p += MIN((ptrdiff_t)8 * (p[1] + 1), end - p);
    }
    return next == 6 && read_quote(ip + 8, 16, p, end, q);
}

bool tcps_icmp_quote_read(const uint8_t *message, size_t captured, bool v6, tcps_icmp_quote *quote)
{
    if (captured < ICMP_HEADER)
        return false;
    const uint8_t *p = message, *end = p + MIN(captured, TCPS_ICMP_ENOUGH);
    bool error = v6 ? is_error_v6(p[0], p[1], &quote->hard) : is_error_v4(p[0], p[1], &quote->hard);
    return error && (v6 ? quote_v6 : quote_v4)(p + ICMP_HEADER, end, quote);
}

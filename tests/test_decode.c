/* test_decode.c: fragments put together, and how deep tunnels may be. What is in which wrapping is compared with Wireshark
 * (test_oracle.py).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "decode/cooked.h"
#include "decode/decode.h"
#include "decode/fragments.h"
#include "decode/tcp_header.h"

enum { DATAGRAM = 700, IPIP = 4, IP_HEADER = 20, TCP_HEADER = 20 };

static const tcps_fragment_key key = {.id = 7, .protocol = 6};

/* Bytes that tell where they stand. */
static const uint8_t *datagram(void)
{
    static uint8_t bytes[DATAGRAM];
    for (unsigned i = 0; i < DATAGRAM; i++)
        bytes[i] = (uint8_t)(i / 8);
    return bytes;
}

static uint32_t add(tcps_fragments *f, const tcps_fragment_key *k, uint32_t from, uint32_t to, uint8_t *head)
{
    const tcps_fragment fragment = {.p = datagram() + from, .offset = from, .length = to - from, .more = to < DATAGRAM};
    return tcps_fragments_add(f, k, &fragment, head);
}

static void in_any_order(void)
{
    static const uint32_t cuts[][2] = {{0, 8}, {8, 16}, {16, 480}, {480, DATAGRAM}};
    for (unsigned first = 0; first < 4; first++) {
        tcps_fragments *f = tcps_fragments_new();
        uint8_t head[TCPS_FRAGMENTS_HEAD] = {0};
        for (unsigned i = 0; i < 3; i++) {
            const uint32_t *cut = cuts[(first + i) % 4];
            g_assert_cmpuint(add(f, &key, cut[0], cut[1], head), ==, 0);
            g_assert_cmpuint(add(f, &key, cut[0], cut[1], head), ==, 0); /* twice is not more */
        }
        g_assert_cmpuint(add(f, &key, cuts[(first + 3) % 4][0], cuts[(first + 3) % 4][1], head), ==, DATAGRAM);
        g_assert_cmpmem(head, TCPS_FRAGMENTS_HEAD, datagram(), TCPS_FRAGMENTS_HEAD);
        g_assert_cmpuint(add(f, &key, 0, 480, head), ==, 0); /* the next with this number */
        tcps_fragments_free(f);
    }
}

static void overlapping(void)
{
    tcps_fragments *f = tcps_fragments_new();
    uint8_t head[TCPS_FRAGMENTS_HEAD];
    g_assert_cmpuint(add(f, &key, 0, 400, head), ==, 0);
    g_assert_cmpuint(add(f, &key, 408, DATAGRAM, head), ==, 0);
    g_assert_cmpuint(add(f, &key, 200, 408, head), ==, DATAGRAM);
    tcps_fragments_free(f);
}

static void others_do_not_mix(void)
{
    tcps_fragments *f = tcps_fragments_new();
    uint8_t head[TCPS_FRAGMENTS_HEAD];
    tcps_fragment_key other = key;
    other.addresses[31] = 1;
    g_assert_cmpuint(add(f, &key, 0, 400, head), ==, 0);
    g_assert_cmpuint(add(f, &other, 400, DATAGRAM, head), ==, 0);
    g_assert_cmpuint(add(f, &key, 400, DATAGRAM, head), ==, DATAGRAM);
    tcps_fragments_free(f);
}

static void beyond_the_longest_packet(void)
{
    tcps_fragments *f = tcps_fragments_new();
    uint8_t head[TCPS_FRAGMENTS_HEAD];
    const tcps_fragment ends[] = {{.p = datagram(), .offset = 65528, .length = 8},
                                  {.p = datagram(), .offset = 0xfffffff8, .length = 16}};
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++)
        g_assert_cmpuint(tcps_fragments_add(f, &key, &ends[i], head), ==, 0);
    tcps_fragments_free(f);
}

/* What never becomes whole gives way, and the latest still do. */
static void flood(void)
{
    tcps_fragments *f = tcps_fragments_new();
    uint8_t head[TCPS_FRAGMENTS_HEAD];
    tcps_fragment_key k = key;
    for (k.id = 0; k.id < 100000; k.id++)
        g_assert_cmpuint(add(f, &k, 0, 400, head), ==, 0);
    for (k.id = 99999; k.id > 99900; k.id--)
        g_assert_cmpuint(add(f, &k, 400, DATAGRAM, head), ==, DATAGRAM);
    k.id = 0;
    g_assert_cmpuint(add(f, &k, 400, DATAGRAM, head), ==, 0);
    tcps_fragments_free(f);
}

static void count_segment(const tcps_address *src, const tcps_address *dst, tcps_segment *segment, void *data)
{
    unsigned *n = data;
    g_assert_cmpuint(src->port, ==, 80);
    g_assert_cmpuint(dst->port, ==, 0);
    g_assert_cmpuint(segment->len, ==, 0);
    ++*n;
}

/* How many segments are found in a SYN within so many IP headers. */
static unsigned segments_within(unsigned headers)
{
    const tcps_decode_sink sink = {.segment = count_segment, .data = &(unsigned){0}};
    const uint32_t length = headers * IP_HEADER + TCP_HEADER;
    uint8_t *bytes = g_malloc0(length), *p = bytes;
    for (unsigned i = 0; i < headers; i++, p += IP_HEADER) {
        const uint32_t left = length - i * IP_HEADER;
        p[0] = 0x45, p[2] = (uint8_t)(left >> 8), p[3] = (uint8_t)left;
        p[9] = i + 1 < headers ? IPIP : 6;
    }
    p[1] = 80, p[12] = 0x50, p[13] = TCPS_SYN;
    tcps_decoder *decoder = tcps_decoder_new();
    const tcps_frame frame = {.link = TCPS_LINK_IP, .bytes = bytes, .captured = length, .reported = length};
    tcps_decode(decoder, &frame, &sink);
    tcps_decoder_free(decoder);
    g_free(bytes);
    return *(unsigned *)sink.data;
}

static void tunnels_in_tunnels(void)
{
    g_assert_cmpuint(segments_within(1), ==, 1);
    g_assert_cmpuint(segments_within(20), ==, 1);
    g_assert_cmpuint(segments_within(1000), ==, 0);
}

/* Before the interface has filled it in, the checksum is the sum of the pseudo-header: RFC 9293 §3.1. */
static void open_sums(void)
{
    static const uint8_t src[] = {10, 0, 0, 1}, dst[] = {10, 0, 0, 2}, six[16] = {0xfe, 0x80, [15] = 1};
    uint8_t header[TCP_HEADER] = {[16] = 0x14, [17] = 0x1d}; /* 0x0a00 + 1 + 0x0a00 + 2 + 6 + 20 */
    g_assert_cmpuint(tcps_sum_of(header, sizeof header, TCP_HEADER, src, dst, 4), ==, TCPS_SUM_OPEN);
    g_assert_cmpuint(tcps_sum_of(header, sizeof header, TCP_HEADER + 1, src, dst, 4), ==, TCPS_SUM_DONE);
    g_assert_cmpuint(tcps_sum_of(header, 17, TCP_HEADER, src, dst, 4), ==, 0); /* cut before it */
    g_assert_cmpuint(tcps_sum_of(header, sizeof header, TCP_HEADER, src, dst, 0), ==, 0);
    header[16] = 0xfd, header[17] = 0x1d; /* with the carry: 2 * (0xfe80 + 1) + 6 + 20 */
    g_assert_cmpuint(tcps_sum_of(header, sizeof header, TCP_HEADER, six, six, 16), ==, TCPS_SUM_OPEN);
}

static void cooked_headers(void)
{
    static const uint8_t first[TCPS_COOKED_HEADER] = {0, 4, 0, 1, [14] = 8},
                         loopback[TCPS_COOKED_HEADER] = {0, 0, 3, 4},
                         second[TCPS_COOKED_2_HEADER] = {0x86, 0xdd, [6] = 1, 2, 0, 1, 4};
    tcps_cooked c;
    g_assert_true(tcps_cooked_read(first, sizeof first, false, &c));
    g_assert_true(c.protocol == 0x0800 && c.mark == TCPS_MARK_OUT && !c.loopback && c.interface == 0);
    g_assert_true(tcps_cooked_read(loopback, sizeof loopback, false, &c) && c.loopback && c.mark == TCPS_MARK_NONE);
    g_assert_true(tcps_cooked_read(second, sizeof second, true, &c));
    g_assert_true(c.protocol == 0x86dd && c.mark == TCPS_MARK_OUT && !c.loopback && c.interface == 258);
    g_assert_false(tcps_cooked_read(second, sizeof second - 1, true, &c));
    g_assert_false(tcps_cooked_read(first, sizeof first - 1, false, &c));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fragments/in_any_order", in_any_order);
    g_test_add_func("/fragments/overlapping", overlapping);
    g_test_add_func("/fragments/others_do_not_mix", others_do_not_mix);
    g_test_add_func("/fragments/beyond_the_longest_packet", beyond_the_longest_packet);
    g_test_add_func("/fragments/flood", flood);
    g_test_add_func("/tunnels/in_tunnels", tunnels_in_tunnels);
    g_test_add_func("/headers/open_sums", open_sums);
    g_test_add_func("/headers/cooked", cooked_headers);
    return g_test_run();
}

/* fuzz_decode.c: any frames through the program's packet decoding, with its reassembly of fragments.
 *
 * An input is frames, each of FRAME_HEAD bytes (link, captured length in two, and by how much the length on the wire differs, in
 * units of 8) and the bytes captured. seeds.py writes them from captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"

enum { FRAME_HEAD = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static void check_address(const tcps_address *a)
{
    check(a->len == 4 || a->len == 16, "an address that is neither IPv4 nor IPv6");
    check(a->len == 16 || memcmp(a->bytes + 4, (uint8_t[12]){0}, 12) == 0, "an IPv4 address with more in it");
}

static void take_segment(const tcps_address *src, const tcps_address *dst, tcps_segment *segment, void *data)
{
    unsigned *found = data;
    check_address(src);
    check_address(dst);
    check(src->len == dst->len, "ends of two kinds");
    check(segment->n_sack <= TCPS_MAX_SACK, "more SACK blocks than there is room for");
    ++*found;
}

static void take_icmp_error(const tcps_icmp_quote *quote, void *data)
{
    (void)data;
    check_address(&quote->src);
    check_address(&quote->dst);
}

/* The first frame; how many bytes of the input it takes. 0: none is left. */
static size_t take_frame(tcps_decoder *decoder, const uint8_t *data, size_t left, const tcps_decode_sink *sink)
{
    if (left < FRAME_HEAD)
        return 0;
    const size_t captured = MIN((size_t)(data[1] << 8 | data[2]), left - FRAME_HEAD);
    const int64_t reported = (int64_t)captured + 8 * (int8_t)data[3];
    uint8_t *bytes = g_memdup2(data + FRAME_HEAD, captured); /* of its exact size: a sanitizer sees a read beyond it */
    const tcps_frame frame = {.link = (tcps_link)(data[0] % TCPS_N_LINKS),
                              .bytes = bytes,
                              .captured = (uint32_t)captured,
                              .reported = (uint32_t)MAX(reported, 0)};
    tcps_decode(decoder, &frame, sink);
    g_free(bytes);
    return FRAME_HEAD + captured;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned found = 0;
    const tcps_decode_sink sink = {.segment = take_segment, .icmp_error = take_icmp_error, .data = &found};
    tcps_decoder *decoder = tcps_decoder_new();
    size_t taken;

    for (; (taken = take_frame(decoder, data, size, &sink)) > 0; data += taken, size -= taken)
        continue;
    tcps_decoder_free(decoder);
    return 0;
}

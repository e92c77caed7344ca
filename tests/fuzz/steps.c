/* steps.c: see steps.h.
 *
 * The head: what the caller is to do with it (2 bytes), then
 *     bits 0-1  addresses: IPv4, IPv6, hashed, of a length that is none
 *     bit  2    the clock begins at 0, not in 2023
 *
 * A step:
 *      0      bits 0-2 which pair of ends, bit 3 the sender, bits 4-7 what it is
 *      1      flags
 *      2      bits 0-1 what seq counts from, 2-3 the same of ack, 4-5 what len counts in, 6 ECN's ninth flag,
 *             7 another TCP layer of the same frame
 *      3, 4   seq, signed        5, 6   ack, signed
 *      7      len                8      window, in units of 257
 *      9      has (TCPS_HAS_...)
 *     10      time since the last step: bit 7 backwards, bits 3-6 the exponent and bits 0-2 the digit; 0 none, 255 far away
 *     11      tsval, 12 tsecr: less than the number of the frame
 *     13      bits 0-3 wscale, 4-7 how many SACK blocks (15: a number that no header holds)
 *     14, 15  SACK: left edge from ack, length
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "steps.h"

#include <string.h>

enum { FROM_ISN, FROM_NEXT, FROM_FAR, FROM_ZERO };
enum { LEN_NONE, LEN_BYTES, LEN_KILOBYTES, LEN_MEGABYTES };

/* Every pair wraps its numbers at another place. */
static uint32_t isn_of(unsigned pair, unsigned end)
{
    return (pair & 1 ? 0xffffff00u : 1000000u * pair) + 64u * end;
}

bool steps_begin(steps *s, const uint8_t *data, size_t size, unsigned *what)
{
    static const uint8_t lens[] = {4, 16, 0, 7};

    if (size < HEAD_BYTES)
        return false;
    *s = (steps){.at = data + HEAD_BYTES, .left = MIN((size - HEAD_BYTES) / STEP_BYTES, MAX_STEPS)};
    *what = data[0] | (unsigned)data[1] << 8;
    s->address_len = lens[data[2] & 3];
    s->time_ns = data[2] & 4 ? 0 : INT64_C(1700000000000000000);
    for (unsigned pair = 0; pair < N_PAIRS; pair++)
        for (unsigned end = 0; end < 2; end++)
            s->next[pair][end] = isn_of(pair, end);
    return true;
}

static int signed16(const uint8_t *p)
{
    return (int16_t)(p[0] | p[1] << 8);
}

static int64_t add(int64_t time_ns, int64_t more)
{
    int64_t sum;
    return __builtin_add_overflow(time_ns, more, &sum) ? time_ns : sum;
}

static int64_t time_after(int64_t time_ns, uint8_t code)
{
    if (code == 0xff)
        return time_ns < 0 ? INT64_MAX : INT64_MIN;
    int64_t unit = code & 0x7f ? 1 : 0;
    for (unsigned i = code >> 3 & 15; i > 0; i--)
        unit *= 10;
    const int64_t wait = unit * ((code & 7) + 1);
    return add(time_ns, code & 0x80 ? -wait : wait);
}

static uint32_t number(unsigned from, uint32_t isn, uint32_t next, int value)
{
    switch (from) {
    case FROM_ISN:
        return isn + (uint32_t)value;
    case FROM_NEXT:
        return next + (uint32_t)value;
    case FROM_FAR:
        return isn + ((uint32_t)value << 16);
    default:
        return value == 0 ? 0 : (uint32_t)value * 0x9E3779B9u;
    }
}

static uint32_t length(unsigned unit, uint8_t value)
{
    static const unsigned shifts[] = {0, 0, 10, 24};
    return unit == LEN_NONE ? 0 : (uint32_t)value << shifts[unit];
}

static void read_options(const uint8_t *p, tcps_segment *g)
{
    g->has = p[9];
    g->tsval = g->frame - p[11];
    g->tsecr = g->frame - p[12];
    g->wscale = p[13] & 15;
    g->n_sack = p[13] >> 4;
    if (g->n_sack == 15)
        g->n_sack = 255;
    for (unsigned i = 0; i < TCPS_MAX_SACK; i++) {
        g->sack[i][0] = g->ack + p[14] + 256 * i;
        g->sack[i][1] = g->sack[i][0] + p[15];
    }
    g->mss = (uint16_t)(p[11] * 64);
    g->ip_id = (uint16_t)g->frame;
}

static void read_segment(steps *s, const uint8_t *p, unsigned pair, unsigned from, tcps_segment *g)
{
    uint32_t *next = s->next[pair];
    *g = (tcps_segment){.time_ns = s->time_ns, .frame = s->frame, .window = (uint16_t)(p[8] * 257)};
    g->flags = (uint16_t)(p[1] | (p[2] & 0x40) << 2);
    g->seq = number(p[2] & 3, isn_of(pair, from), next[from], signed16(p + 3));
    g->ack = number(p[2] >> 2 & 3, isn_of(pair, 1 - from), next[1 - from], signed16(p + 5));
    g->len = length(p[2] >> 4 & 3, p[7]);
    read_options(p, g);
    if (!(g->flags & TCPS_RST))
        next[from] = g->seq + g->len + ((g->flags & TCPS_SYN) != 0) + ((g->flags & TCPS_FIN) != 0);
}

static tcps_address address_of(const steps *s, unsigned pair, unsigned end)
{
    tcps_address a = {.len = s->address_len, .port = (uint16_t)(end ? pair & 4 ? 80 : 443 : 40000 + pair)};
    a.bytes[0] = 10;
    a.bytes[3] = (uint8_t)(1 + end);
    a.bytes[15] = (uint8_t)(a.len == 4 ? 0 : 1 + end);
    return a;
}

static void read_step(steps *s, const uint8_t *p, step *to)
{
    static const uint8_t kinds[16] = {[10] = STEP_COPY, [12] = STEP_ICMP, STEP_ICMP, STEP_TIME, STEP_FINISH};
    const unsigned pair = p[0] & 7, from = p[0] >> 3 & 1, what = p[0] >> 4;
    memset(to, 0, sizeof *to);
    to->kind = (step_kind)kinds[what];
    to->hard = what == 12;
    to->src = address_of(s, pair, from);
    to->dst = what == 11 ? to->src : address_of(s, pair, 1 - from); /* 11: to itself */
    read_segment(s, p, pair, from, &to->segment);
}

bool steps_next(steps *s, step *next)
{
    if (s->left == 0)
        return false;
    const uint8_t *p = s->at;
    const bool same_frame = s->frame > 0 && p[2] & 0x80;
    if (!same_frame) {
        s->frame++;
        s->time_ns = time_after(s->time_ns, p[10]);
    }
    if (p[0] >> 4 == 10 && s->frame > 1) { /* captured again */
        *next = s->last;
        next->segment.frame = s->frame;
        next->segment.time_ns = s->time_ns;
    } else {
        read_step(s, p, next);
    }
    if (next->kind == STEP_COPY)
        next->kind = STEP_SEGMENT;
    next->same_frame = same_frame;
    s->last = *next;
    s->at += STEP_BYTES;
    s->left--;
    return true;
}

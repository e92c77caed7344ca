/* write_pcap.c: see write_pcap.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "write_pcap.h"

#include <string.h>

enum { ICMP = 1, TCP = 6, ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_EXPERIMENT = 0x88b5, TTL = 64 };

static void put16(GByteArray *to, unsigned value)
{
    const guint8 bytes[] = {(guint8)(value >> 8), (guint8)value};
    g_byte_array_append(to, bytes, sizeof bytes);
}

static void put32(GByteArray *to, uint32_t value)
{
    put16(to, value >> 16);
    put16(to, value & 0xffff);
}

static void put_host32(FILE *to, uint32_t value)
{
    fwrite(&value, sizeof value, 1, to);
}

FILE *write_pcap_open(const char *file)
{
    FILE *to = fopen(file, "wb");
    if (!to)
        return NULL;
    put_host32(to, 0xa1b23c4d); /* nanoseconds, in this host's byte order */
    put_host32(to, 4u << 16 | 2);
    put_host32(to, 0);
    put_host32(to, 0);
    put_host32(to, 262144);
    put_host32(to, 1); /* Ethernet */
    return to;
}

static void put_sum(GByteArray *packet, unsigned from, unsigned at, uint32_t sum)
{
    for (unsigned i = from; i < packet->len; i++)
        sum += (i - from) & 1 ? packet->data[i] : (unsigned)packet->data[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    packet->data[at] = (guint8)(~sum >> 8);
    packet->data[at + 1] = (guint8)~sum;
}

static GByteArray *ipv4(unsigned protocol, unsigned ttl, const tcps_address *src, const tcps_address *dst, uint16_t id,
                        unsigned length)
{
    GByteArray *packet = g_byte_array_new();
    put16(packet, 0x4500);
    put16(packet, 20 + length);
    put16(packet, id);
    put16(packet, 0x4000);
    put16(packet, ttl << 8 | protocol);
    put16(packet, 0);
    g_byte_array_append(packet, src->bytes, 4);
    g_byte_array_append(packet, dst->bytes, 4);
    put_sum(packet, 0, 10, 0);
    return packet;
}

static const uint32_t any[2];

/* Stations of the link, from link[0] to link[1]; 0: any. */
static void write_frame(FILE *to, int64_t time_ns, unsigned ethertype, const GByteArray *packet, const uint32_t link[2])
{
    guint8 addresses[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
    for (unsigned i = 0; i < 2; i++)
        if (link[i])
            memcpy(addresses + (i ? 2 : 8), &link[i], sizeof link[i]);
    const guint8 type[] = {(guint8)(ethertype >> 8), (guint8)ethertype};
    put_host32(to, (uint32_t)(time_ns / 1000000000));
    put_host32(to, (uint32_t)(time_ns % 1000000000));
    put_host32(to, 14 + packet->len);
    put_host32(to, 14 + packet->len);
    fwrite(addresses, sizeof addresses, 1, to);
    fwrite(type, sizeof type, 1, to);
    fwrite(packet->data, 1, packet->len, to);
}

static GByteArray *options(const tcps_segment *s)
{
    GByteArray *o = g_byte_array_new();
    if (s->has & TCPS_HAS_MSS)
        put16(o, 0x0204), put16(o, s->mss);
    if (s->has & TCPS_HAS_WSCALE)
        put32(o, 0x01030300u | s->wscale);
    if (s->has & TCPS_HAS_TIMESTAMPS)
        put32(o, 0x0101080a), put32(o, s->tsval), put32(o, s->tsecr);
    if (s->n_sack > 0)
        put32(o, 0x01010500u | (2 + 8u * s->n_sack));
    for (unsigned i = 0; i < s->n_sack; i++)
        put32(o, s->sack[i][0]), put32(o, s->sack[i][1]);
    if (s->has & TCPS_HAS_FAST_OPEN)
        put32(o, 0x01012202);
    return o;
}

static uint32_t pseudo_header(const GByteArray *packet, unsigned length)
{
    uint32_t sum = TCP + length;
    for (unsigned i = 12; i < 20; i += 2)
        sum += (unsigned)packet->data[i] << 8 | packet->data[i + 1];
    return sum;
}

void write_pcap_segment(FILE *to, const tcps_address *src, const tcps_address *dst, const tcps_segment *s)
{
    GByteArray *o = options(s);
    const unsigned header = 20 + o->len, length = header + s->len;
    GByteArray *packet = ipv4(TCP, s->ttl, src, dst, s->ip_id, length);
    put16(packet, src->port);
    put16(packet, dst->port);
    put32(packet, s->seq);
    put32(packet, s->ack);
    put16(packet, header / 4 << 12 | s->flags);
    put16(packet, s->window);
    put32(packet, 0);
    g_byte_array_append(packet, o->data, o->len);
    for (uint32_t i = 0; i < s->len; i++)
        g_byte_array_append(packet, (const guint8 *)"x", 1);
    put_sum(packet, 20, 36, pseudo_header(packet, length));
    write_frame(to, s->time_ns, ETHERTYPE_IPV4, packet, s->link);
    g_byte_array_free(o, TRUE);
    g_byte_array_free(packet, TRUE);
}

void write_pcap_unreachable(FILE *to, const tcps_address *src, const tcps_address *dst, uint32_t seq, bool hard,
                            int64_t time_ns)
{
    GByteArray *quoted = ipv4(TCP, TTL, src, dst, 1, 20), *packet = ipv4(ICMP, TTL, dst, src, 1, 8 + 28);
    put16(packet, hard ? 0x0303 : 0x0301);
    put16(packet, 0);
    put32(packet, 0);
    g_byte_array_append(packet, quoted->data, quoted->len);
    put16(packet, src->port);
    put16(packet, dst->port);
    put32(packet, seq);
    put_sum(packet, 20, 22, 0);
    write_frame(to, time_ns, ETHERTYPE_IPV4, packet, any);
    g_byte_array_free(quoted, TRUE);
    g_byte_array_free(packet, TRUE);
}

void write_pcap_tick(FILE *to, int64_t time_ns)
{
    GByteArray *nothing = g_byte_array_new();
    for (unsigned i = 0; i < 46; i++)
        g_byte_array_append(nothing, (const guint8 *)"", 1);
    write_frame(to, time_ns, ETHERTYPE_EXPERIMENT, nothing, any);
    g_byte_array_free(nothing, TRUE);
}

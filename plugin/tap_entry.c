/* tap_entry.c: see tap_entry.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tap_entry.h"

#include "model/model.h"
#include "segment_from_tvb.h"
#include "session.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

enum { MAX_LAYERS = 64 }; /* of a frame, whose streams are told: to ask for each costs time for all before it */

static int tcp_tap; /* Wireshark's own */

static bool is_end(const address *a, uint16_t port, const tcps_address *end)
{
    const tcps_address other = address_from_wireshark(a, port);
    return memcmp(other.bytes, end->bytes, sizeof other.bytes) == 0 && other.port == end->port && other.len == end->len;
}

/* Wireshark's TCP dissector tells its own tap what it made of each segment of the frame: no look-up is as cheap, or as sure
 * to be the same. Nothing where it was disabled, or did not come so far. */
static uint32_t stream_of(const tcps_segment *segment, const tcps_address *src, const tcps_address *dst)
{
    const tcp_info_t *t;
    for (int i = 0; i < MAX_LAYERS && (t = fetch_tapped_data(tcp_tap, i)) != NULL; i++)
        if (t->th_rawseq == segment->seq && is_end(&t->ip_src, t->th_sport, src) &&
            is_end(&t->ip_dst, t->th_dport, dst))
            return t->th_stream;
    return TCPS_NO_STREAM;
}

const tap_entry *tap_entry_new(packet_info *pinfo, const tcps_observation *observation, const tcps_segment *segment,
                               const tcps_address *src, const tcps_address *dst, bool is_segment)
{
    tap_entry *t = wmem_new0(pinfo->pool, tap_entry);
    bool from_client = observation->sender == TCPS_CLIENT;
    t->observation = *observation;
    t->client = from_client ? *src : *dst;
    t->server = from_client ? *dst : *src;
    t->is_segment = is_segment;
    t->stream = is_segment ? stream_of(segment, src, dst) : TCPS_NO_STREAM;
    t->segment = *segment;
    t->segment.frame = pinfo->num;
    t->segment.time_ns = pinfo->fd->has_ts ? frame_time_ns(pinfo) : session_now_ns();
    return t;
}

void tap_entry_register(void)
{
    tcp_tap = find_tap_id("tcp");
}

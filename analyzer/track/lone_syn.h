/* lone_syn.h: a connection of which nothing was captured but one SYN, in few bytes.
 *
 * Whatever is known of it follows from that SYN, and from the time that has passed since: the engine is shown the SYN again once
 * more of the connection is captured, or something falls due for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LONE_SYN_H
#define TCPS_LONE_SYN_H

#include "infer/connection.h"

typedef struct {
    int64_t time_ns;
    uint64_t raised; /* as tcps_connection.raised */
    uint32_t index, frame;
    uint32_t seq, tsval;
    uint32_t link[2];
    uint16_t flags, window, mss, ip_id;
    uint16_t ports[2];
    uint8_t wscale, has, ttl;
    uint8_t from : 1;
    uint8_t half_open : 1;   /* as tcps_connection.half_open */
    uint8_t age : 2;         /* tcps_syn_age */
    uint8_t counted_age : 2; /* as which its sockets are counted */
    uint8_t kind : 2;        /* of the addresses, for tcps_lone_syn_len: no byte lies fallow here */
    uint8_t at_home : 2;     /* at_home of both ends */
    uint8_t taken : 1;       /* where the SYN was sent to, it was taken for certain */
    uint8_t addresses[];     /* of both ends: 4 bytes each, or 16 */
} tcps_lone_syn;

/* As it stands in each address. */
static inline uint8_t tcps_lone_syn_len(const tcps_lone_syn *syn)
{
    return syn->kind == 1 ? 4 : syn->kind == 2 ? 16 : 0;
}

static inline size_t tcps_lone_syn_address_bytes(uint8_t len)
{
    return len == 4 ? 4 : 16;
}
#define TCPS_LONE_SYN_MAX (sizeof(tcps_lone_syn) + 32)
static inline size_t tcps_lone_syn_size(uint8_t len)
{
    return sizeof(tcps_lone_syn) + 2 * tcps_lone_syn_address_bytes(len);
}

/* Can the first segment of these ends be kept so? */
bool tcps_lone_syn_fits(const tcps_segment *s, const tcps_address ends[2]);
/* s was the only segment of the connection. False, with nothing done, where the counts of sockets are not up to date with it. */
bool tcps_lone_syn_keep(tcps_lone_syn *to, const tcps_segment *s, const tcps_connection *c);
/* What has become of it, once it was shown and time has passed. */
void tcps_lone_syn_update(tcps_lone_syn *syn, const tcps_connection *c);

bool tcps_lone_syn_is_of(const tcps_lone_syn *syn, const tcps_address ends[2]);
void tcps_lone_syn_ends(const tcps_lone_syn *syn, tcps_address ends[2]);
/* The connection, initialized with its ends, as it was when its sockets were counted last; */
void tcps_lone_syn_show(const tcps_lone_syn *syn, const tcps_config *config, tcps_connection *c);
/* and then as it was when it was kept. */
void tcps_lone_syn_elapse(const tcps_lone_syn *syn, const tcps_config *config, tcps_connection *c);

#endif

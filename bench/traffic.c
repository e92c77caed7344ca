/* traffic.c: see traffic.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "traffic.h"

enum { OPENING = 3, CLOSING = 4, DATA_BYTES = 100, SERVICE = 5000, PORTS = 32768, FIRST_PORT = 32768 };

static void put_address(tcps_address *a, uint8_t net, uint32_t host, uint16_t port)
{
    *a = (tcps_address){
        .bytes = {net, (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host}, .port = port, .len = 4};
}

typedef struct {
    bool from_server;
    uint16_t flags;
    uint32_t client_sent, server_sent; /* SYN and FIN count */
    uint32_t len;
} step;

/* Data goes from the client on even steps; the server acknowledges it on odd ones. */
static step step_at(const traffic *t, unsigned k)
{
    const unsigned data = t->segments - OPENING - CLOSING;
    const uint32_t sent = DATA_BYTES * ((data + 1) / 2);

    switch (k) {
    case 0:
        return (step){.flags = TCPS_SYN};
    case 1:
        return (step){.from_server = true, .flags = TCPS_SYN | TCPS_ACK, .client_sent = 1};
    case 2:
        return (step){.flags = TCPS_ACK, .client_sent = 1, .server_sent = 1};
    default:
        break;
    }
    k -= OPENING;
    if (k < data && k % 2 == 0)
        return (step){
            .flags = TCPS_PSH | TCPS_ACK, .client_sent = 1 + DATA_BYTES * (k / 2), .server_sent = 1, .len = DATA_BYTES};
    if (k < data)
        return (step){
            .from_server = true, .flags = TCPS_ACK, .client_sent = 1 + DATA_BYTES * (k / 2 + 1), .server_sent = 1};
    switch (k - data) {
    case 0:
        return (step){.flags = TCPS_FIN | TCPS_ACK, .client_sent = 1 + sent, .server_sent = 1};
    case 1:
        return (step){.from_server = true, .flags = TCPS_ACK, .client_sent = 2 + sent, .server_sent = 1};
    case 2:
        return (step){.from_server = true, .flags = TCPS_FIN | TCPS_ACK, .client_sent = 2 + sent, .server_sent = 1};
    default:
        return (step){.flags = TCPS_ACK, .client_sent = 2 + sent, .server_sent = 2};
    }
}

void traffic_at(const traffic *t, uint64_t n, traffic_segment *s)
{
    const uint64_t batch = (uint64_t)t->at_once * t->segments;
    const uint64_t first = n / batch * t->at_once; /* connection that the batch begins with */
    const uint64_t left = t->connections - first, width = left < t->at_once ? left : t->at_once;
    const uint32_t connection = (uint32_t)(first + n % batch % width);
    const step x = step_at(t, (unsigned)(n % batch / width));
    const uint32_t client_iss = connection * 7919u, server_iss = connection * 104729u;
    tcps_address client, server;

    put_address(&client, 10, connection / PORTS, (uint16_t)(FIRST_PORT + connection % PORTS));
    put_address(&server, 192, 1, SERVICE);
    s->src = x.from_server ? server : client;
    s->dst = x.from_server ? client : server;
    s->segment = (tcps_segment){
        .time_ns = (int64_t)n * t->step_ns,
        .frame = (uint32_t)n + 1,
        .seq = x.from_server ? server_iss + x.server_sent : client_iss + x.client_sent,
        .ack = x.from_server ? client_iss + x.client_sent : server_iss + x.server_sent,
        .len = x.len,
        .flags = x.flags,
        .window = 502,
        .has = TCPS_HAS_TIMESTAMPS,
        .tsval = (uint32_t)(n / 1000),
        .tsecr = (uint32_t)(n / 1000),
    };
    if (!(x.flags & TCPS_ACK))
        s->segment.ack = 0;
}

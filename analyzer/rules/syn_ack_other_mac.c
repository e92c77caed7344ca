/* syn_ack_other_mac.c: a SYN+ACK comes from another station of the link than the SYN was sent to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

enum { BY_ANOTHER_ROUTER, ON_THE_LINK };

/* Nobody has passed it on: it has the TTL that hosts begin with. */
static bool is_from_the_link(const tcps_segment *s)
{
    return s->ttl == 64 || s->ttl == 128 || s->ttl == 255;
}

static uint64_t key_of(const tcps_address *host, uint32_t sent_to, uint32_t came_from)
{
    uint64_t key = (uint64_t)sent_to << 32 | came_from;
    for (unsigned i = 0; i < sizeof host->bytes; i++)
        key = (key ^ host->bytes[i]) * UINT64_C(1099511628211);
    return key;
}

/* The SYN+ACK goes to the station that has sent the SYN: else the capture sees two links, or one in one direction. */
static bool is_way_back(const uint32_t there[2], const uint32_t back[2])
{
    return there[0] && there[0] == back[1] && there[0] != back[0];
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;
    const tcps_segment *s = context->segment;

    if (!o || !s || o->event != TCPS_EVENT_SYN_ACK || c->self || c->doubled || c->rival)
        return;
    const uint32_t *syn_link = tcps_connection_end(c, 1 - o->sender)->more->syn_link;
    const uint32_t sent_to = syn_link[1], came_from = s->link[0];
    if (!is_way_back(syn_link, s->link) || sent_to == came_from || sent_to & TCPS_LINK_SHARED)
        return;
    const tcps_address *host = &c->addresses[o->sender == TCPS_CLIENT ? c->client : 1 - c->client];
    if (tcps_rule_first_of(context, key_of(host, sent_to, came_from)))
        tcps_rule_raise(context, o->sender, is_from_the_link(s) ? ON_THE_LINK : BY_ANOTHER_ROUTER, c->first_frame,
                        c->first_ns, s->ttl);
}

static void describe(const tcps_finding *f, GString *to)
{
    g_string_append(to, "the SYN+ACK of ");
    tcps_address_append(to, &f->ends[f->end]);
    g_string_append(to, " came from another MAC address than the SYN had been sent to");
    g_string_append_printf(
        to, f->detail == ON_THE_LINK ? ", by a TTL of %u from the link itself" : " (TTL %u: through a router)",
        (unsigned)f->value);
}

/* Routes back that differ from those there are common. */
static void reword(const tcps_finding *f, tcps_rule_words *words)
{
    if (f->detail == ON_THE_LINK)
        return;
    words->severity = TCPS_CHAT;
    words->advice = "The way back leads over another router than the way there: two routers that stand in for each "
                    "other, or asymmetric routing. A firewall or NAT on one of the two ways sees half of each "
                    "connection, and may drop it: if connections hang or are reset, look there (`ip route get`, "
                    "`traceroute` from both sides).";
}

static const char *const set_when[] = {
    "the link addresses of a SYN and of the SYN+ACK that answers it are known (Ethernet)",
    "the SYN was sent to another one than the SYN+ACK came from, and not to one that routers share (VRRP, HSRP, GLBP)",
    "the SYN+ACK was sent to the station that the SYN came from: both were captured on its link",
    "frames of the connection were not captured twice, at two places (duplicate_frames)",
    "a note where the TTL shows that no router has passed the SYN+ACK on; else a chat",
    "once for each host and pair of MAC addresses",
    NULL,
};

const tcps_rule tcps_rule_syn_ack_other_mac = {
    .id = "syn_ack_other_mac",
    .severity = TCPS_NOTE,
    .title = "SYN+ACK from another MAC address",
    .set_when = set_when,
    .false_positives = "A host with several network cards on one link (bonding), a virtual router whose address is not "
                       "known here, a router between that sends answers straight on.",
    .supersedes = NULL,
    .clause = "RFC 826, RFC 5227",
    .advice = "Another host has the address of {end} (`arping -D`, and `ip neigh` at {peer}), a device answers in its "
              "name (a load balancer, a SYN proxy, somebody who forges ARP), or the SYN takes a detour over a router "
              "although {end} is on the link: compare both MAC addresses with those of {end} and of the router.",
    .reword = reword,
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
};

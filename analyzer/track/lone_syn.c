/* lone_syn.c: see lone_syn.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/lone_syn.h"

#include <string.h>

#include "base/span.h"
#include "infer/belief.h"

/* What its sender has made of it by then (infer/ageing.c). */
typedef enum { WAITING, MAY_HAVE_GIVEN_UP, HAS_GIVEN_UP } tcps_syn_age;

static bool is_plain(const tcps_address *a)
{
    static const uint8_t zeros[12];
    return a->point == 0 && (a->len != 4 || memcmp(a->bytes + 4, zeros, sizeof zeros) == 0);
}

bool tcps_lone_syn_fits(const tcps_segment *s, const tcps_address ends[2])
{
    return (s->flags & (TCPS_SYN | TCPS_ACK | TCPS_RST | TCPS_FIN)) == TCPS_SYN && s->len == 0 && s->ack == 0 &&
           s->tsecr == 0 && s->n_sack == 0 && ends[0].len == ends[1].len && is_plain(&ends[0]) && is_plain(&ends[1]) &&
           !tcps_address_same(&ends[0], &ends[1]);
}

static bool is_counted(const tcps_connection *c)
{
    return c->counting && !c->half_answered && c->counted[0] == c->ends[0].shown && c->counted[1] == c->ends[1].shown;
}

static tcps_syn_age age_of(const tcps_endpoint *e)
{
    switch (tcps_believed(e, TCPS_DID_ABORT)) {
    case TCPS_NO:
        return WAITING;
    case TCPS_MAYBE:
        return MAY_HAVE_GIVEN_UP;
    default:
        return HAS_GIVEN_UP;
    }
}

void tcps_lone_syn_update(tcps_lone_syn *syn, const tcps_connection *c)
{
    syn->raised = c->raised;
    syn->half_open = c->half_open;
    syn->age = age_of(&c->ends[c->client]) & 3;
    if (is_counted(c)) /* not at a capture's end, which may not be the last */
        syn->counted_age = syn->age;
}

static unsigned kind_of(uint8_t len)
{
    return len == 4 ? 1 : len == 16 ? 2 : 0;
}

bool tcps_lone_syn_keep(tcps_lone_syn *to, const tcps_segment *s, const tcps_connection *c)
{
    if (!is_counted(c))
        return false;
    const uint8_t len = c->addresses[0].len;
    *to = (tcps_lone_syn){
        .time_ns = s->time_ns,
        .frame = s->frame,
        .index = c->index,
        .seq = s->seq,
        .tsval = s->tsval,
        .link = {s->link[0], s->link[1]},
        .flags = s->flags,
        .window = s->window,
        .mss = s->mss,
        .ip_id = s->ip_id,
        .ports = {c->addresses[0].port, c->addresses[1].port},
        .wscale = s->wscale,
        .has = s->has,
        .ttl = s->ttl,
        .kind = kind_of(len) & 3,
        .from = c->client != 0,
        .at_home = (c->ends[0].at_home | (unsigned)c->ends[1].at_home << 1) & 3u,
        .taken = tcps_is_sure(&c->ends[1 - c->client], TCPS_DID_RECEIVE_SYN),
    };
    const size_t bytes = tcps_lone_syn_address_bytes(len);
    for (unsigned i = 0; i < 2; i++)
        memcpy(to->addresses + i * bytes, c->addresses[i].bytes, bytes);
    tcps_lone_syn_update(to, c);
    return true;
}

bool tcps_lone_syn_is_of(const tcps_lone_syn *syn, const tcps_address ends[2])
{
    const size_t bytes = tcps_lone_syn_address_bytes(tcps_lone_syn_len(syn));
    for (unsigned i = 0; i < 2; i++)
        if (ends[i].port != syn->ports[i] || ends[i].len != tcps_lone_syn_len(syn) || !is_plain(&ends[i]) ||
            memcmp(ends[i].bytes, syn->addresses + i * bytes, bytes) != 0)
            return false;
    return true;
}

void tcps_lone_syn_ends(const tcps_lone_syn *syn, tcps_address ends[2])
{
    const size_t bytes = tcps_lone_syn_address_bytes(tcps_lone_syn_len(syn));
    for (unsigned i = 0; i < 2; i++) {
        ends[i] = (tcps_address){.port = syn->ports[i], .len = tcps_lone_syn_len(syn)};
        memcpy(ends[i].bytes, syn->addresses + i * bytes, bytes);
    }
}

static uint32_t same_index(void *data)
{
    return ((const tcps_lone_syn *)data)->index;
}

static void let_age(tcps_connection *c, const tcps_config *config, int64_t sent_ns, unsigned age)
{
    if (age == MAY_HAVE_GIVEN_UP)
        tcps_connection_elapse(c, config, (tcps_moment){span_after(tcps_repeat_due_ns(1, sent_ns), 1), 0});
    else if (age == HAS_GIVEN_UP)
        tcps_connection_elapse(c, config, (tcps_moment){span_after(sent_ns, TCPS_GIVEN_UP_NS), 0});
}

void tcps_lone_syn_elapse(const tcps_lone_syn *syn, const tcps_config *config, tcps_connection *c)
{
    if (syn->age != syn->counted_age)
        let_age(c, config, syn->time_ns, syn->age);
}

void tcps_lone_syn_show(const tcps_lone_syn *syn, const tcps_config *config, tcps_connection *c)
{
    const tcps_segment s = {
        .time_ns = syn->time_ns,
        .frame = syn->frame,
        .seq = syn->seq,
        .tsval = syn->tsval,
        .link = {syn->link[0], syn->link[1]},
        .flags = syn->flags,
        .window = syn->window,
        .mss = syn->mss,
        .ip_id = syn->ip_id,
        .wscale = syn->wscale,
        .has = syn->has,
        .ttl = syn->ttl,
    };
    const tcps_incarnations incarnations = {.next_index = same_index, .data = (void *)syn};
    tcps_observation o;
    for (unsigned i = 0; i < 2; i++)
        c->ends[i].at_home = syn->at_home >> i & 1;
    tcps_connection_segment(c, config, &incarnations, syn->from, &s, &o);
    if (syn->taken)
        tcps_connection_took_syn(c, 1u - syn->from, (tcps_moment){syn->time_ns, syn->frame});
    let_age(c, config, syn->time_ns, syn->counted_age);
    c->raised = syn->raised;
    c->half_open = syn->half_open;
}

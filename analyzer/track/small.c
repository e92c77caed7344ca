/* small.c: see small.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/small.h"

#include <string.h>

/* A SYN of either length, to be written to. */
typedef union {
    tcps_lone_syn syn;
    uint8_t bytes[TCPS_LONE_SYN_MAX];
} any_syn;

void tcps_smalls_init(tcps_smalls *s, tcps_endpoint_memory *memory, tcps_lone_care care)
{
    *s = (tcps_smalls){.short_syns = tcps_likeness_new(tcps_lone_syn_size(4), offsetof(tcps_lone_syn, index)),
                       .long_syns = tcps_likeness_new(tcps_lone_syn_size(16), offsetof(tcps_lone_syn, index)),
                       .packer = tcps_packer_new(memory),
                       .memory = memory,
                       .care = care};
}

void tcps_smalls_clear(tcps_smalls *s)
{
    tcps_likeness_free(s->short_syns);
    tcps_likeness_free(s->long_syns);
    tcps_packer_free(s->packer);
}

/* --- lone SYNs --- */

static tcps_small keep_syn(tcps_smalls *s, const any_syn *syn)
{
    const bool is_long = tcps_lone_syn_len(&syn->syn) != 4;
    void *kept = tcps_likeness_keep(is_long ? s->long_syns : s->short_syns, syn, syn->syn.age);
    return (tcps_small)kept | TCPS_SMALL_SYN | (is_long ? TCPS_SMALL_LONG : 0);
}

static void drop_syn(tcps_smalls *s, tcps_small small)
{
    tcps_likeness_drop(small & TCPS_SMALL_LONG ? s->long_syns : s->short_syns, tcps_small_at(small));
}

static void show_syn(const tcps_smalls *s, tcps_small small, any_syn *syn)
{
    const bool is_long = small & TCPS_SMALL_LONG;
    tcps_likeness_show(is_long ? s->long_syns : s->short_syns, tcps_small_at(small), syn);
}

static tcps_small renew_syn(tcps_smalls *s, tcps_small small, const tcps_connection *c)
{
    any_syn syn, before;
    show_syn(s, small, &syn);
    before.syn = syn.syn;
    tcps_lone_syn_update(&syn.syn, c);
    s->care.lay_by(s->care.data, c);
    if (memcmp(&syn.syn, &before.syn, sizeof syn.syn) == 0)
        return small;
    drop_syn(s, small);
    return keep_syn(s, &syn);
}

/* --- either kind --- */

tcps_small tcps_small_syn(tcps_smalls *s, const tcps_segment *syn, const tcps_connection *c)
{
    any_syn to = {.bytes = {0}};
    if (!tcps_lone_syn_keep(&to.syn, syn, c))
        return 0;
    s->care.lay_by(s->care.data, c);
    return keep_syn(s, &to);
}

tcps_small tcps_small_packed(tcps_smalls *s, const tcps_connection *c)
{
    void *packed = tcps_pack(s->packer, c);
    return packed ? (tcps_small)packed | TCPS_SMALL_PACKED : 0;
}

void tcps_small_drop(tcps_smalls *s, tcps_small small)
{
    if (small & TCPS_SMALL_PACKED)
        tcps_packed_drop(s->packer, tcps_small_at(small));
    else
        drop_syn(s, small);
}

void tcps_small_forget(tcps_smalls *s, tcps_small small, const tcps_connection *c)
{
    if (small & TCPS_SMALL_SYN)
        s->care.lay_by(s->care.data, c);
    tcps_small_drop(s, small);
}

void tcps_small_show(const tcps_smalls *s, tcps_small small, uint32_t number, tcps_connection *c)
{
    if (small & TCPS_SMALL_PACKED) {
        tcps_unpack(s->packer, tcps_small_at(small), c);
        return;
    }
    any_syn syn;
    tcps_address ends[2];
    show_syn(s, small, &syn);
    tcps_lone_syn_ends(&syn.syn, ends);
    tcps_connection_init(c, ends, s->memory);
    c->number = number;
    s->care.revive(s->care.data, &syn.syn, c);
}

tcps_small tcps_small_renew(tcps_smalls *s, tcps_small small, const tcps_connection *c)
{
    if (small & TCPS_SMALL_SYN)
        return renew_syn(s, small, c);
    void *packed = tcps_pack_again(s->packer, tcps_small_at(small), c);
    return packed ? (tcps_small)packed | TCPS_SMALL_PACKED : 0;
}

bool tcps_small_is_of(const tcps_smalls *s, tcps_small small, const tcps_address ends[2])
{
    if (small & TCPS_SMALL_PACKED)
        return tcps_packed_is_of(s->packer, tcps_small_at(small), ends);
    any_syn syn;
    show_syn(s, small, &syn);
    return tcps_lone_syn_is_of(&syn.syn, ends);
}

uint32_t tcps_small_index(tcps_small small)
{
    return tcps_likeness_label(tcps_small_at(small));
}

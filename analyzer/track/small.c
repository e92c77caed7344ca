/* small.c: see small.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/small.h"

void tcps_smalls_init(tcps_smalls *s, tcps_endpoint_memory *memory, tcps_lone_care care)
{
    *s = (tcps_smalls){.short_syns = {.size = tcps_lone_syn_size(4)},
                       .long_syns = {.size = tcps_lone_syn_size(16)},
                       .packer = tcps_packer_new(memory),
                       .memory = memory,
                       .care = care};
}

void tcps_smalls_clear(tcps_smalls *s)
{
    tcps_slab_clear(&s->short_syns);
    tcps_slab_clear(&s->long_syns);
    tcps_packer_free(s->packer);
}

static tcps_slab *syns_of(tcps_smalls *s, uint8_t len)
{
    return len == 4 ? &s->short_syns : &s->long_syns;
}

tcps_small tcps_small_syn(tcps_smalls *s, const tcps_segment *syn, const tcps_connection *c)
{
    tcps_slab *slab = syns_of(s, c->addresses[0].len);
    tcps_lone_syn *to = tcps_slab_take(slab);
    if (tcps_lone_syn_keep(to, syn, c)) {
        s->care.lay_by(s->care.data, c);
        return (tcps_small)to | TCPS_SMALL_SYN;
    }
    tcps_slab_give_back(slab, to);
    return 0;
}

tcps_small tcps_small_packed(tcps_smalls *s, const tcps_connection *c)
{
    void *packed = tcps_pack(s->packer, c);
    return packed ? (tcps_small)packed | TCPS_SMALL_PACKED : 0;
}

void tcps_small_drop(tcps_smalls *s, tcps_small small)
{
    if (small & TCPS_SMALL_PACKED) {
        tcps_packed_drop(s->packer, tcps_small_at(small));
        return;
    }
    tcps_lone_syn *syn = tcps_small_at(small);
    tcps_slab_give_back(syns_of(s, syn->len), syn);
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
    tcps_address ends[2];
    tcps_lone_syn_ends(tcps_small_at(small), ends);
    tcps_connection_init(c, ends, s->memory);
    c->number = number;
    s->care.revive(s->care.data, tcps_small_at(small), c);
}

tcps_small tcps_small_renew(tcps_smalls *s, tcps_small small, const tcps_connection *c)
{
    if (small & TCPS_SMALL_SYN) {
        tcps_lone_syn_update(tcps_small_at(small), c);
        s->care.lay_by(s->care.data, c);
        return small;
    }
    void *packed = tcps_pack_again(s->packer, tcps_small_at(small), c);
    return packed ? (tcps_small)packed | TCPS_SMALL_PACKED : 0;
}

bool tcps_small_is_of(const tcps_smalls *s, tcps_small small, const tcps_address ends[2])
{
    return small & TCPS_SMALL_SYN ? tcps_lone_syn_is_of(tcps_small_at(small), ends)
                                  : tcps_packed_is_of(s->packer, tcps_small_at(small), ends);
}

uint32_t tcps_small_index(const tcps_smalls *s, tcps_small small)
{
    return small & TCPS_SMALL_SYN ? ((const tcps_lone_syn *)tcps_small_at(small))->index
                                  : tcps_packed_index(s->packer, tcps_small_at(small));
}

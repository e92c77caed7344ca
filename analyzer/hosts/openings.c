/* openings.c: see openings.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hosts/openings.h"

#include <string.h>

#include "base/span.h"

static int64_t slot_at(int64_t time_ns)
{
    return time_ns / TCPS_OPENING_SLOT_NS;
}

static unsigned place_of(int64_t slot)
{
    return (unsigned)((uint64_t)slot % TCPS_OPENING_SLOTS);
}

static void clear_slot(tcps_openings *o, int64_t slot)
{
    const unsigned i = place_of(slot);
    o->all_asked -= o->slot_asked[i];
    o->all_went_on -= o->slot_went_on[i];
    o->slot_asked[i] = o->slot_went_on[i] = 0;
    memset(o->slot_hosts[i], 0, sizeof o->slot_hosts[i]);
}

/* Is that slot among the newest? */
static bool is_there(const tcps_openings *o, int64_t slot)
{
    return slot <= o->newest && span_between(slot, o->newest) < TCPS_OPENING_SLOTS;
}

static void begin(tcps_openings *o, int64_t slot, int64_t time_ns, uint32_t frame)
{
    *o = (tcps_openings){.newest = slot, .first_ns = time_ns, .first_frame = frame};
}

/* Time goes on; where the capture's clock was set back, or nothing was asked for long, all begins anew. */
static void move_to(tcps_openings *o, int64_t slot, int64_t time_ns, uint32_t frame)
{
    if (!o->asked || span_between(o->newest, slot) >= TCPS_OPENING_SLOTS ||
        span_between(slot, o->newest) >= TCPS_OPENING_SLOTS) {
        begin(o, slot, time_ns, frame);
        return;
    }
    while (o->newest < slot)
        clear_slot(o, ++o->newest);
}

static unsigned bit_of(const tcps_address *client)
{
    uint64_t words[2];
    memcpy(words, client->bytes, sizeof words);
    return (unsigned)((words[0] ^ words[1] * 31) * UINT64_C(0x9E3779B97F4A7C15) >> 56);
}

void tcps_openings_ask(tcps_openings *o, const tcps_address *client, int64_t time_ns, uint32_t frame)
{
    const int64_t slot = slot_at(time_ns);
    const unsigned bit = bit_of(client);
    move_to(o, slot, time_ns, frame);
    const unsigned i = place_of(slot);
    o->slot_asked[i]++;
    o->all_asked++;
    o->slot_hosts[i][bit / 64] |= UINT64_C(1) << bit % 64;
    o->asked++;
}

void tcps_openings_go_on(tcps_openings *o, int64_t asked_ns)
{
    const int64_t slot = slot_at(asked_ns);
    o->went_on++;
    if (!is_there(o, slot) || o->slot_went_on[place_of(slot)] >= o->slot_asked[place_of(slot)])
        return;
    o->slot_went_on[place_of(slot)]++;
    o->all_went_on++;
}

static int64_t last_before(const tcps_openings *o, unsigned slots, int64_t now_ns)
{
    return MIN(slot_at(now_ns) - (int64_t)slots, o->newest);
}

/* The slots that are newer than those are few: they are taken off. It is asked at each SYN. */
tcps_openings_sum tcps_openings_before(const tcps_openings *o, unsigned slots, int64_t now_ns)
{
    const int64_t last = last_before(o, slots, now_ns);
    if (!is_there(o, last))
        return (tcps_openings_sum){0};
    tcps_openings_sum sum = {o->all_asked, o->all_went_on};
    for (int64_t slot = o->newest; slot > last; slot--) {
        sum.asked -= o->slot_asked[place_of(slot)];
        sum.went_on -= o->slot_went_on[place_of(slot)];
    }
    return sum;
}

unsigned tcps_openings_hosts_before(const tcps_openings *o, unsigned slots, int64_t now_ns)
{
    uint64_t hosts[4] = {0};
    unsigned n = 0;
    for (int64_t slot = last_before(o, slots, now_ns); is_there(o, slot); slot--)
        for (unsigned k = 0; k < 4; k++)
            hosts[k] |= o->slot_hosts[place_of(slot)][k];
    for (unsigned k = 0; k < 4; k++)
        n += (unsigned)__builtin_popcountll(hosts[k]);
    return n;
}

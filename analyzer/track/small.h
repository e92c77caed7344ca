/* small.h: connections in few bytes: those of which nothing but one SYN was captured (lone_syn.h), and those that are over or quiet
 * (packed.h).
 *
 * Each is a place in memory, and which of the two stands there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SMALL_H
#define TCPS_SMALL_H

#include "base/likeness.h"
#include "track/lone_syn.h"
#include "track/packed.h"

/* An address, a multiple of 8, and one of these. 0: nothing. */
typedef uintptr_t tcps_small;
enum {
    TCPS_SMALL_SYN = 1,
    TCPS_SMALL_LONG = 2, /* with TCPS_SMALL_SYN: of IPv6 */
    TCPS_SMALL_PACKED = 4,
    TCPS_SMALL_ANY = TCPS_SMALL_SYN | TCPS_SMALL_LONG | TCPS_SMALL_PACKED
};

/* What is to be done where a connection is kept as its SYN. */
typedef struct {
    /* has to show the SYN to the connection, whose ends and number stand there */
    void (*revive)(void *data, const tcps_lone_syn *syn, tcps_connection *c);
    /* it is there no more, for now */
    void (*lay_by)(void *data, const tcps_connection *c);
    void *data;
} tcps_lone_care;

/* Where they are. */
typedef struct {
    tcps_likeness *short_syns, *long_syns;
    tcps_packer *packer;
    tcps_endpoint_memory *memory; /* of what connections hold that are shown */
    tcps_lone_care care;
} tcps_smalls;

void tcps_smalls_init(tcps_smalls *smalls, tcps_endpoint_memory *memory, tcps_lone_care care);
void tcps_smalls_clear(tcps_smalls *smalls);

/* Where that cannot be done, 0. The connection stays. */
tcps_small tcps_small_syn(tcps_smalls *smalls, const tcps_segment *syn, const tcps_connection *c);
tcps_small tcps_small_packed(tcps_smalls *smalls, const tcps_connection *c);
void tcps_small_drop(tcps_smalls *smalls, tcps_small small);
/* The same of one that was shown, and is no more. */
void tcps_small_forget(tcps_smalls *smalls, tcps_small small, const tcps_connection *c);

void tcps_small_show(const tcps_smalls *smalls, tcps_small small, uint32_t number, tcps_connection *c);
/* What has become of it, once it was shown and time has passed. 0: it has to stay what it is now, and small is dropped. */
tcps_small tcps_small_renew(tcps_smalls *smalls, tcps_small small, const tcps_connection *c);

bool tcps_small_is_of(const tcps_smalls *smalls, tcps_small small, const tcps_address ends[2]);
/* Of its incarnation. */
uint32_t tcps_small_index(tcps_small small);

/* Where its bytes are. */
static inline void *tcps_small_at(tcps_small small)
{
    return (void *)(small & ~(tcps_small)TCPS_SMALL_ANY);
}

#endif

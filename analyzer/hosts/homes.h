/* homes.h: which hosts a capture was made at.
 *
 * What is captured on its way to such a host has arrived there, and what it sends is captured when it sends it. Captured right beside it, on
 * the cable that leads to it, is as good, and looks the same.
 *
 * A host is known by its address and the capture point; for how it is known there is a row of evidence.def each. Nothing is held of a host
 * of which nothing was said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_HOMES_H
#define TCPS_HOMES_H

#include "rfc/tcpstate.h"

typedef struct {
    tcps_address host; /* its port is 0; first: the key */
    int64_t near_ns;   /* its fastest answer; INT64_MAX: none was timed */
    uint16_t votes;    /* connections that speak for it; saturates */
    uint8_t refusals;  /* the same, of those of which nobody else answers; saturates */
    uint8_t ttl;       /* as it sends; 0: not known */
    uint8_t why;       /* tcps_evidence; NONE: it is not at home, as far as is known */
    bool sent_out;     /* segments of it were marked as going out */
    bool came_in;      /* and as coming in: it is another host, or this one forwards */
    bool refuted;      /* what was captured on its way there did not arrive, so it is not here */
} tcps_home;

typedef struct tcps_homes tcps_homes;

tcps_homes *tcps_homes_new(void);
void tcps_homes_free(tcps_homes *homes);

/* What is known of that end's host; NULL: nothing. */
const tcps_home *tcps_homes_get(const tcps_homes *homes, const tcps_address *end);
bool tcps_homes_has(const tcps_homes *homes, const tcps_address *end);
/* Grows by one whenever a host comes to be known as one at home, or does not any more. */
uint32_t tcps_homes_version(const tcps_homes *homes);
/* Those at home, in the order in which that came to be known; NULL from some n on. */
const tcps_home *tcps_homes_at(const tcps_homes *homes, unsigned n);

/* Of one connection: the fastest answer of that end, as timed at the capture, and of its peer; as the TTLs stand in what they send (0: not
 * known). */
typedef struct {
    int64_t near_ns, far_ns;
    uint8_t ttl, peers_ttl;
} tcps_answers;
/* A host answers out of its kernel so soon after the capture there has seen what it answers; and nobody so soon who is not near. */
enum { TCPS_AT_ONCE_NS = 50000, TCPS_NOT_NEAR_NS = 100000, TCPS_NOT_NEAR_FACTOR = 4 };
/* No answer comes so soon over a cable, from one kernel to another: these are on one machine. Then so many times as soon as the other's. */
enum { TCPS_INSIDE_NS = 5000, TCPS_INSIDE_FACTOR = 8 };
/* May that tell anything? Quick, and asked for each segment. */
static inline bool tcps_answers_tell(int64_t near_ns, int64_t far_ns)
{
    if (near_ns <= 0 || far_ns < TCPS_NOT_NEAR_FACTOR * near_ns)
        return false;
    return (near_ns <= TCPS_AT_ONCE_NS && far_ns >= TCPS_NOT_NEAR_NS) ||
           (near_ns <= TCPS_INSIDE_NS && far_ns >= TCPS_INSIDE_FACTOR * near_ns);
}
/* Of one that may. */
void tcps_homes_note_answers(tcps_homes *homes, const tcps_address *end, const tcps_answers *answers);
/* It has refused a connection within that time, by a RST with that TTL; nothing tells how near its peer is. */
void tcps_homes_note_refusal(tcps_homes *homes, const tcps_address *end, int64_t took_ns, uint8_t ttl);
/* A segment of that end is marked as going out of the capturing host, or as coming in. */
void tcps_homes_note_mark(tcps_homes *homes, const tcps_address *end, bool out);
/* What it sends is captured before its checksum is filled in. */
void tcps_homes_note_open_sums(tcps_homes *homes, const tcps_address *end, uint8_t ttl);
/* It has not received what was captured on its way to it. */
void tcps_homes_refute(tcps_homes *homes, const tcps_address *end);

/* What it sends and gets goes over the capturing host's loopback interface. */
void tcps_homes_note_loopback(tcps_homes *homes, const tcps_address *end);

/* Both ends are on the capturing host, by their addresses alone: loopbacks. */
bool tcps_homes_are_local(const tcps_address *one, const tcps_address *other);

#endif

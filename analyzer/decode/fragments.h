/* fragments.h: IP fragments put together again, as far as headers reach.
 *
 * Of a datagram the first bytes are kept, and which bytes have been captured. A bounded number of datagrams is under way at a
 * time: the oldest gives way, as it would in a host.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_FRAGMENTS_H
#define TCPS_FRAGMENTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* As many bytes as are kept of a datagram: all headers of a tunnel in it, and more. */
enum { TCPS_FRAGMENTS_HEAD = 512 };

/* To which datagram a fragment belongs (RFC 791, RFC 8200 §4.5). */
typedef struct {
    uint8_t addresses[32]; /* source and destination; 0 behind IPv4's */
    uint32_t id;
    uint32_t protocol;
} tcps_fragment_key;

typedef struct {
    const uint8_t *p; /* captured whole */
    uint32_t length;
    uint32_t offset;
    bool more; /* there are fragments behind it */
} tcps_fragment;

typedef struct tcps_fragments tcps_fragments;

/* Never NULL; tcps_fragments_free takes NULL. */
tcps_fragments *tcps_fragments_new(void);
void tcps_fragments_free(tcps_fragments *fragments);

/* The length of the datagram, where this fragment completes it: its first bytes are in head then. Otherwise 0. */
uint32_t tcps_fragments_add(tcps_fragments *fragments, const tcps_fragment_key *key, const tcps_fragment *fragment,
                            uint8_t head[TCPS_FRAGMENTS_HEAD]);

#endif

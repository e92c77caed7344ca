/* layer.h: what the decoders of link layers, IP and tunnels share. For their own use.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LAYER_H
#define TCPS_LAYER_H

#include "decode/decode.h"
#include "decode/fragments.h"

/* What is left of a frame from some header on. */
typedef struct {
    const uint8_t *p;
    uint32_t captured; /* never more than reported */
    uint32_t reported; /* on the wire */
} layer;

/* The way into one frame. */
typedef struct {
    tcps_fragments *fragments;
    const tcps_decode_sink *sink;
    unsigned depth;   /* headers passed that may hold each other */
    uint32_t link[2]; /* as tcps_segment.link: of the innermost Ethernet header */
    tcps_mark mark;
    bool passes_on;  /* as tcps_frame.passes_on */
    bool fragmented; /* the IP packet is a first fragment, of which the rest is not looked for */
} walk;

/* Tunnels in tunnels: Wireshark gives up, too, if later. */
enum { LAYERS_AT_MOST = 32 };

static inline bool layer_holds(const layer *l, uint32_t bytes)
{
    return l->captured >= bytes;
}

/* What follows the first bytes. */
static inline layer layer_after(layer l, uint32_t bytes)
{
    const uint32_t captured = MIN(bytes, l.captured);
    return (layer){l.p + captured, l.captured - captured, l.reported - MIN(bytes, l.reported)};
}

/* Without what follows (padding, as of short Ethernet frames). */
static inline layer layer_cut(layer l, uint32_t bytes)
{
    return (layer){l.p, MIN(bytes, l.captured), MIN(bytes, l.reported)};
}

/* Of so many bytes, as its own header says. Where all that the record knows of was captured, and that is less, the frame was cut, and its
 * length was cut with it (old tools do that): the header is right. */
static inline layer layer_of_length(layer l, uint32_t bytes)
{
    if (bytes > l.reported && l.captured == l.reported)
        return (layer){l.p, l.captured, bytes};
    return layer_cut(l, bytes);
}

void decode_ethernet(walk *w, layer l);
/* By the number in an Ethernet header (https://www.iana.org/assignments/ieee-802-numbers). */
void decode_ethertype(walk *w, unsigned type, layer l);
void decode_ppp(walk *w, layer l);

/* By its version. */
void decode_ip(walk *w, layer l);
void decode_ipv4(walk *w, layer l);
void decode_ipv6(walk *w, layer l);

void decode_gre(walk *w, layer l);
void decode_udp(walk *w, layer l);

#endif

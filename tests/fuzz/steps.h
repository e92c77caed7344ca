/* steps.h: bytes as a history of segments. Any bytes are one; it takes few bytes to write a history that makes sense.
 *
 * An input is a head of HEAD_BYTES and then steps of STEP_BYTES each (see steps.c). seeds.py writes them from captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_STEPS_H
#define FUZZ_STEPS_H

#include <stddef.h>

#include "rfc/tcpstate.h"

enum { HEAD_BYTES = 3, STEP_BYTES = 16, MAX_STEPS = 4096, N_PAIRS = 8 };

typedef enum { STEP_SEGMENT, STEP_COPY, STEP_ICMP, STEP_TIME, STEP_FINISH } step_kind;

typedef struct {
    step_kind kind;
    tcps_address src, dst;
    tcps_segment segment; /* of STEP_ICMP, what is quoted */
    bool hard;            /* of STEP_ICMP */
    bool same_frame;      /* another TCP layer of the frame before */
} step;

typedef struct {
    const uint8_t *at;
    size_t left;
    uint32_t frame;
    int64_t time_ns;
    uint8_t address_len;
    uint32_t next[N_PAIRS][2]; /* where each end's numbers go on */
    step last;
} steps;

/* The head says of what kind the history is; false where there is none. what: bits for the caller's own choice. */
bool steps_begin(steps *s, const uint8_t *data, size_t size, unsigned *what);
/* False at the end. */
bool steps_next(steps *s, step *next);

#endif

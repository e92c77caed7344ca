/* segment_queue.h: segments and ICMP errors that wait for the analyzer, in few bytes each. They come out once, in the order in which they
 * went in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SEGMENT_QUEUE_H
#define TCPS_SEGMENT_QUEUE_H

#include "decode/icmp_quote.h"
#include "rfc/tcpstate.h"

typedef struct tcps_inbox tcps_inbox;

typedef struct {
    enum {
        TCPS_ITEM_TIME,
        TCPS_ITEM_SEGMENT,
        TCPS_ITEM_QUOTE
    } kind;      /* TIME: of a frame that has neither of the others */
    bool begins; /* the first of its frame */
    uint32_t frame;
    int64_t time_ns;
    union {
        struct {
            tcps_path path;
            tcps_segment segment; /* of SACK blocks, those that it has */
        };
        tcps_icmp_quote quote;
    };
} tcps_item;

/* Never NULL; free with tcps_inbox_free (which takes NULL). */
tcps_inbox *tcps_inbox_new(void);
void tcps_inbox_free(tcps_inbox *inbox);

/* A frame begins; what is put in then is its. Nothing may be put in before that, nor once it has begun to come out, until all
 * has. */
void tcps_inbox_begin(tcps_inbox *inbox, uint32_t frame, int64_t time_ns);
/* Time and frame of the segment itself do not count. */
void tcps_inbox_segment(tcps_inbox *inbox, const tcps_path *path, const tcps_segment *segment);
void tcps_inbox_quote(tcps_inbox *inbox, const tcps_icmp_quote *quote);

/* A segment follows on that path: TCPS_LATER, then TCPS_NEXT have what it needs fetched. Changes nothing. */
void tcps_inbox_expect(const tcps_inbox *inbox, const tcps_path *path, tcps_turn turn);

/* False: there is none left, and what memory they took has been given back. */
bool tcps_inbox_take(tcps_inbox *inbox, tcps_item *item);

bool tcps_inbox_is_empty(const tcps_inbox *inbox);
/* What it takes, about. */
size_t tcps_inbox_bytes(const tcps_inbox *inbox);

#endif

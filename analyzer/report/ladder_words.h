/* ladder_words.h: what text and pictures of a ladder say of a segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LADDER_WORDS_H
#define TCPS_LADDER_WORDS_H

#include "model/model.h"

/* What sequence numbers of an endpoint are printed relative to: its ISS, or one less than the first number seen of it. */
typedef struct {
    bool known[2];
    uint32_t number[2];
} tcps_bases;

/* From all segments of a connection. */
tcps_bases tcps_bases_of(const tcps_row *row);

/* The next row that has segments and is asked for (negative: all are); NULL: there is no more. */
const tcps_row *tcps_row_next(const tcps_model *model, int64_t asked, unsigned *place);

/* A line: "# connection 3: 10.0.0.1:40000 (client, by syn) - 10.0.0.2:80 (server)". */
void tcps_row_append_ends(GString *to, const tcps_row *row);
/* "SYN,ACK seq 0 ack 1" */
void tcps_rung_append(GString *to, const tcps_bases *b, const tcps_rung *rung);
/* " ~"; "" where it is proven. */
const char *tcps_certainty_mark(unsigned certainty);
/* "CLOSE_WAIT ~" */
void tcps_rung_append_state(GString *to, unsigned state, unsigned certainty);
/* The endpoint as the rung leaves it: its state, and why. */
tcps_view tcps_rung_view(const tcps_rung *rung, tcps_role end);
/* "client CLOSE_WAIT: its ACK covers the FIN of frame 8 (RFC 9293 §3.10.7.4 eighth)"; nothing where no reason is told. */
void tcps_rung_append_why(GString *to, const tcps_rung *rung, tcps_role end);
/* "FIN again": what a student would not tell from the segment alone; mostly nothing. */
void tcps_rung_append_remark(GString *to, unsigned event);

#endif

/* path_words.h: what is said of the way between two capture points: which connections are worth a word, and the words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_PATH_WORDS_H
#define TCPS_PATH_WORDS_H

#include "model/model.h"

typedef struct {
    const tcps_joined *joined;
    uint32_t lost, made, reordered, duplicated;
    uint32_t rst_made;
} tcps_path_row;

/* Of tcps_path_row: those of which something got lost, was made, overtaken or doubled, or was translated, the worst first. To be freed
 * with g_array_unref. */
GArray *tcps_path_rows(const tcps_points *p, unsigned way);

/* "10.0.0.1" */
void tcps_host_append(GString *to, const tcps_address *end);
/* "RST of 10.0.0.1:4000 (server's frame 8, 0.074 s): it is not in client's capture, so 10.0.0.1 did not send it" */
void tcps_lone_append(GString *to, const tcps_model *m, const tcps_joined *j, const tcps_lone_segment *lone);
/* What the other capture says of a segment that the finding rests on: "RST of the client ... did not send it"; nothing where it says
 * nothing. */
void tcps_path_append_about(GString *to, const tcps_model *m, const tcps_finding *finding);
/* "client's ", where there are several captures; nothing else */
void tcps_path_append_capture(GString *to, const tcps_model *m, const tcps_finding *finding);
/* A line for each way: "client -> server: 58 of 1156 segments lost, 0 made; ..."; nothing where there is one point. */
void tcps_path_append_short(GString *to, const tcps_model *m);

#endif

/* model.h: what all reports read: connections, how they went and ended, and what was found at them.
 *
 * It is fed with what the analyzer has shown, in capture order, and prints nothing. It may be fed with a part of the segments
 * only (a display filter): the observations say what happened in between, as far as it matters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_MODEL_H
#define TCPS_MODEL_H

#include "hosts/homes.h"
#include "model/losses.h"
#include "model/row.h"
#include "points/points.h"
#include "rfc/tcpstate.h"

G_BEGIN_DECLS

typedef struct tcps_model tcps_model;

/* Never NULL; tcps_model_free takes NULL. */
tcps_model *tcps_model_new(void);
void tcps_model_free(tcps_model *model);
/* Forgets everything but the settings below. */
void tcps_model_reset(tcps_model *model);

/* Keeps each segment for the ladder of that connection, of all connections with a negative number. */
void tcps_model_keep_segments(tcps_model *model, int64_t connection);
/* Keeps what is needed to tell the sockets of any time (socket_table.h). */
void tcps_model_keep_changes(tcps_model *model);
/* Keeps what Zeek would say of each connection. */
void tcps_model_keep_zeek(tcps_model *model);
/* Keeps how many sockets each service and client host has in which state. */
void tcps_model_keep_endpoints(tcps_model *model);
/* The same, but for what the summary says of them: where sockets pile up (report_counts.h). */
void tcps_model_keep_piles(tcps_model *model);
/* How long TIME_WAIT lasts, and what endpoints are measured against. */
void tcps_model_configure(tcps_model *model, const tcps_config *config);
const tcps_config *tcps_model_config(const tcps_model *model);
/* Forgets the rows of connections that are over, long enough for nothing to follow, and keeps their share of the totals
 * (totals.h) and of the endpoints. Findings have to be fed as they are raised, then. To be
 * called before anything is fed. */
void tcps_model_fold(tcps_model *model, bool fold);
/* When the capture began, if that was before the first segment that is fed. */
void tcps_model_begin(tcps_model *model, int64_t start_ns);
void tcps_model_segment(tcps_model *model, const tcps_segment *segment, const tcps_observation *observation,
                        const tcps_address *client, const tcps_address *server);
/* An ICMP error that quotes a segment: time and frame are the error's, seq is the quoted segment's; the rest is not read. Not
 * of a connection of which no segment is fed. */
void tcps_model_icmp_error(tcps_model *model, const tcps_segment *quote, const tcps_observation *observation);
/* Wireshark's number, of a segment that was fed: the first that is told counts. */
void tcps_model_stream(tcps_model *model, uint32_t connection, uint32_t stream);
/* Findings at connections of which no segment is fed are in no report. */
void tcps_model_finding(tcps_model *model, const tcps_finding *finding);
/* What the capture lost, as its files tell; what segments and connections show of it is not read. May be told again. */
void tcps_model_lost(tcps_model *model, const tcps_losses *losses);
/* At which hosts the capture was made: a copy is kept. NULL: nothing is known. May be told again. */
void tcps_model_captured_at(tcps_model *model, const tcps_homes *homes);
/* Those at home, in the order in which that came to be known; NULL from some n on. What was told of a point is in the configuration. */
const tcps_home *tcps_model_home(const tcps_model *model, unsigned n);
/* Of several capture points, what became of segments between them: owned by the caller, and finished; NULL: there is one point. */
void tcps_model_path(tcps_model *model, const tcps_points *points);
const tcps_points *tcps_model_points(const tcps_model *model);
/* Nothing more is fed: what several points saw of a connection is one row from now on, which has the joined connection's number, and what is
 * said of an end is what its own capture says. Rows must not be folded. */
void tcps_model_join(tcps_model *model);
/* The capture's last frame, with TCP or not. */
void tcps_model_end(tcps_model *model, int64_t end_ns, uint32_t last_frame);

/* How many connections have been fed, folded or not. */
unsigned tcps_model_n_connections(const tcps_model *model);

/* Rows in the order of their index; none where rows are folded. */
unsigned tcps_model_n_rows(const tcps_model *model);
const tcps_row *tcps_model_row(const tcps_model *model, unsigned n);
/* By the connection's index; NULL where no segment of it was fed, or it was folded. Where rows are folded, until the next one is asked
 * for. */
const tcps_row *tcps_model_connection(const tcps_model *model, int64_t connection);
/* Each row that was not folded, in the order of their index. */
void tcps_model_each_row(const tcps_model *model, void (*visit)(const tcps_row *row, void *data), void *data);

/* As of the end of the capture; NULL unless endpoints are kept. */
const tcps_tallies *tcps_model_endpoints(const tcps_model *model);

/* Of all connections, folded or not, as of now. To be freed with tcps_totals_free. */
struct tcps_totals *tcps_model_totals(const tcps_model *model);

/* Of tcps_finding, in the order in which they were raised, each as it stands now; NULL where there are none. */
const GArray *tcps_model_findings(const tcps_model *model, const tcps_row *row);

/* What the capture lost, so far. */
tcps_losses tcps_model_losses(const tcps_model *model);

int64_t tcps_model_start_ns(const tcps_model *model);
int64_t tcps_model_end_ns(const tcps_model *model);

/* How long it was in that state, to the end of the capture where it still is. */
int64_t tcps_model_time_in(const tcps_model *model, const tcps_row *row, tcps_role end, tcps_state state);

/* The finding as what the capture lost makes it: doubtful, if that can fake it. */
tcps_finding tcps_model_weighed(const tcps_model *model, const tcps_finding *finding);

G_END_DECLS
#endif

/* statistic.h: a report from what was asked for to what is written: what the model has to collect for it, whether the capture
 * can tell it, and the text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STATISTIC_H
#define TCPS_STATISTIC_H

#include "model/model.h"
#include "report/request.h"

G_BEGIN_DECLS

/* What the whole capture is, whatever a filter lets through. */
typedef struct {
    int64_t first_ns, last_ns; /* of its frames, with TCP or not */
    uint32_t n_connections;
    const char *name;          /* what JSON calls the capture; NULL or "": nothing */
    const char *host;          /* and the host that reads it */
    const tcps_config *config; /* for the time zone; NULL: the default */
} tcps_capture;

/* Where the text goes, piece by piece: there may be more of it than fits the memory. Lines are whole in each piece. */
typedef struct {
    void (*take)(const char *text, void *data);
    void *data;
} tcps_sink;

/* Keeps what the report needs, and no more. */
tcps_model *tcps_statistic_model(const tcps_request *asked, const tcps_config *config);

/* NULL where the capture can tell what was asked; or a line that says why not, to be freed by the caller. */
char *tcps_statistic_wrong(const tcps_request *asked, const tcps_capture *capture);

/* Is the time that is asked for within the capture? */
bool tcps_statistic_has_time(const tcps_request *asked, const tcps_capture *capture);

void tcps_statistic_write(const tcps_request *asked, const tcps_model *model, const tcps_capture *capture,
                          const tcps_sink *sink);

G_END_DECLS
#endif

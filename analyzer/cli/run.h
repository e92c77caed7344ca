/* run.h: one run over a capture: one file, or several that are joined, or those of several capture points; from reading to the report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "analysis.h"
#include "options.h"
#include "progress.h"

typedef struct {
    const options *options;
    analysis *analysis;
    GHashTable *unknown; /* link types that are not known, and of how many frames */
    progress progress;
    int status;
    bool refused; /* the files are not of one capture: there is no report */
    char *fault;  /* the first; NULL: there was none */
} run;

run run_begin(const options *o, const tcps_config *config);
/* Not all was read. Takes what. */
void run_fault(run *r, const char *name, char *what);
/* The first record of a further file: false where it cannot be the next one of what was read until latest_ns. */
bool run_file_follows(run *r, const char *name, const capture_record *record, int64_t latest_ns);
/* The frame goes to the analysis. */
void run_frame(run *r, capture *c, const capture_record *record);
/* The file is at its end, or broken: error says why then. Takes error. */
void run_file_ends(run *r, const char *name, capture *c, capture_result result, char *error);
/* A report, if there is anything to be reported; the exit status. */
int run_end(run *r, const char *name, bool any);

#endif

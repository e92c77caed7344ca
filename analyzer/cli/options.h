/* options.h: the command line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "fail_on.h"
#include "point_options.h"
#include "report/request.h"

typedef struct {
    char *report;   /* that --why makes of another; NULL: none */
    char *argument; /* "tcpstate,json,connections": what tshark's -z would be given */
    tcps_request asked;
    tcps_config config;
    const char *host; /* that JSON names */
    const char *name; /* of the capture, for JSON; NULL: as the file is called */
    bool fails;       /* --fail-on: */
    fail_on fail_on;
    bool junit;
    bool join;
    bool help, version;
    points_named points; /* none: there is one point, of the files */
    char **files;        /* NULL-terminated; points into argv */
    unsigned n_files;
} options;

/* Takes argv apart, and may reorder it. NULL, or what is wrong: one line, to be freed by the caller. */
char *options_parse(int argc, char **argv, options *o);
void options_free(options *o);

/* The text of --help, to be freed. */
char *options_help(void);

#endif

/* capture.h: frames out of capture files, by libwiretap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_CAPTURE_H
#define CLI_CAPTURE_H

#include "decode/decode.h"

typedef struct {
    tcps_frame frame;
    int64_t time_ns;
    bool has_time;
    int encapsulation;  /* libwiretap's; -1 where it is no frame of a network */
    unsigned interface; /* tcps_interface() */
} capture_record;

typedef enum { CAPTURE_FRAME, CAPTURE_END, CAPTURE_BROKEN } capture_result;

typedef struct capture capture;

/* Once, before all others. */
void capture_init(void);

/* "-" is standard input. NULL and what is wrong in *error, to be freed by the caller. */
capture *capture_open(const char *name, char **error);
void capture_close(capture *c);

/* The next record, valid until the next call. Where it is BROKEN, *error says why. */
capture_result capture_next(capture *c, capture_record *record, char **error);

/* How much of the file has been read, in percent; -1 where that cannot be told. */
int capture_percent(capture *c);

/* Longer than that nobody captures without a packet. */
#define CAPTURE_SILENCE_NS (31 * INT64_C(86400000000000))

/* What the file tells of an interface, as far as it has been read. */
typedef struct {
    bool told;                 /* how many packets were dropped */
    uint64_t started, ended;   /* when the capture was, in some unit; 0: not told */
    int64_t from_ns, until_ns; /* the same, since 1970; 0: not told */
    uint64_t dropped;          /* by the interface and the operating system */
    uint64_t received;
} capture_statistics;

/* More than one, or one that stands for all of a host's. */
bool capture_may_have_several(capture *c);
/* "eth0", to be freed; NULL: it has none. */
char *capture_interface_name(capture *c, unsigned interface);
/* False where there is no such interface. */
bool capture_interface_statistics(capture *c, unsigned interface, capture_statistics *s);
/* The sum of what packets tell that was dropped before them. */
uint64_t capture_dropped_beside_packets(const capture *c);

/* "Linux cooked-mode capture v1" */
const char *capture_link_name(int encapsulation);

/* "4.0" */
const char *capture_library_version(void);

#endif

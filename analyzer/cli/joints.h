/* joints.h: where one file of a capture ends and the next one begins: is there something between them that was not read?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_JOINTS_H
#define CLI_JOINTS_H

#include <stdbool.h>
#include <stdint.h>

/* How many files lie between the two in a ring buffer's numbering, by their names: dumpcap's NAME_00007_20240531101500.pcapng, or
 * tcpdump's NAME.pcap7; 0 where they are no such names, or follow each other. */
uint32_t joints_missing(const char *before, const char *after);

/* The silences of a capture of several files. Hosts may be silent where one file ends: it takes a connection of which something is missing
 * since. All zero to begin with. */
typedef struct {
    int64_t last_ns, longest_ns;   /* the longest within a file */
    int64_t resumed_ns, silent_ns; /* the one between two files, 0: there is none, or it is counted */
    uint32_t known;                /* connections until then */
    bool any, joint;
    uint32_t pauses;
    int64_t pause_ns;
} joints;

/* By how much the next file of a capture begins before what was read of those before it ends: they are no ring buffer's, but were captured side
 * by side; 0: by nothing that counts. */
int64_t joints_overlap_ns(int64_t latest_ns, int64_t first_ns);

/* Another file begins; n_connections came before. */
void joints_next_file(joints *j, uint32_t n_connections);
void joints_frame(joints *j, int64_t time_ns);
/* Of a connection something was acknowledged that was not captured. */
void joints_missed(joints *j, uint32_t connection);

#endif

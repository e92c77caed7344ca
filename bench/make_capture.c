/* make_capture.c: a capture of many normal connections, for scripts/bench.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "traffic.h"
#include "write_pcap.h"

#include <stdlib.h>

enum { STEP_NS = 100000 };

static int64_t start_ns(void)
{
    return 1700000000LL * 1000000000;
}

int main(int argc, char **argv)
{
    const unsigned segments = argc == 4 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    const unsigned connections = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    if (connections == 0 || segments / connections < 7) {
        fprintf(stderr, "Usage: make_capture FILE SEGMENTS CONNECTIONS (7 segments or more for each)\n");
        return 2;
    }
    const traffic t = {.connections = connections,
                       .segments = segments / connections,
                       .at_once = MIN(connections, 1000),
                       .step_ns = STEP_NS};
    FILE *to = write_pcap_open(argv[1]);
    if (!to) {
        perror(argv[1]);
        return 1;
    }
    for (uint64_t n = 0; n < (uint64_t)t.connections * t.segments; n++) {
        traffic_segment s;
        traffic_at(&t, n, &s);
        s.segment.time_ns += start_ns();
        write_pcap_segment(to, &s.src, &s.dst, &s.segment);
    }
    if (fclose(to) != 0) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}

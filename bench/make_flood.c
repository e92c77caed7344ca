/* make_flood.c: a capture of SYNs from as many sources, none of which is answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "write_pcap.h"

#include <stdlib.h>

static int64_t start_ns(void)
{
    return 1700000000LL * 1000000000;
}

/* From anywhere, each from another address. */
static tcps_address source(uint32_t n)
{
    const uint32_t host = n * 2654435761u; /* odd: no two are alike */
    return (tcps_address){.bytes = {(uint8_t)(host >> 24), (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host},
                          .port = (uint16_t)(1024 + n % 60000),
                          .len = 4};
}

int main(int argc, char **argv)
{
    const uint32_t syns = argc == 4 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
    const uint32_t rate = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
    if (syns == 0 || rate == 0) {
        fprintf(stderr, "Usage: make_flood FILE SYNS A_SECOND\n");
        return 2;
    }
    FILE *to = write_pcap_open(argv[1]);
    if (!to) {
        perror(argv[1]);
        return 1;
    }
    const tcps_address service = {.bytes = {192, 0, 2, 1}, .port = 443, .len = 4};
    for (uint32_t n = 0; n < syns; n++) {
        const tcps_address from = source(n);
        const tcps_segment syn = {.time_ns = start_ns() + (int64_t)n * 1000000000 / rate,
                                  .seq = n * 7919u,
                                  .flags = TCPS_SYN,
                                  .window = 64240,
                                  .has = TCPS_HAS_TIMESTAMPS,
                                  .tsval = n};
        write_pcap_segment(to, &from, &service, &syn);
    }
    if (fclose(to) != 0) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}

/* plain_pcap.h: the records of a pcap file as tcpdump writes it, without what a library for all formats has to do for each.
 *
 * It reads what is in order, and nothing else: of any doubt it says so and stops, for libwiretap to go on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_PLAIN_PCAP_H
#define CLI_PLAIN_PCAP_H

#include "decode/decode.h"

typedef struct plain_pcap plain_pcap;

typedef enum { PLAIN_RECORD, PLAIN_END, PLAIN_DOUBT } plain_result;

/* NULL where it is no such file: another format or an old variant, compressed, or a pipe. */
plain_pcap *plain_pcap_open(const char *name);
/* Takes NULL. */
void plain_pcap_close(plain_pcap *file);
bool plain_pcap_has_nanoseconds(const plain_pcap *file);

/* The frame's link is not set. Its bytes are there until the next one is read. */
plain_result plain_pcap_next(plain_pcap *file, tcps_frame *frame, int64_t *time_ns);
/* Bytes of the file that have been gone through. */
int64_t plain_pcap_offset(const plain_pcap *file);

#endif

/* files.h: files of one capture, in the order in which they were captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <glib.h>

/* By the times of their first packets, whatever order they were named in: "x.pcap, x.pcap1, x.pcap10, x.pcap2" is that of a shell. Those that
 * cannot be read, or have none, come last. With standard input among them they stay as they are. NULL-terminated, to be freed with
 * g_free; the names are the same. */
char **files_by_time(char *const *files, unsigned n);

#endif

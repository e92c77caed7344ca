/* joints.c: see joints.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "joints.h"

#include "base/span.h"

#include <glib.h>
#include <string.h>

/* A silence between two files is looked at if it is as long as this, and longer than any within a file. */
#define PAUSE_NS INT64_C(1000000000)

/* Packets of several queues and interfaces are written a little out of order. */
#define OVERLAP_NS INT64_C(1000000000)

enum { RING_DIGITS = 5, DATE_DIGITS = 14, NO_NUMBER = -1 };

static bool digits(const char *at, size_t n)
{
    return strspn(at, "0123456789") == n;
}

/* "_00007_20240531101500" before the dot. The length of what comes before in *prefix. */
static int64_t dumpcap_number(const char *name, size_t *prefix)
{
    enum { TAIL = 1 + RING_DIGITS + 1 + DATE_DIGITS };
    const char *base = strrchr(name, '/'), *dot = strrchr(base ? base : name, '.');
    const char *end = dot ? dot : name + strlen(name), *tail = end - TAIL;
    if (end - name < TAIL || tail[0] != '_' || !digits(tail + 1, RING_DIGITS) || tail[1 + RING_DIGITS] != '_' ||
        !digits(tail + 2 + RING_DIGITS, DATE_DIGITS))
        return NO_NUMBER;
    *prefix = (size_t)(tail - name);
    return g_ascii_strtoll(tail + 1, NULL, 10);
}

/* "x.pcap7": it counts up from "x.pcap", "x.pcap1". */
static int64_t tcpdump_number(const char *name, size_t *prefix)
{
    enum { AT_MOST = 9 };
    const char *base = strrchr(name, '/'), *dot = strrchr(base ? base : name, '.');
    if (!dot)
        return NO_NUMBER;
    const size_t letters = strcspn(dot, "0123456789"), n = strlen(dot) - letters;
    if (letters < 2 || n > AT_MOST || !digits(dot + letters, n))
        return NO_NUMBER;
    *prefix = (size_t)(dot - name) + letters;
    return n ? g_ascii_strtoll(dot + letters, NULL, 10) : 0;
}

uint32_t joints_missing(const char *before, const char *after)
{
    int64_t (*const ways[])(const char *, size_t *) = {dumpcap_number, tcpdump_number};
    for (unsigned i = 0; i < G_N_ELEMENTS(ways); i++) {
        size_t first, second;
        const int64_t a = ways[i](before, &first), b = ways[i](after, &second);
        if (a >= 0 && b > a && first == second && strncmp(before, after, first) == 0)
            return (uint32_t)(b - a - 1);
    }
    return 0;
}

int64_t joints_overlap_ns(int64_t latest_ns, int64_t first_ns)
{
    const int64_t overlap = span_between(first_ns, latest_ns);
    return overlap > OVERLAP_NS ? overlap : 0;
}

void joints_next_file(joints *j, uint32_t n_connections)
{
    j->joint = j->any;
    j->known = n_connections;
    j->silent_ns = 0;
}

void joints_frame(joints *j, int64_t time_ns)
{
    const int64_t silence = j->any ? span_between(j->last_ns, time_ns) : 0;
    if (!j->joint)
        j->longest_ns = MAX(j->longest_ns, silence);
    else if (silence >= PAUSE_NS && silence > j->longest_ns)
        j->silent_ns = silence;
    if (j->joint)
        j->resumed_ns = time_ns;
    j->joint = false;
    j->any = true;
    j->last_ns = time_ns;
}

void joints_missed(joints *j, uint32_t connection)
{
    if (!j->silent_ns || connection >= j->known || span_between(j->resumed_ns, j->last_ns) > j->silent_ns)
        return;
    j->pauses++;
    j->pause_ns = span_after(j->pause_ns, j->silent_ns);
    j->silent_ns = 0;
}
